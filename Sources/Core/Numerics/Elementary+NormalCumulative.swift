extension Elementary {
  /// The probability that a standard normal variable lies at or below `z`, to a few units in the last place, in the
  /// tails too.
  package static func normalCumulative(_ z: Double) -> Double {
    0.5 * complementaryError(-z * 0.5.squareRoot())
  }

  /// erfc(x) = 2/√π ∫ exp(−t²) dt from x to infinity.
  ///
  /// Cody, «Rational Chebyshev approximations for the error function», Mathematics of Computation 23, 1969, with the
  /// coefficients of his program CALERF (https://www.netlib.org/specfun/erf).
  package static func complementaryError(_ x: Double) -> Double {
    guard !x.isNaN else { return .nan }
    let y = abs(x)
    if y <= 0.46875 { return 1 - x * nearRatio(y * y) }
    guard y < 26.6 else { return x < 0 ? 2 : 0 }
    // exp(−y²) in two factors: the square of the rounded part is exact.
    let rounded = (y * 16).rounded(.towardZero) / 16
    let rest = (y - rounded) * (y + rounded)
    let tail = exp(-rounded * rounded) * exp(-rest) * (y <= 4 ? middleRatio(y) : farRatio(y))
    return x < 0 ? 2 - tail : tail
  }

  private static func nearRatio(_ square: Double) -> Double {
    var (above, below) = (nearAbove[4] * square, square)
    for index in 0..<3 {
      above = (above + nearAbove[index]) * square
      below = (below + nearBelow[index]) * square
    }
    return (above + nearAbove[3]) / (below + nearBelow[3])
  }

  private static func middleRatio(_ y: Double) -> Double {
    var (above, below) = (2.15311535474403846e-8 * y, y)
    for index in 0..<7 {
      above = (above + middleAboveErf[index]) * y
      below = (below + middleBelowErf[index]) * y
    }
    return (above + middleAboveErf[7]) / (below + middleBelowErf[7])
  }

  private static func farRatio(_ y: Double) -> Double {
    let inverse = 1 / (y * y)
    var (above, below) = (1.63153871373020978e-2 * inverse, inverse)
    for index in 0..<4 {
      above = (above + farAboveErf[index]) * inverse
      below = (below + farBelowErf[index]) * inverse
    }
    let ratio = inverse * (above + farAboveErf[4]) / (below + farBelowErf[4])
    return (5.6418958354775628695e-1 - ratio) / y
  }

  private static let nearAbove = SIMD8(
    3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02, 3.20937758913846947e03,
    1.85777706184603153e-1, 0, 0, 0)
  private static let nearBelow = SIMD8(
    2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03, 0, 0, 0, 0
  )
  private static let middleAboveErf = SIMD8(
    5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e01, 2.98635138197400131e02,
    8.81952221241769090e02, 1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03)
  private static let middleBelowErf = SIMD8(
    1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02, 1.62138957456669019e03,
    3.29079923573345963e03, 4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03)
  private static let farAboveErf = SIMD8(
    3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
    6.58749161529837803e-4, 0, 0, 0)
  private static let farBelowErf = SIMD8(
    2.56852019228982242e00, 1.87295284992346725e00, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3, 0, 0, 0)
}
