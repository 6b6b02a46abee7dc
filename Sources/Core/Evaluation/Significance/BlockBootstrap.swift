private import Numerics

/// Between which values a ratio of two means lies, when neighbours in time are alike.
///
/// Circular blocks of a fixed length are drawn with replacement (Politis and Romano, «A circular block-resampling
/// procedure for stationary data», 1992); the draws depend on the seed alone.
package struct BlockBootstrap: Sendable {
  package let blockLength: Int
  package let resamples: Int
  private let stream: RandomStream

  package init(blockLength: Int, resamples: Int = 2000, seed: UInt64 = 0) {
    precondition(blockLength >= 1 && resamples >= 1)
    self.blockLength = blockLength
    self.resamples = resamples
    stream = RandomStream(seed: seed, purpose: "block bootstrap")
  }

  /// The length for n windows of which `overlap` in a row share bars: that, or n^⅓ where it is more (Hall, Horowitz and
  /// Jing, Biometrika 82(3), 1995).
  package static func blockLength(windows n: Int, overlap: Int) -> Int {
    var root = 1
    while root * root * root < n { root += 1 }
    return min(max(overlap, root), max(n / 2, 1))
  }

  /// The quantiles at both ends of `confidence` of 1 − Σ losses / Σ others.
  package func skill(
    of losses: [Double], against others: [Double], confidence: Double = 0.95
  ) -> ClosedRange<Double>? {
    precondition(losses.count == others.count, "a loss a window")
    return interval(of: [losses, others], confidence: confidence) { sums in
      sums[1] > 0 ? 1 - sums[0] / sums[1] : nil
    }
  }

  /// The quantiles of a statistic of the sums of several series over the same windows.
  package func interval(
    of series: [[Double]], confidence: Double = 0.95, statistic: ([Double]) -> Double?
  ) -> ClosedRange<Double>? {
    let n = series.first?.count ?? 0
    guard n > 1 else { return nil }
    let length = min(blockLength, n)
    // Sums of the windows before each, twice around, so that a block is one subtraction.
    let before = series.map { values in
      var sums = [0.0]
      sums.reserveCapacity(2 * n + 1)
      for index in 0..<(2 * n) { sums.append(sums[index] + values[index % n]) }
      return sums
    }
    let blocks = (n + length - 1) / length
    let last = n - (blocks - 1) * length
    var found: [Double] = []
    found.reserveCapacity(resamples)
    var sums = [Double](repeating: 0, count: series.count)
    for resample in 0..<resamples {
      for index in sums.indices { sums[index] = 0 }
      for block in 0..<blocks {
        let first = min(Int(stream.uniform(at: resample * blocks + block) * Double(n)), n - 1)
        let end = first + (block == blocks - 1 ? last : length)
        for index in sums.indices { sums[index] += before[index][end] - before[index][first] }
      }
      if let value = statistic(sums) { found.append(value) }
    }
    guard found.count == resamples else { return nil }
    found.sort()
    let tail = (1 - confidence) / 2
    return Quantile.linear(found, tail)...Quantile.linear(found, 1 - tail)
  }
}
