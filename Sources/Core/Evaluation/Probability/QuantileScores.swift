package import Tensors

/// How good forecasts of quantiles are: sums over any set of forecasts, of which parts may be added.
package struct QuantileScores: Sendable, Equatable {
  /// Ascending, [Q].
  package let probabilities: [Double]
  package private(set) var count = 0
  /// Σ pinball losses of each quantile, [Q].
  private var pinballs: [Double]
  /// How many actual values lie below each quantile or at it, [Q].
  private var below: [Int]
  /// Of each interval, outermost first: hits, Σ widths, Σ Winkler scores, and Σ scaled ones.
  private var hits: [Int]
  private var widths: [Double]
  private var winklers: [Double]
  private var scaled: [Double]
  private var unscaled = 0
  /// How many actual values lie between the quantiles q − 1 and q, [Q + 1].
  private var ranks: [Int]

  package init(probabilities: [Double]) {
    precondition(
      zip(probabilities, probabilities.dropFirst()).allSatisfy(<), "probabilities of quantiles ascend")
    self.probabilities = probabilities
    let pairs = probabilities.count / 2
    pinballs = [Double](repeating: 0, count: probabilities.count)
    below = [Int](repeating: 0, count: probabilities.count)
    hits = [Int](repeating: 0, count: pairs)
    (widths, winklers, scaled) = (
      [Double](repeating: 0, count: pairs), [Double](repeating: 0, count: pairs),
      [Double](repeating: 0, count: pairs)
    )
    ranks = [Int](repeating: 0, count: probabilities.count + 1)
  }

  /// Adds one forecast; `scale` divides the interval score in ``scaledIntervalScore(_:)``, where it is above zero.
  package mutating func add(_ quantiles: ArraySlice<Double>, against truth: Double, scale: Double = .nan) {
    precondition(quantiles.count == probabilities.count, "a quantile a probability")
    let (first, q) = (quantiles.startIndex, probabilities.count)
    count += 1
    var rank = 0
    for index in 0..<q {
      let (value, probability) = (quantiles[first + index], probabilities[index])
      let distance = truth - value
      pinballs[index] += max(probability * distance, (probability - 1) * distance)
      if truth <= value { below[index] += 1 }
      if truth > value { rank = index + 1 }
    }
    ranks[rank] += 1
    let isScaled = scale > 0
    if !isScaled { unscaled += 1 }
    for pair in hits.indices {
      let (low, high) = (quantiles[first + pair], quantiles[first + q - 1 - pair])
      if low <= truth, truth <= high { hits[pair] += 1 }
      let miss = 1 - coverage(pair)
      let score = high - low + 2 / miss * (max(low - truth, 0) + max(truth - high, 0))
      widths[pair] += high - low
      winklers[pair] += score
      if isScaled { scaled[pair] += score / scale }
    }
  }

  /// Adds the quantiles of the windows of a panel, [B, H, K, Q]; `scales` are those of each window's columns, [B][K].
  package mutating func add(_ quantiles: [Double], against actual: Panel, scales: [ArraySlice<Double>]) {
    let q = probabilities.count
    let width = actual.steps * actual.columns
    for (index, truth) in actual.values.enumerated() {
      let own = scales[index / width]
      add(
        quantiles[(index * q)..<((index + 1) * q)], against: truth,
        scale: own[own.startIndex + index % actual.columns])
    }
  }

  package mutating func add(_ other: QuantileScores) {
    precondition(probabilities == other.probabilities, "scores of other quantiles")
    count += other.count
    unscaled += other.unscaled
    for index in pinballs.indices {
      pinballs[index] += other.pinballs[index]
      below[index] += other.below[index]
    }
    for index in hits.indices {
      hits[index] += other.hits[index]
      widths[index] += other.widths[index]
      winklers[index] += other.winklers[index]
      scaled[index] += other.scaled[index]
    }
    for index in ranks.indices { ranks[index] += other.ranks[index] }
  }

  /// What an interval promises, outermost first.
  package func coverage(_ pair: Int) -> Double {
    // Without the dust of subtraction.
    ((probabilities[probabilities.count - 1 - pair] - probabilities[pair]) * 1e12).rounded() / 1e12
  }

  package var intervals: Range<Int> { 0..<hits.count }
  /// The mean pinball loss of a quantile: Koenker and Bassett, Econometrica 46(1), 1978.
  package func pinball(_ quantile: Int) -> Double { pinballs[quantile] / Double(count) }
  package var meanPinball: Double {
    probabilities.indices.reduce(0) { $0 + pinball($1) } / Double(probabilities.count)
  }
  /// Twice the mean pinball loss: the continuous ranked probability score as far as these quantiles show it (Gneiting
  /// and Ranjan, Journal of Business & Economic Statistics 29(3), 2011).
  package var rankedProbabilityScore: Double { 2 * meanPinball }
  /// The share of actual values at or below a quantile.
  package func frequency(_ quantile: Int) -> Double { Double(below[quantile]) / Double(count) }
  package func hitShare(_ pair: Int) -> Double { Double(hits[pair]) / Double(count) }
  package func meanWidth(_ pair: Int) -> Double { widths[pair] / Double(count) }
  /// Winkler's score of an interval of 1 − α: its width, and 2 / α of the distance of what is missed (Gneiting and
  /// Raftery, Journal of the American Statistical Association 102, 2007).
  package func intervalScore(_ pair: Int) -> Double { winklers[pair] / Double(count) }
  /// The interval score over the mean absolute error of repeating the last season: MSIS of the M4 competition; nil where
  /// a series has no such scale.
  package func scaledIntervalScore(_ pair: Int) -> Double? {
    unscaled == 0 ? scaled[pair] / Double(count) : nil
  }
  /// The share of actual values between neighbouring quantiles beside what was promised, from below the first on,
  /// [Q + 1]: the histogram of the probability integral transform in bins of the quantiles.
  package var integralTransform: [(observed: Double, promised: Double)] {
    ranks.indices.map { index in
      let low = index == 0 ? 0 : probabilities[index - 1]
      let high = index == probabilities.count ? 1 : probabilities[index]
      return (Double(ranks[index]) / Double(count), high - low)
    }
  }
}
