import Numerics
import Testing

// Known answers of the Random123 distribution, file kat_vectors, lines «philox4x32 10».
@Test(arguments: [
  (
    SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
    SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
  ),
  (
    SIMD4<UInt32>(repeating: .max), SIMD2<UInt32>(repeating: .max),
    SIMD4<UInt32>(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
  ),
  (
    SIMD4<UInt32>(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
    SIMD2<UInt32>(0xa409_3822, 0x299f_31d0),
    SIMD4<UInt32>(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
  ),
])
func `Philox gives the known answers`(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, expected: SIMD4<UInt32>) {
  #expect(RandomStream.philox(counter: counter, key: key) == expected)
}

@Test func `A number depends on seed, purpose, lane and index, and on nothing else`() {
  let stream = RandomStream(seed: 7, purpose: "a", lane: 3)
  let first = stream.uniform(at: 5)
  _ = stream.uniform(at: 4)
  #expect(stream.uniform(at: 5) == first)
  #expect(RandomStream(seed: 7, purpose: "a", lane: 3).uniform(at: 5) == first)
  for other in [
    RandomStream(seed: 8, purpose: "a", lane: 3), RandomStream(seed: 7, purpose: "b", lane: 3),
    RandomStream(seed: 7, purpose: "a", lane: 4),
  ] {
    #expect(other.uniform(at: 5) != first)
  }
}

@Test func `Uniform numbers stay inside the open interval and have its mean and variance`() {
  let stream = RandomStream(seed: 11, purpose: "uniform")
  let values = (0..<100_000).map(stream.uniform(at:))
  #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
  let mean = values.reduce(0, +) / 100_000
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
  // Five standard errors of the mean and of the variance.
  #expect(abs(mean - 0.5) < 5 * 0.000_913)
  #expect(abs(variance - 1 / 12.0) < 5 * 0.000_236)
}

@Test func `Normal numbers have the moments of a standard normal`() {
  let stream = RandomStream(seed: 12, purpose: "normal")
  let values = (0..<100_000).map(stream.normal(at:))
  func moment(_ power: Int) -> Double {
    values.reduce(0) { sum, value in sum + (0..<power).reduce(1) { product, _ in product * value } } / 100_000
  }
  #expect(abs(moment(1)) < 5 * 0.003_16)
  #expect(abs(moment(2) - 1) < 5 * 0.004_47)
  #expect(abs(moment(3)) < 5 * 0.012_2)
  #expect(abs(moment(4) - 3) < 5 * 0.031)
}
