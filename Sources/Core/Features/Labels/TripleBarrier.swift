private import Numerics

/// Which of two barriers the price reaches first within so many rows: loss (0), neither (1) or profit (2).
///
/// From the price p at row t the upper barrier is p (1 + profit · σ) and the lower one p (1 − loss · σ), where σ is 1,
/// or with `volatility: n` the standard deviation of the n newest one-row log returns up to t. Rows t + 1…t + steps
/// are looked at in turn, by their high and low when the label has those columns and by the price otherwise. If one
/// bar reaches both it is a loss: what came first within the bar is not known, and no label should be better than a
/// trade would have been.
///
/// Source: López de Prado, «Advances in Financial Machine Learning» (2018), 3.4.
package struct TripleBarrier: Label {
  package static let name = "triple-barrier"
  package let inputs: [String]
  private let high: Int
  private let low: Int
  private let profit: Double
  private let loss: Double
  private let steps: Int
  /// Returns in σ; 0 for barriers that do not scale.
  private let volatility: Int

  package init(_ settings: PartSettings) throws(FeatureError) {
    let high = settings.has("high") ? [try settings.text("high")] : []
    let low = settings.has("low") ? [try settings.text("low")] : []
    inputs = [try settings.text("of")] + high + low
    self.high = high.count
    self.low = low.isEmpty ? 0 : high.count + 1
    profit = try settings.number("profit")
    loss = try settings.number("loss")
    steps = try settings.period("steps")
    volatility = settings.has("volatility") ? try settings.count("volatility", in: 2...1_000_000) : 0
  }

  package var outputs: [LabelColumn] {
    [LabelColumn(unit: "class", still: .value(1), classes: ["loss", "neither", "profit"])]
  }

  package var span: Int { steps }
  package var lookback: Int { volatility }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    let (prices, highs, lows, classes) = (run[0], run[high], run[low], outputs[0])
    guard run.count > lookback + steps else { return }
    let deviations = volatility > 0 ? deviations(of: prices) : []
    for row in lookback..<(run.count - steps) {
      let scale = volatility > 0 ? deviations[row] : 1
      let upper = prices[row] * (1 + profit * scale)
      let lower = prices[row] * (1 - loss * scale)
      guard upper.isFinite, lower.isFinite else {
        classes[row] = .nan
        continue
      }
      var found = 1.0
      for later in (row + 1)...(row + steps) {
        if lows[later] <= lower {
          found = 0
          break
        }
        if highs[later] >= upper {
          found = 2
          break
        }
      }
      classes[row] = found
    }
  }

  /// The standard deviation (n − 1) of the newest returns up to each row, [T].
  ///
  /// It is summed anew for each row, so that no rounding is carried along.
  private func deviations(of prices: UnsafeBufferPointer<Double>) -> [Double] {
    var returns = [Double](repeating: 0, count: prices.count)
    for row in 1..<prices.count { returns[row] = Elementary.log(prices[row] / prices[row - 1]) }
    var deviations = [Double](repeating: .nan, count: prices.count)
    for row in volatility..<prices.count {
      let newest = (row - volatility + 1)...row
      var sum = 0.0
      for index in newest { sum += returns[index] }
      let mean = sum / Double(volatility)
      var squares = 0.0
      for index in newest { squares += (returns[index] - mean) * (returns[index] - mean) }
      deviations[row] = (squares / Double(volatility - 1)).squareRoot()
    }
    return deviations
  }
}
