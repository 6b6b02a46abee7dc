/// A moving average with little lag: WMA(2 · WMA(x, n/2) − WMA(x, n), √n), whole parts of n/2 and √n, one at least.
///
/// Look-back n − 1 + √n − 1. Source: Alan Hull, https://alanhull.com/hull-moving-average.
package struct HullMovingAverage: MovingAverage {
  package static let name = "hull-ma"
  let column: String
  let period: Int

  init(of column: String, period: Int) {
    self.column = column
    self.period = period
  }

  package var lookback: Int { period - 1 + smoothing - 1 }

  /// The period of the last average; square roots are exact enough for it.
  private var smoothing: Int { max(Int(Double(period).squareRoot()), 1) }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let values = run[0]
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * run.count) { room in
      let slow = UnsafeMutableBufferPointer(rebasing: room[..<run.count])
      let sharp = UnsafeMutableBufferPointer(rebasing: room[run.count...])
      Rolling.weightedMean(of: values, period: period, into: slow)
      Rolling.weightedMean(of: values, period: max(period / 2, 1), into: sharp)
      for row in (period - 1)..<run.count { sharp[row] = 2 * sharp[row] - slow[row] }
      Rolling.weightedMean(
        of: UnsafeBufferPointer(rebasing: sharp[(period - 1)...]), period: smoothing,
        into: UnsafeMutableBufferPointer(rebasing: outputs[0][(period - 1)...]))
    }
  }
}
