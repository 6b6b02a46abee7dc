/// The mean of the last n values with the weights 1, 2, …, n: Σ k · x[t−n+k] / (n (n + 1) / 2).
///
/// Look-back n − 1. Source: TA-Lib's WMA, https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_WMA.c.
package struct WeightedMovingAverage: MovingAverage {
  package static let name = "wma"
  let column: String
  let period: Int

  init(of column: String, period: Int) {
    self.column = column
    self.period = period
  }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    Rolling.weightedMean(of: run[0], period: period, into: outputs[0])
  }
}
