/// An addressed stream of random numbers: the value at an index is a function of (seed, purpose, lane, index)
/// and of nothing else, so that the order of drawing, threads and restarts cannot change it.
///
/// The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw, «Parallel random numbers: as easy as 1, 2, 3»,
/// SC'11): ten rounds of two 32-bit multiplications over a 128-bit counter under a 64-bit key.
package struct RandomStream: Sendable {
  private let key: SIMD2<UInt32>
  private let lane: UInt32
  private let purpose: UInt32

  /// A stream for one purpose («volume», «dropout») of one lane (a symbol, a shard of a batch).
  package init(seed: UInt64, purpose: String, lane: Int = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.lane = UInt32(lane)
    self.purpose = Self.hash(of: purpose)
  }

  /// A stream for a purpose that was hashed before: no text is walked, which training does at every step.
  package init(seed: UInt64, purpose: RandomPurpose, lane: Int = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.lane = UInt32(lane)
    self.purpose = purpose.number
  }

  /// A number in the open interval (0, 1), with 52 random bits.
  package func uniform(at index: Int) -> Double {
    let block = bits(at: index)
    return Self.openUnit(block[0], block[1])
  }

  /// A number in the open interval (`low`, `high`).
  package func uniform(at index: Int, from low: Double, to high: Double) -> Double {
    low + (high - low) * uniform(at: index)
  }

  /// A standard normal number, by Box and Muller's transform of the two uniforms of one block.
  package func normal(at index: Int) -> Double {
    let block = bits(at: index)
    let radius = (-2 * Elementary.log(Self.openUnit(block[0], block[1]))).squareRoot()
    return radius * Elementary.cos(2 * .pi * Self.openUnit(block[2], block[3]))
  }

  /// Two words of 32 random bits.
  package func words(at index: Int) -> (UInt32, UInt32) {
    let block = bits(at: index)
    return (block[0], block[1])
  }

  private func bits(at index: Int) -> SIMD4<UInt32> {
    let index = UInt64(bitPattern: Int64(index))
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), lane, purpose)
    return Self.philox(counter: counter, key: key)
  }

  /// Ten rounds of Philox4x32.
  package static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let (high0, low0) = UInt32(0xD251_1F53).multipliedFullWidth(by: counter[0])
      let (high1, low1) = UInt32(0xCD9E_8D57).multipliedFullWidth(by: counter[2])
      counter = SIMD4(high1 ^ counter[1] ^ key[0], low1, high0 ^ counter[3] ^ key[1], low0)
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }

  /// The middle of one of 2^52 equal cells, so that neither 0 nor 1 can come out.
  private static func openUnit(_ high: UInt32, _ low: UInt32) -> Double {
    let cell = (UInt64(high) << 32 | UInt64(low)) >> 12
    return (Double(cell) + 0.5) * 0x1p-52
  }

  /// FNV-1a, so that a purpose has a number which no table needs to hold.
  fileprivate static func hash(of purpose: String) -> UInt32 {
    purpose.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }
}

/// What random numbers are for, as a number.
package struct RandomPurpose: Sendable {
  fileprivate let number: UInt32

  package init(_ name: String) { number = RandomStream.hash(of: name) }

  package static let dropout = RandomPurpose("dropout")
}
