import Foundation
import Numerics
import Testing

@Test(arguments: [
  "0", "-0.5", "5.827000141143799", "1e22", "1.7976931348623157e308", "4.9e-324",
  "123456789012345678901234567890", "0.1", "9007199254740993", "+3", ".5", "5.",
])
func `A decimal number becomes the nearest double`(text: String) throws {
  #expect(try #require(DecimalNumber.parse(text)) == strtod(text, nil))
}

@Test func `Random decimals agree with the C library to the last bit`() {
  let stream = RandomStream(seed: 3, purpose: "decimals")
  for index in 0..<20_000 {
    let digits = Int(stream.uniform(at: 2 * index) * 1e17)
    let places = Int(stream.uniform(at: 2 * index + 1) * 18)
    let text = "\(digits)"
    let point = max(text.count - places, 1)
    let number = text.prefix(point) + "." + text.dropFirst(point) + "0"
    #expect(DecimalNumber.parse(number) == strtod(String(number), nil), "\(number)")
  }
}

@Test(arguments: [
  "", " 1", "1 ", "nan", "NaN", "inf", "-inf", "infinity", "0x1p3", "1e400", "-1e400", "1_000", "1,5", "1e",
  "e5", "-", "+", ".", "1.2.3", "١",
])
func `What is no finite decimal number is refused`(text: String) {
  #expect(DecimalNumber.parse(text) == nil)
}

@Test func `A scan stops behind the number and leaves the rest`() {
  let bytes = Array("12.5,7".utf8)
  bytes.withUnsafeBufferPointer { buffer in
    var index = 0
    #expect(DecimalNumber.scan(buffer, from: &index) == 12.5)
    #expect(index == 4)
  }
}
