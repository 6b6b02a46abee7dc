import Numerics
import Testing

@Test(
  arguments: [
    (0, "0"), (12.5, "12.50"), (1e-7, "1.000e-07"), (9.9999e-8, "1.000e-07"), (-2.5e12, "-2.500e+12"),
    (0.025, "0.02500"), (.nan, "nan"),
  ] as [(Double, String)])
func `A number of any size has so many digits, and is never a row of zeros`(value: Double, words: String) {
  #expect(DecimalNumber.significant(value) == words)
}
