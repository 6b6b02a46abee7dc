private import Numerics

/// How much the price has moved over the last n bars: √(Σ r²) of the log returns r[t] = ln(x[t] / x[t−1]).
///
/// With `bars_per_year` k it is that of a year at the same pace, √(k / n · Σ r²): k = 8760 for hours of a market that
/// never closes, 252 for days of an exchange. Look-back n; not a number where a price is not positive. Source: Andersen,
/// Bollerslev, Diebold and Labys 2003, https://doi.org/10.1111/1468-0262.00418.
package struct RealisedVolatility: Indicator {
  package static let name = "realised-volatility"
  private let column: String
  private let period: Int
  private let barsPerYear: Double?

  package init(_ settings: PartSettings) throws(FeatureError) {
    column = try settings.text("of")
    period = try settings.period("period")
    barsPerYear = settings.has("bars_per_year") ? try settings.number("bars_per_year") : nil
  }

  package var inputs: [String] { [column] }
  package var outputs: [(suffix: String, unit: String)] {
    [("", barsPerYear == nil ? "log return" : "log return a year")]
  }
  package var lookback: Int { period }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let (values, out) = (run[0], outputs[0])
    let scale = barsPerYear.map { $0 / Double(period) } ?? 1
    withUnsafeTemporaryAllocation(of: Double.self, capacity: run.count - 1) { squares in
      for row in squares.indices { squares[row] = values[row + 1] / values[row] }
      Elementary.log(squares)
      for row in squares.indices { squares[row] *= squares[row] }
      Rolling.sum(
        of: UnsafeBufferPointer(squares), period: period,
        into: UnsafeMutableBufferPointer(rebasing: out[1...]))
    }
    for row in lookback..<run.count { out[row] = (scale * out[row]).squareRoot() }
  }
}
