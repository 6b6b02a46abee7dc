/// Corrections that make a model's own intervals cover what they promise: for each interval how far both ends are moved
/// outwards, or inwards where they were too careful.
///
/// Romano, Patterson and Candès, «Conformalized quantile regression», NeurIPS 2019.
package struct ConformalQuantiles: Sendable, Equatable {
  /// The move of each interval, outermost first, for each step and column, [H, K, Q / 2].
  package let moves: [Double]
  package let steps: Int
  package let columns: Int
  private let pairs: Int

  /// - Parameters:
  ///   - quantiles: of calibration windows, ascending, [n, H, K, Q].
  ///   - actual: what came, [n, H, K].
  ///   - probabilities: of the quantiles, [Q].
  package init(
    quantiles: [Double], actual: [Double], probabilities: [Double], steps: Int, columns: Int
  ) {
    let q = probabilities.count
    let width = steps * columns
    precondition(quantiles.count == actual.count * q, "\(q) quantiles of each actual value")
    let pairs = q / 2
    var moves = [Double](repeating: 0, count: width * pairs)
    for element in 0..<width {
      for pair in 0..<pairs {
        var misses: [Double] = []
        misses.reserveCapacity(actual.count / width)
        for index in stride(from: element, to: actual.count, by: width) {
          let (low, high) = (quantiles[index * q + pair], quantiles[(index + 1) * q - 1 - pair])
          misses.append(max(low - actual[index], actual[index] - high))
        }
        let coverage = probabilities[q - 1 - pair] - probabilities[pair]
        moves[element * pairs + pair] = ConformalQuantile.upper(of: misses.sorted(), coverage: coverage)
      }
    }
    (self.moves, self.steps, self.columns, self.pairs) = (moves, steps, columns, pairs)
  }

  /// Quantiles [B, H, K, Q] with their ends moved; they stay in order.
  package func corrected(_ quantiles: [Double]) -> [Double] {
    let q = 2 * pairs
    let width = steps * columns
    var result = quantiles
    for element in 0..<(quantiles.count / max(q, 1)) {
      let place = element % width
      for pair in 0..<pairs {
        let move = moves[place * pairs + pair]
        result[element * q + pair] -= move
        result[(element + 1) * q - 1 - pair] += move
      }
      result[(element * q)..<((element + 1) * q)].sort()
    }
    return result
  }
}

/// The quantile of n sorted scores that a new, exchangeable one stays below with a promised probability.
package enum ConformalQuantile {
  /// The ⌈(n + 1) c⌉-th smallest; the largest where there are too few to promise that much.
  package static func upper(of sorted: [Double], coverage: Double) -> Double {
    let rank = Double(sorted.count + 1) * coverage
    let place = Int((rank - 1e-9 * rank).rounded(.up))
    return sorted[min(max(place, 1), sorted.count) - 1]
  }
}
