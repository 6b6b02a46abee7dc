/// The mean of the last n values, (x[t−n+1] + … + x[t]) / n.
///
/// Look-back n − 1. Source: TA-Lib's SMA, https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_SMA.c.
package struct SimpleMovingAverage: MovingAverage {
  package static let name = "sma"
  let column: String
  let period: Int

  init(of column: String, period: Int) {
    self.column = column
    self.period = period
  }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    Rolling.mean(of: run[0], period: period, into: outputs[0])
  }
}
