private import Chronology

/// The mean of the typical price p = (high + low + close) / 3 with the volume as weight: Σ p · v / Σ v.
///
/// It is over the last n bars, look-back n − 1; with `anchor: day` over the bars since midnight UTC, look-back 0, and
/// of a day that the run begins in the middle of, over its bars so far. Where no volume was traded it is the bar's own
/// typical price. Source: Berkowitz, Logue and Noser 1988, https://doi.org/10.1111/j.1540-6261.1988.tb02591.x.
package struct VolumeWeightedAveragePrice: Indicator {
  package static let name = "vwap"
  package let inputs: [String]
  private let period: Int
  private let anchor: Anchor

  /// Where the sums begin.
  private enum Anchor: String {
    /// n bars ago.
    case none
    /// At midnight, UTC.
    case day
  }

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [
      try settings.text("high"), try settings.text("low"), try settings.text("close"),
      try settings.text("volume"),
    ]
    anchor = try settings.choice("anchor")
    period = anchor == .day ? 1 : try settings.period("period")
  }

  package var isLevel: Bool { true }
  package var outputs: [(suffix: String, unit: String)] { [("", "as \(inputs[2])")] }
  package var lookback: Int { period - 1 }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: run.count) { prices in
      let (high, low, close) = (run[0], run[1], run[2])
      for row in prices.indices { prices[row] = (high[row] + low[row] + close[row]) / 3 }
      switch anchor {
      case .none: writeRolling(UnsafeBufferPointer(prices), weights: run[3], into: outputs[0])
      case .day: writeDaily(UnsafeBufferPointer(prices), weights: run[3], time: run.time, into: outputs[0])
      }
    }
  }

  /// As ``Rolling``: prices are distances from the first of the block, so that rounding is of those.
  private func writeRolling(
    _ prices: UnsafeBufferPointer<Double>, weights: UnsafeBufferPointer<Double>,
    into out: UnsafeMutableBufferPointer<Double>
  ) {
    let period = period
    Rolling.blocks(of: prices, period: period, sums: 2) { first, tails in
      let origin = prices[first]
      let weightTails = tails + period
      var (sum, weight) = (0.0, 0.0)
      for age in 1..<period {
        sum += (prices[first - age] - origin) * weights[first - age]
        weight += weights[first - age]
        tails[age] = sum
        weightTails[age] = weight
      }
      (sum, weight) = (0, 0)
      for row in first..<min(first + period, prices.count) {
        sum += (prices[row] - origin) * weights[row]
        weight += weights[row]
        let older = first + period - 1 - row
        let total = weightTails[older] + weight
        out[row] = total > 0 ? origin + (tails[older] + sum) / total : prices[row]
      }
    }
  }

  private func writeDaily(
    _ prices: UnsafeBufferPointer<Double>, weights: UnsafeBufferPointer<Double>,
    time: UnsafeBufferPointer<Int64>, into out: UnsafeMutableBufferPointer<Double>
  ) {
    var day = CivilDay(of: time[0])
    var (origin, sum, weight) = (prices[0], 0.0, 0.0)
    for row in prices.indices {
      if !day.contains(time[row]) {
        day = CivilDay(of: time[row])
        (origin, sum, weight) = (prices[row], 0, 0)
      }
      sum += (prices[row] - origin) * weights[row]
      weight += weights[row]
      out[row] = weight > 0 ? origin + sum / weight : prices[row]
    }
  }
}
