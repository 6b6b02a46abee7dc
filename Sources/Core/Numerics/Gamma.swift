extension Elementary {
  /// ln Γ(x) for x > 0, to about 2e-15 of the larger of 1 and the result; not a number elsewhere.
  ///
  /// Stirling's series with Bernoulli numbers (Abramowitz, Stegun, «Handbook of mathematical functions»,
  /// 6.1.41) from 15 on; smaller arguments are raised by Γ(x + 1) = x Γ(x), with one logarithm of the
  /// product.
  package static func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    if x == .infinity { return x }
    var product = 1.0
    var y = x
    while y < seriesStart {
      product *= y
      y += 1
    }
    let inverse = 1 / y
    let w = inverse * inverse
    let a1 = 1.0 / 12
    let a2 = -1.0 / 360
    let a3 = 1.0 / 1260
    let a4 = -1.0 / 1680
    let a5 = 1.0 / 1188
    let a6 = -691.0 / 360_360
    let series = inverse * (a1 + w * (a2 + w * (a3 + w * (a4 + w * (a5 + w * a6)))))
    let stirling = (y - 0.5) * log(y) - y + halfLogOfTwoPi + series
    return product == 1 ? stirling : stirling - log(product)
  }

  /// The derivative of ln Γ(x) for x > 0, to about 1e-15 of the larger of 1 and the result.
  ///
  /// It is not a number elsewhere. The asymptotic series (Abramowitz, Stegun, 6.3.18) from 15 on, and
  /// ψ(x) = ψ(x + 1) - 1 / x below.
  package static func digamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    if x == .infinity { return x }
    var sum = 0.0
    var y = x
    while y < seriesStart {
      sum += 1 / y
      y += 1
    }
    let w = 1 / (y * y)
    let b1 = 1.0 / 12
    let b2 = -1.0 / 120
    let b3 = 1.0 / 252
    let b4 = -1.0 / 240
    let b5 = 1.0 / 132
    let b6 = -691.0 / 32_760
    let series = w * (b1 + w * (b2 + w * (b3 + w * (b4 + w * (b5 + w * b6)))))
    return log(y) - 0.5 / y - series - sum
  }

  /// ½ ln 2π.
  package static let halfLogOfTwoPi = 0.918_938_533_204_672_741_78

  /// Where the six terms of either series leave less than rounding does.
  private static var seriesStart: Double { 15 }
}
