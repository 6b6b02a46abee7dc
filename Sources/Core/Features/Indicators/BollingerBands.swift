/// The mean of the last n values, and d standard deviations above and below it.
///
/// `_middle` = m = Σx / n, `_upper` = m + d · s, `_lower` = m − d · s with the population's s = √(Σ(x − m)² / n).
/// Look-back n − 1. Source: TA-Lib's BBANDS, https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_BBANDS.c.
package struct BollingerBands: Indicator {
  package static let name = "bollinger"
  private let column: String
  private let period: Int
  private let deviations: Double

  package init(_ settings: PartSettings) throws(FeatureError) {
    column = try settings.text("of")
    period = try settings.period("period")
    deviations = try settings.number("deviations")
  }

  package var inputs: [String] { [column] }
  package var isLevel: Bool { true }
  package var outputs: [(suffix: String, unit: String)] {
    ["_upper", "_middle", "_lower"].map { ($0, "as \(column)") }
  }
  package var lookback: Int { period - 1 }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let (upper, middle, lower) = (outputs[0], outputs[1], outputs[2])
    Rolling.mean(of: run[0], period: period, into: middle)
    Rolling.deviation(of: run[0], period: period, into: upper)
    for row in lookback..<run.count {
      let distance = deviations * upper[row]
      upper[row] = middle[row] + distance
      lower[row] = middle[row] - distance
    }
  }
}
