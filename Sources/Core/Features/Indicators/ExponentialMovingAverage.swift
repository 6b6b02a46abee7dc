/// A mean that forgets: e[t] = e[t−1] + 2 / (n + 1) · (x[t] − e[t−1]), e[n−1] the mean of the first n values.
///
/// Look-back n − 1, after which the run's beginning still has a share of e^(−2k/n) k bars later. Source: TA-Lib's EMA,
/// https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_EMA.c.
package struct ExponentialMovingAverage: MovingAverage {
  package static let name = "ema"
  let column: String
  let period: Int

  init(of column: String, period: Int) {
    self.column = column
    self.period = period
  }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let (values, out) = (run[0], outputs[0])
    var mean = ExponentialMean(spanning: values[..<period])
    out[lookback] = mean.value
    for row in period..<run.count {
      mean.add(values[row])
      out[row] = mean.value
    }
  }
}
