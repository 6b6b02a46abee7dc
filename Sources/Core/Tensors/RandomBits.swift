package import Numerics

/// Random numbers for the elements of a tensor, addressed by (seed, purpose, step) and the element's number, eight
/// at a time.
///
/// The key comes from ``RandomStream``; elements are told apart by a hash of 32 bits with low bias (Wellons,
/// «triple32», https://nullprogram.com/blog/2018/07/31/), which a register computes for eight elements at once.
/// Good for masks and noise in training; for anything that is published as data, use ``RandomStream``.
@usableFromInline package struct RandomBits: Sendable {
  @usableFromInline let first: UInt32
  @usableFromInline let second: UInt32

  package init(_ stream: RandomStream, step: Int) {
    let (a, b) = stream.words(at: step)
    first = a
    second = b
  }

  /// The bits of the elements number, number + 1, … number + 7.
  @inlinable @inline(__always)
  package func bits(at number: Int) -> SIMD8<UInt32> {
    let lanes = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7)
    var x = (lanes &+ SIMD8(repeating: UInt32(truncatingIfNeeded: number))) &* SIMD8(repeating: 0x9E37_79B9)
    x = x &+ SIMD8(repeating: first)
    x ^= x &>> SIMD8(repeating: 17)
    x = x &* SIMD8(repeating: 0xED5A_D4BB)
    x ^= x &>> SIMD8(repeating: 11)
    x = (x &+ SIMD8(repeating: second)) &* SIMD8(repeating: 0xAC4C_1B51)
    x ^= x &>> SIMD8(repeating: 15)
    x = x &* SIMD8(repeating: 0x3184_8BAB)
    return x ^ (x &>> SIMD8(repeating: 14))
  }

  /// Inverted dropout: 0 with probability `rate`, and 1 / (1 - rate) otherwise, for eight elements.
  @inlinable @inline(__always)
  package func keep(at number: Int, rate: Float) -> Vector8 {
    let threshold = UInt32(Double(rate) * 0x1p24)
    let drawn = bits(at: number) &>> SIMD8(repeating: 8)
    let kept = Vector8(repeating: 1 / (1 - rate))
    // Both are below 2^24, so floats hold them exactly and compare in one instruction.
    let draws = Vector8(SIMD8<Int32>(truncatingIfNeeded: drawn))
    return draws.whereGreater(
      than: Vector8(repeating: Float(threshold) - 0.5), kept, otherwise: Vector8(repeating: 0))
  }
}
