/// Where the close stands between the lowest low and the highest high of the last bars, 0…100, smoothed.
///
/// raw = 100 · (close − lowest) / (highest − lowest) over `fast` bars, 0 where nothing has moved; `_k` is its mean over
/// `slow` bars, `_d` the mean of `_k` over `signal`. Look-back fast − 1 + slow − 1 + signal − 1. Source: TA-Lib's STOCH
/// with simple averages, https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_STOCH.c.
package struct Stochastic: Indicator {
  package static let name = "stochastic"
  package let inputs: [String]
  private let fast: Int
  private let slow: Int
  private let signal: Int

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("high"), try settings.text("low"), try settings.text("close")]
    fast = try settings.period("fast")
    slow = try settings.period("slow")
    signal = try settings.period("signal")
  }

  package var outputs: [(suffix: String, unit: String)] { [("_k", "0…100"), ("_d", "0…100")] }
  package var lookback: Int { fast - 1 + slow - 1 + signal - 1 }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * run.count) { room in
      let raw = UnsafeMutableBufferPointer(rebasing: room[..<run.count])
      let smooth = UnsafeMutableBufferPointer(rebasing: room[run.count...])
      writePosition(of: run, lowest: smooth, into: raw)
      let (rawFirst, smoothFirst) = (fast - 1, fast - 1 + slow - 1)
      Rolling.mean(
        of: UnsafeBufferPointer(rebasing: raw[rawFirst...]), period: slow,
        into: UnsafeMutableBufferPointer(rebasing: smooth[rawFirst...]))
      Rolling.mean(
        of: UnsafeBufferPointer(rebasing: smooth[smoothFirst...]), period: signal,
        into: UnsafeMutableBufferPointer(rebasing: outputs[1][smoothFirst...]))
      for row in lookback..<run.count { outputs[0][row] = smooth[row] }
    }
  }

  private func writePosition(
    of run: Run, lowest: UnsafeMutableBufferPointer<Double>, into out: UnsafeMutableBufferPointer<Double>
  ) {
    let close = run[2]
    Rolling.maximum(of: run[0], period: fast, into: out)
    Rolling.minimum(of: run[1], period: fast, into: lowest)
    for row in (fast - 1)..<run.count {
      let range = out[row] - lowest[row]
      out[row] = range != 0 ? 100 * ((close[row] - lowest[row]) / range) : 0
    }
  }
}
