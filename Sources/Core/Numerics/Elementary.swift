/// Elementary functions that give the same bits on every machine.
///
/// A system's `libm` changes its last digit with the C library's version and with the processor it finds, and
/// one changed bit in a synthetic candle or a logarithm changes every digest after it. These are the classic
/// algorithms of Sun's fdlibm (https://www.netlib.org/fdlibm/), written with additions, multiplications and
/// divisions only, never fused, so IEEE 754 fixes every bit. The error is below one unit in the last place.
package enum Elementary {
  private static let ln2High = 6.931_471_803_691_238_164_90e-01
  private static let ln2Low = 1.908_214_929_270_587_700_02e-10

  /// The exponential of `x`; infinity above about 709.78, zero below about -745.13.
  ///
  /// Source: fdlibm `e_exp.c`: x = k ln 2 + r, a rational approximation of exp on |r| ≤ ½ ln 2.
  package static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.782712893383973096 { return .infinity }
    if x < -745.13321910194110842 { return 0 }

    let k = (x * 1.44269504088896338700e+00).rounded(.toNearestOrEven)
    return scaled(expOfRemainder(x, k), byPowerOfTwo: Int(k))
  }

  /// The exponential of each value, in place, to the same bits.
  ///
  /// Several at a time where a run of 256 lies between -708 and 709, as those of kernels do.
  package static func exp(_ values: UnsafeMutableBufferPointer<Double>) {
    for start in stride(from: 0, to: values.count, by: 256) {
      let block = start..<min(start + 256, values.count)
      var isOrdinary = true
      for place in block { isOrdinary = isOrdinary && values[place] >= -708 && values[place] <= 709 }
      if isOrdinary {
        for place in block { values[place] = expOfOrdinary(values[place]) }
      } else {
        for place in block { values[place] = exp(values[place]) }
      }
    }
  }

  /// ``exp(_:)-(Double)`` where 2^k is a normal number; no branches, so that loops become vector code.
  @inline(__always)
  private static func expOfOrdinary(_ x: Double) -> Double {
    // Adding 1.5 · 2^52 rounds to a whole number, ties to even, which then stands in the low bits.
    let rounded = x * 1.44269504088896338700e+00 + 0x1.8p52
    let y = expOfRemainder(x, rounded - 0x1.8p52)
    return y * Double(bitPattern: (rounded.bitPattern &+ 1023) &<< 52)
  }

  /// The exponential of x - k ln 2, which is at most ½ ln 2 from zero.
  @inline(__always)
  private static func expOfRemainder(_ x: Double, _ k: Double) -> Double {
    let high = x - k * ln2High
    let low = k * ln2Low
    let r = high - low
    let t = r * r
    let p5 = 4.13813679705723846039e-08
    let p4 = -1.65339022054652515390e-06
    let p3 = 6.61375632143793436117e-05
    let p2 = -2.77777777770155933842e-03
    let p1 = 1.66666666666666019037e-01
    let c = r - t * (p1 + t * (p2 + t * (p3 + t * (p4 + t * p5))))
    return 1 - ((low - (r * c) / (2 - c)) - high)
  }

  /// The natural logarithm of `x`; negative infinity at zero, not a number below it.
  ///
  /// Source: fdlibm `e_log.c`: x = 2^k (1 + f), log(1 + f) as a series in s = f / (2 + f).
  package static func log(_ x: Double) -> Double {
    if x.isNaN || x == .infinity { return x }
    if x == 0 { return -.infinity }
    if x < 0 { return .nan }

    if x >= .leastNormalMagnitude { return logOfNormal(x, offset: 0) }
    return logOfNormal(x * 0x1p54, offset: 54)
  }

  /// The natural logarithm of each value, in place, to the same bits.
  ///
  /// Several at a time, so that it takes half as long.
  package static func log(_ values: UnsafeMutableBufferPointer<Double>) {
    for start in stride(from: 0, to: values.count, by: 256) {
      let block = start..<min(start + 256, values.count)
      var isOrdinary = true
      for place in block {
        isOrdinary = isOrdinary && values[place] >= .leastNormalMagnitude && values[place] < .infinity
      }
      if isOrdinary {
        for place in block { values[place] = logOfNormal(values[place], offset: 0) }
      } else {
        for place in block { values[place] = log(values[place]) }
      }
    }
  }

  /// The natural logarithm of a positive normal number over 2^offset; no branches, so that loops become vector code.
  @inline(__always)
  private static func logOfNormal(_ x: Double, offset: Double) -> Double {
    let bits = x.bitPattern
    let significand = Double(bitPattern: bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000)
    // The biased exponent in the low bits of 2^52: a conversion that every processor has for vectors.
    let exponent = Double(bitPattern: bits >> 52 | 0x4330_0000_0000_0000) - (0x1p52 + 1023)
    let isUpper = significand > 1.4142135623730951
    let m = isUpper ? significand * 0.5 : significand
    let k = exponent - offset + (isUpper ? 1 : 0)
    let f = m - 1
    let s = f / (2 + f)
    let z = s * s
    let w = z * z
    let lg7 = 1.479819860511658591e-01
    let lg6 = 1.531383769920937332e-01
    let lg5 = 1.818357216161805012e-01
    let lg4 = 2.222219843214978396e-01
    let lg3 = 2.857142874366239149e-01
    let lg2 = 3.999999999940941908e-01
    let lg1 = 6.666666666666735130e-01
    let even = w * (lg2 + w * (lg4 + w * lg6))
    let odd = z * (lg1 + w * (lg3 + w * (lg5 + w * lg7)))
    let halfSquare = 0.5 * f * f
    return k * ln2High - ((halfSquare - (s * (halfSquare + (odd + even)) + k * ln2Low)) - f)
  }

  /// The sine of `x` radians, for |x| up to one million.
  package static func sin(_ x: Double) -> Double {
    let (quadrant, high, low) = reducedToQuadrant(x)
    switch quadrant {
    case 0: return kernelSine(high, low)
    case 1: return kernelCosine(high, low)
    case 2: return -kernelSine(high, low)
    default: return -kernelCosine(high, low)
    }
  }

  /// The cosine of `x` radians, for |x| up to one million.
  package static func cos(_ x: Double) -> Double {
    let (quadrant, high, low) = reducedToQuadrant(x)
    switch quadrant {
    case 0: return kernelCosine(high, low)
    case 1: return -kernelSine(high, low)
    case 2: return -kernelCosine(high, low)
    default: return kernelSine(high, low)
    }
  }

  /// Multiplies in two steps near the ends of the range, where 2^k itself is not a normal number.
  private static func scaled(_ y: Double, byPowerOfTwo k: Int) -> Double {
    if k > 1023 { return y * Double(sign: .plus, exponent: 1023, significand: 1) * powerOfTwo(k - 1023) }
    if k < -1022 { return y * powerOfTwo(k + 1022) * Double(sign: .plus, exponent: -1022, significand: 1) }
    return y * powerOfTwo(k)
  }

  private static func powerOfTwo(_ k: Int) -> Double { Double(sign: .plus, exponent: k, significand: 1) }

  /// Cody–Waite reduction by π/2 in three parts (fdlibm `e_rem_pio2.c`, medium arguments).
  private static func reducedToQuadrant(_ x: Double) -> (quadrant: Int, high: Double, low: Double) {
    precondition(abs(x) <= 1_000_000, "an angle of at most a million radians, not \(x)")
    let n = (x * 6.36619772367581382433e-01).rounded(.toNearestOrEven)
    let halfPi1 = 1.57079632673412561417e+00
    let halfPi2 = 6.07710050630396597660e-11
    let halfPi2Tail = 2.02226624879595063154e-21
    let first = x - n * halfPi1
    let second = n * halfPi2
    let r = first - second
    let rest = n * halfPi2Tail - ((first - r) - second)
    let high = r - rest
    let low = (r - high) - rest
    return (Int(n) & 3, high, low)
  }

  /// fdlibm `k_sin.c`, on |x| ≤ π/4 with tail `y`.
  private static func kernelSine(_ x: Double, _ y: Double) -> Double {
    let z = x * x
    let v = z * x
    let s6 = 1.58969099521155010221e-10
    let s5 = -2.50507602534068634195e-08
    let s4 = 2.75573137070700676789e-06
    let s3 = -1.98412698298579493134e-04
    let s2 = 8.33333333332248946124e-03
    let s1 = -1.66666666666666324348e-01
    let r = s2 + z * (s3 + z * (s4 + z * (s5 + z * s6)))
    return x - ((z * (0.5 * y - v * r) - y) - v * s1)
  }

  /// fdlibm `k_cos.c`, on |x| ≤ π/4 with tail `y`.
  private static func kernelCosine(_ x: Double, _ y: Double) -> Double {
    let z = x * x
    let c6 = -1.13596475577881948265e-11
    let c5 = 2.08757232129817482790e-09
    let c4 = -2.75573143513906633035e-07
    let c3 = 2.48015872894767294178e-05
    let c2 = -1.38888888888741095749e-03
    let c1 = 4.16666666666666019037e-02
    let r = z * (c1 + z * (c2 + z * (c3 + z * (c4 + z * (c5 + z * c6)))))
    let half = 0.5 * z
    let w = 1 - half
    return w + (((1 - w) - half) + (z * r - x * y))
  }
}
