/// How much of the capital is held after a forecast: 1 all, −1 sold short, 0 nothing.
package enum PositionRule: Sendable, Equatable {
  /// All of it in the direction that is forecast.
  case sign
  /// The same, and nothing while the forecast return is not above `least` either way.
  case threshold(least: Double)
  /// In the direction that is forecast, so much that the returns of the last `bars` would have had the deviation
  /// `target` a bar, and never more than `most`.
  case volatilityTarget(target: Double, bars: Int, most: Double)

  /// The position for a forecast return, given the returns that were known, newest last.
  package func position(for forecast: Double, after returns: ArraySlice<Double>) -> Double {
    let direction: Double = forecast > 0 ? 1 : forecast < 0 ? -1 : 0
    switch self {
    case .sign: return direction
    case .threshold(let least): return abs(forecast) > least ? direction : 0
    case .volatilityTarget(let target, let bars, let most):
      let recent = returns.suffix(bars)
      guard recent.count >= 2 else { return 0 }
      var moments = PivotedMoments()
      for value in recent { moments.add(value) }
      let deviation = (moments.sumOfSquares / Double(moments.count - 1)).squareRoot()
      return deviation > 0 ? direction * min(target / deviation, most) : 0
    }
  }
}
