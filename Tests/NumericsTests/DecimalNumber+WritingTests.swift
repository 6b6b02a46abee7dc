import Numerics
import Testing

@Test(arguments: [
  (0.0, 2, "0.00"), (1.006, 2, "1.01"), (-1.5, 0, "-2"), (-0.001, 2, "0.00"), (64_013.2, 0, "64013"),
  (0.05, 1, "0.1"),
])
func `A number is written with fixed places`(value: Double, places: Int, text: String) {
  #expect(DecimalNumber.fixed(value, places: places) == text)
}

@Test func `Digits are grouped in threes`() {
  #expect(
    [0, 12, 123, 1234, -1_234_567].map { DecimalNumber.grouped($0) } == [
      "0", "12", "123", "1,234", "-1,234,567",
    ])
}

@Test(arguments: [
  (64_013.24, "64,013"), (101.236, "101.24"), (0.016_347_9, "0.016348"), (0, "0.0000"), (-3.5, "-3.5000"),
  (.nan, "nan"),
])
func `A number is readable without an exponent`(value: Double, text: String) {
  #expect(DecimalNumber.readable(value) == text)
}

@Test func `Numbers that belong together have the same decimals`() {
  #expect(DecimalNumber.readable([99.748, 101.24]) == ["99.75", "101.24"])
}
