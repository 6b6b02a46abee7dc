/// What would have come of trading by forecasts of the next bar's return.
///
/// A position is taken at the close that ends a window and held for one bar. A bar that is marked as repaired or that
/// has no forecast is not traded: the position of the bar before is closed, and it counts nowhere.
package struct TradingSimulation: Sendable, Equatable {
  /// Of each bar, after costs; a marked bar has 0 and ``isScored`` false.
  package private(set) var returns: [Double] = []
  /// The same before costs.
  package private(set) var grossReturns: [Double] = []
  package private(set) var positions: [Double] = []
  package private(set) var isScored: [Bool] = []
  /// What one unit of capital has become after each bar.
  package private(set) var equity: [Double] = []
  /// Σ |change of the position|.
  package private(set) var traded = 0.0
  private var wins = 0
  private var bets = 0

  /// - Parameters:
  ///   - forecasts: of the simple return of each bar, nil where there is none.
  ///   - returns: what came, close to close; of a marked bar nil.
  package init(
    forecasts: [Double?], returns actual: [Double?], rule: PositionRule, costs: TradingCosts
  ) {
    precondition(forecasts.count == actual.count, "a forecast a bar")
    var (position, capital) = (0.0, 1.0)
    var known: [Double] = []
    for (forecast, change) in zip(forecasts, actual) {
      let next: Double =
        if let forecast, change != nil { rule.position(for: forecast, after: known[...]) } else { 0 }
      let cost = abs(next - position) * costs.each
      let gross = next * (change ?? 0)
      traded += abs(next - position)
      position = next
      capital *= max(1 + gross - cost, 0)
      positions.append(position)
      grossReturns.append(gross)
      returns.append(gross - cost)
      equity.append(capital)
      isScored.append(forecast != nil && change != nil)
      if let change {
        known.append(change)
        if position != 0, change != 0 {
          bets += 1
          if (position > 0) == (change > 0) { wins += 1 }
        }
      }
    }
  }

  /// The share of bars held that went the right way; nil where nothing was held.
  package var hitRate: Double? { bets > 0 ? Double(wins) / Double(bets) : nil }
  /// The mean change of the position a bar.
  package var turnover: Double? { positions.isEmpty ? nil : traded / Double(positions.count) }
  package var scoredReturns: [Double] { zip(returns, isScored).filter(\.1).map(\.0) }
}
