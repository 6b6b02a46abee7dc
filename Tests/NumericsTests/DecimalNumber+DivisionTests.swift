import Foundation
import Numerics
import Testing

@Test(arguments: 0...19)
func `A quotient by a power of ten is the nearest double`(power: Int) {
  let stream = RandomStream(seed: 7, purpose: "quotients")
  let random = (0..<500).map { UInt64(stream.uniform(at: $0) * 1.8e19) | 1 }
  for mantissa in [0, 1, 5, 10, 1 << 53, 1 << 53 + 1, 1 << 63, .max, .max - 1] + random {
    #expect(
      DecimalNumber.quotient(mantissa, tenTo: power) == strtod("\(mantissa)e-\(power)", nil), "\(mantissa)")
  }
}
