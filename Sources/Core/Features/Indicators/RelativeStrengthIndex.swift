/// How much of the recent movement was upwards, 0…100: 100 · gain / (gain + loss).
///
/// `gain` and `loss` are Wilder's smoothing over n bars of the rises and of the falls from one row to the next, begun
/// with the mean of the first n: g[t] = g[t−1] + (rise[t] − g[t−1]) / n. It is 0 where nothing has moved. Look-back n,
/// after which the run's beginning fades by 1 − 1/n a bar. Source: TA-Lib's RSI,
/// https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_RSI.c; unlike it, movements below 10⁻¹⁴ count, as prices may be as small.
package struct RelativeStrengthIndex: Indicator {
  package static let name = "rsi"
  private let column: String
  private let period: Int

  package init(_ settings: PartSettings) throws(FeatureError) {
    column = try settings.text("of")
    period = try settings.period("period")
  }

  package var inputs: [String] { [column] }
  package var outputs: [(suffix: String, unit: String)] { [("", "0…100")] }
  package var lookback: Int { period }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let (values, out) = (run[0], outputs[0])
    var (rises, falls) = (0.0, 0.0)
    for row in 1...period {
      let change = values[row] - values[row - 1]
      rises += max(change, 0)
      falls += max(-change, 0)
    }
    var gain = ExponentialMean(smoothing: rises / Double(period), over: period)
    var loss = ExponentialMean(smoothing: falls / Double(period), over: period)
    out[period] = Self.strength(gain.value, loss.value)
    for row in (period + 1)..<run.count {
      let change = values[row] - values[row - 1]
      gain.add(max(change, 0))
      loss.add(max(-change, 0))
      out[row] = Self.strength(gain.value, loss.value)
    }
  }

  /// Below the normal numbers the smoothing stands still at its last few bits, which mean nothing.
  @inline(__always)
  private static func strength(_ gain: Double, _ loss: Double) -> Double {
    let total = gain + loss
    return total >= .leastNormalMagnitude ? 100 * (gain / total) : 0
  }
}
