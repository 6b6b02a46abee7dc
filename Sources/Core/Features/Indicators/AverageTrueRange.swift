/// How far the price ranges in a bar, the step from the bar before included, smoothed.
///
/// The true range is max(high − low, |high − close[t−1]|, |low − close[t−1]|); a[t] = a[t−1] + (range[t] − a[t−1]) / n,
/// begun with the mean of the first n. Look-back n, after which the run's beginning fades by 1 − 1/n a bar. Source:
/// TA-Lib's ATR, https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_ATR.c.
package struct AverageTrueRange: Indicator {
  package static let name = "atr"
  package let inputs: [String]
  private let period: Int

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("high"), try settings.text("low"), try settings.text("close")]
    period = try settings.period("period")
  }

  package var outputs: [(suffix: String, unit: String)] { [("", "as \(inputs[2])")] }
  package var lookback: Int { period }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let (high, low, close, out) = (run[0], run[1], run[2], outputs[0])
    func range(_ row: Int) -> Double {
      let before = close[row - 1]
      return max(high[row] - low[row], max(abs(high[row] - before), abs(low[row] - before)))
    }
    var sum = 0.0
    for row in 1...period { sum += range(row) }
    var mean = ExponentialMean(smoothing: sum / Double(period), over: period)
    out[period] = mean.value
    for row in (period + 1)..<run.count {
      mean.add(range(row))
      out[row] = mean.value
    }
  }
}
