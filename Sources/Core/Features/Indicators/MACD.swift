/// Moving average convergence and divergence: how far a fast average has left a slow one.
///
/// The line is EMA(x, fast) − EMA(x, slow), `_signal` the EMA of the line, `_histogram` the line less its signal. As in
/// TA-Lib both averages begin with plain means that end on the same row, the longer period's first, and the signal with
/// the mean of the line's first values. Look-back max(fast, slow) − 1 + signal − 1. A fast period that is the longer one
/// turns the sign, where TA-Lib swaps the two. Source: TA-Lib's MACD,
/// https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_MACD.c.
package struct MACD: Indicator {
  package static let name = "macd"
  private let column: String
  private let fast: Int
  private let slow: Int
  private let signal: Int

  package init(_ settings: PartSettings) throws(FeatureError) {
    column = try settings.text("of")
    fast = try settings.period("fast")
    slow = try settings.period("slow")
    signal = try settings.period("signal")
  }

  package var inputs: [String] { [column] }
  package var outputs: [(suffix: String, unit: String)] {
    ["", "_signal", "_histogram"].map { ($0, "as \(column)") }
  }
  package var lookback: Int { longest - 1 + signal - 1 }

  private var longest: Int { max(fast, slow) }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let (values, line, signals, histogram) = (run[0], outputs[0], outputs[1], outputs[2])
    var fastMean = ExponentialMean(spanning: values[(longest - fast)..<longest])
    var slowMean = ExponentialMean(spanning: values[(longest - slow)..<longest])
    withUnsafeTemporaryAllocation(of: Double.self, capacity: signal) { first in
      first[0] = fastMean.value - slowMean.value
      for age in 1..<signal {
        fastMean.add(values[longest - 1 + age])
        slowMean.add(values[longest - 1 + age])
        first[age] = fastMean.value - slowMean.value
      }
      line[lookback] = first[signal - 1]
      var mean = ExponentialMean(spanning: UnsafeBufferPointer(first)[...])
      signals[lookback] = mean.value
      histogram[lookback] = line[lookback] - mean.value
      for row in (lookback + 1)..<run.count {
        fastMean.add(values[row])
        slowMean.add(values[row])
        line[row] = fastMean.value - slowMean.value
        mean.add(line[row])
        signals[row] = mean.value
        histogram[row] = line[row] - mean.value
      }
    }
  }
}
