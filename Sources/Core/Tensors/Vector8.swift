public import CVector

/// Eight floats in a register: the step of every loop over elements in the training engine.
///
/// The arithmetic is that of single IEEE 754 operations and fused multiply-adds in an order that the source fixes,
/// so every machine gives the same bits. Needs a processor of the x86-64-v3 level or arm64.
@usableFromInline package typealias Vector8 = SIMD8<Float>

extension SIMD8<Float> {
  @inlinable @inline(__always)
  package init(at pointer: UnsafePointer<Float>) {
    self = UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
  }

  @inlinable @inline(__always)
  package init(at pointer: UnsafeMutablePointer<Float>) {
    self = UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
  }

  @inlinable @inline(__always)
  package func store(to pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: SIMD8<Float>.self)
  }

  /// The sum of the eight, as a tree.
  @inlinable @inline(__always)
  package var total: Float {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// The greatest of the eight.
  @inlinable @inline(__always)
  package var greatest: Float {
    let four = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two[1] > two[0] ? two[1] : two[0]
  }

  @inlinable @inline(__always)
  package var root: Self { vector_square_root(self) }

  @inlinable @inline(__always)
  package func atLeast(_ other: Self) -> Self { vector_maximum(self, other) }

  @inlinable @inline(__always)
  package func atMost(_ other: Self) -> Self { vector_minimum(self, other) }

  @inlinable @inline(__always)
  package var magnitude: Self { vector_absolute(self) }

  /// Itself where it is greater than `bound`, and `other` elsewhere.
  @inlinable @inline(__always)
  package func whereGreater(than bound: Self, _ yes: Self, otherwise no: Self) -> Self {
    vector_where_greater(self, bound, yes, no)
  }

  // MARK: Functions

  /// The exponential, to 8e-8 relative; zero below -87.3, and the largest finite power above 88.3.
  ///
  /// Cody–Waite reduction x = k ln 2 + r and a polynomial of degree six in r (Cephes `expf`,
  /// https://www.netlib.org/cephes/).
  @inlinable @inline(__always)
  package var exponential: Self {
    // The clamps stand first, so that a NaN stays one.
    let x = Self(repeating: -87.3365447504019).atLeast(Self(repeating: 88.3762626647949).atMost(self))
    let k = vector_rounded(x * Self(repeating: 1.44269504088896341))
    var r = x.addingProduct(k, Self(repeating: -0.693359375))
    r = r.addingProduct(k, Self(repeating: 2.12194440e-4))
    var p = Self(repeating: 1.9875691500e-4)
    p = Self(repeating: 1.3981999507e-3).addingProduct(p, r)
    p = Self(repeating: 8.3334519073e-3).addingProduct(p, r)
    p = Self(repeating: 4.1665795894e-2).addingProduct(p, r)
    p = Self(repeating: 1.6666665459e-1).addingProduct(p, r)
    p = Self(repeating: 5.0000001201e-1).addingProduct(p, r)
    let y = (r + Self(repeating: 1)).addingProduct(p, r * r)
    let bits = (vector_to_integers(k) &+ SIMD8<Int32>(repeating: 127)) &<< SIMD8<Int32>(repeating: 23)
    return y * unsafeBitCast(bits, to: Self.self)
  }

  /// The natural logarithm, to 1e-7 relative.
  ///
  /// Numbers below the least normal one count as that, and infinity and NaN stay.
  ///
  /// x = m 2^k with m in [√½, √2), and a polynomial of degree eight in m - 1 (Cephes `logf`,
  /// https://www.netlib.org/cephes/).
  @inlinable @inline(__always)
  package var logarithm: Self {
    let x = Self(repeating: Float.leastNormalMagnitude).atLeast(self)
    let bits = unsafeBitCast(x, to: SIMD8<Int32>.self)
    // The bits of √½; the difference carries into the exponent where m would be below it.
    let half = SIMD8<Int32>(repeating: 0x3F35_04F3)
    let exponent = (bits &- half) &>> SIMD8<Int32>(repeating: 23)
    let k = Self(exponent)
    let f =
      unsafeBitCast(bits &- (exponent &<< SIMD8<Int32>(repeating: 23)), to: Self.self) - Self(repeating: 1)
    let z = f * f
    var p = Self(repeating: 7.0376836292e-2)
    p = Self(repeating: -1.1514610310e-1).addingProduct(p, f)
    p = Self(repeating: 1.1676998740e-1).addingProduct(p, f)
    p = Self(repeating: -1.2420140846e-1).addingProduct(p, f)
    p = Self(repeating: 1.4249322787e-1).addingProduct(p, f)
    p = Self(repeating: -1.6668057665e-1).addingProduct(p, f)
    p = Self(repeating: 2.0000714765e-1).addingProduct(p, f)
    p = Self(repeating: -2.4999993993e-1).addingProduct(p, f)
    p = Self(repeating: 3.3333331174e-1).addingProduct(p, f)
    var y = (p * f * z).addingProduct(k, Self(repeating: -2.12194440e-4))
    y = y.addingProduct(z, Self(repeating: -0.5))
    let result = (f + y).addingProduct(k, Self(repeating: 0.693359375))
    return Self(repeating: .infinity).whereGreater(than: x, result, otherwise: x)
  }

  /// 1 / (1 + e^-x), to 1e-7 absolute: ½ + ½ tanh ½x.
  @inlinable @inline(__always)
  package var sigmoid: Self {
    let half = Self(repeating: 0.5)
    return half.addingProduct(half, (self * half).hyperbolicTangent)
  }

  /// The hyperbolic tangent, to 4e-7 relative.
  ///
  /// A rational approximation on |x| ≤ 7.9, where it is 1 to the last bit: odd of degree 13 over even of degree 6
  /// (Eigen's `ptanh_float`, https://gitlab.com/libeigen/eigen). One division and no exponential.
  @inlinable @inline(__always)
  package var hyperbolicTangent: Self {
    let bound: Float = 7.90531110763549805
    let x = Self(repeating: -bound).atLeast(Self(repeating: bound).atMost(self))
    let z = x * x
    var p = Self(repeating: -2.76076847742355e-16)
    p = Self(repeating: 2.00018790482477e-13).addingProduct(p, z)
    p = Self(repeating: -8.60467152213735e-11).addingProduct(p, z)
    p = Self(repeating: 5.12229709037114e-08).addingProduct(p, z)
    p = Self(repeating: 1.48572235717979e-05).addingProduct(p, z)
    p = Self(repeating: 6.37261928875436e-04).addingProduct(p, z)
    p = Self(repeating: 4.89352455891786e-03).addingProduct(p, z)
    var q = Self(repeating: 1.19825839466702e-06)
    q = Self(repeating: 1.18534705686654e-04).addingProduct(q, z)
    q = Self(repeating: 2.26843463243900e-03).addingProduct(q, z)
    q = Self(repeating: 4.89352518554385e-03).addingProduct(q, z)
    return x * p / q
  }

  /// The sine of an angle in radians, to 2e-7 up to ±8192; beyond, digits are lost, but it stays within ±1.
  @inlinable @inline(__always)
  package var sine: Self { wave(shiftedBy: 0) }

  /// The cosine of an angle in radians, as precise as ``sine``.
  @inlinable @inline(__always)
  package var cosine: Self { wave(shiftedBy: 1) }

  /// The sine of x plus so many quarters of a turn.
  ///
  /// Cody–Waite reduction x = k π/2 + r with π/2 in three parts, the first short enough for exact products,
  /// and Cephes' polynomials for sine and cosine on |r| ≤ π/4 (`sinf`, https://www.netlib.org/cephes/); k
  /// says which of them and which sign. What is not a number stays so.
  @inlinable @inline(__always)
  func wave(shiftedBy quarters: Int32) -> Self {
    let k = vector_rounded(self * Self(repeating: 0.636619772367581343))
    var r = addingProduct(k, Self(repeating: -1.5703125))
    r = r.addingProduct(k, Self(repeating: -4.837512969970703125e-4))
    r = r.addingProduct(k, Self(repeating: -7.54978995489188216e-8))
    // A little above π/4, for k is rounded from a rounded product. The other operand of minimum and maximum
    // is the one that stays when it is not a number.
    let limit = Self(repeating: 0.8)
    r = (-limit).atLeast(limit.atMost(r))
    let z = r * r
    var s = Self(repeating: -1.9515295891e-4)
    s = Self(repeating: 8.3321608736e-3).addingProduct(s, z)
    s = Self(repeating: -1.6666654611e-1).addingProduct(s, z)
    s = r.addingProduct(s, z * r)
    var c = Self(repeating: 2.443315711809948e-5)
    c = Self(repeating: -1.388731625493765e-3).addingProduct(c, z)
    c = Self(repeating: 4.166664568298827e-2).addingProduct(c, z)
    c = Self(repeating: 1).addingProduct(z, Self(repeating: -0.5)).addingProduct(c, z * z)
    let bound = Self(repeating: 0x1p23)
    let turns = vector_to_integers(k.atMost(bound).atLeast(-bound)) &+ SIMD8<Int32>(repeating: quarters)
    let isOdd = Self(turns & SIMD8<Int32>(repeating: 1))
    let y = isOdd.whereGreater(than: Self(repeating: 0.5), c, otherwise: s)
    let sign = (turns & SIMD8<Int32>(repeating: 2)) &<< SIMD8<Int32>(repeating: 30)
    return unsafeBitCast(unsafeBitCast(y, to: SIMD8<Int32>.self) ^ sign, to: Self.self)
  }
}

extension SIMD8<Float> {
  /// Turns an 8 × 8 block: the element at (i, j) goes to (j, i).
  ///
  /// Interleaves halves three times over.
  @inlinable @inline(__always)
  package static func transpose(
    _ from: UnsafePointer<Float>, stride: Int, into to: UnsafeMutablePointer<Float>, stride toStride: Int
  ) {
    let r0 = vector_interleave_low(Self(at: from), Self(at: from + stride))
    let r1 = vector_interleave_high(Self(at: from), Self(at: from + stride))
    let r2 = vector_interleave_low(Self(at: from + 2 * stride), Self(at: from + 3 * stride))
    let r3 = vector_interleave_high(Self(at: from + 2 * stride), Self(at: from + 3 * stride))
    let r4 = vector_interleave_low(Self(at: from + 4 * stride), Self(at: from + 5 * stride))
    let r5 = vector_interleave_high(Self(at: from + 4 * stride), Self(at: from + 5 * stride))
    let r6 = vector_interleave_low(Self(at: from + 6 * stride), Self(at: from + 7 * stride))
    let r7 = vector_interleave_high(Self(at: from + 6 * stride), Self(at: from + 7 * stride))
    let s0 = vector_pairs_low(r0, r2)
    let s1 = vector_pairs_high(r0, r2)
    let s2 = vector_pairs_low(r1, r3)
    let s3 = vector_pairs_high(r1, r3)
    let s4 = vector_pairs_low(r4, r6)
    let s5 = vector_pairs_high(r4, r6)
    let s6 = vector_pairs_low(r5, r7)
    let s7 = vector_pairs_high(r5, r7)
    vector_halves_low(s0, s4).store(to: to)
    vector_halves_low(s1, s5).store(to: to + toStride)
    vector_halves_low(s2, s6).store(to: to + 2 * toStride)
    vector_halves_low(s3, s7).store(to: to + 3 * toStride)
    vector_halves_high(s0, s4).store(to: to + 4 * toStride)
    vector_halves_high(s1, s5).store(to: to + 5 * toStride)
    vector_halves_high(s2, s6).store(to: to + 6 * toStride)
    vector_halves_high(s3, s7).store(to: to + 7 * toStride)
  }
}
