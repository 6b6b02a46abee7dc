/// Intervals that widen after misses and narrow after hits, so that their coverage stays what was promised when the
/// market changes its habits.
///
/// Gibbs and Candès, «Adaptive conformal inference under distribution shift», NeurIPS 2021: αₜ₊₁ = αₜ + γ (α − errₜ). A
/// forecast of s steps is judged s bars later, and not before.
package struct AdaptiveConformal: Sendable, Equatable {
  /// What the interval promises.
  package let coverage: Double
  /// How far one miss moves α.
  package let rate: Double
  /// How many of the newest scores the quantile is of.
  package let memory: Int
  /// αₜ, which may leave 0…1.
  package private(set) var miss: Double
  /// The newest scores in their order.
  private var scores: [Double]
  /// The same, ascending.
  private var sorted: [Double]

  /// - Parameter scores: |actual − forecast| of calibration windows in the order of time.
  package init(coverage: Double, rate: Double = 0.005, memory: Int = 1000, scores: [Double]) {
    precondition(coverage > 0 && coverage < 1 && rate >= 0 && memory >= 1)
    self.coverage = coverage
    self.rate = rate
    self.memory = memory
    miss = 1 - coverage
    self.scores = Array(scores.suffix(memory))
    sorted = self.scores.sorted()
  }

  /// The half width for the next forecast: infinite where α fell to nothing, and zero where it is one.
  package var halfWidth: Double {
    if miss <= 0 { return .infinity }
    if miss >= 1 || sorted.isEmpty { return 0 }
    let rank = Double(sorted.count + 1) * (1 - miss)
    let place = Int((rank - 1e-9 * rank).rounded(.up))
    return place > sorted.count ? .infinity : sorted[max(place, 1) - 1]
  }

  /// Learns how far a forecast was off, whose interval was `halfWidth` wide on each side.
  package mutating func learn(_ score: Double, halfWidth: Double) {
    miss += rate * ((1 - coverage) - (score > halfWidth ? 1 : 0))
    scores.append(score)
    insert(score)
    if scores.count > memory { remove(scores.removeFirst()) }
  }

  private mutating func insert(_ score: Double) { sorted.insert(score, at: place(of: score)) }

  private mutating func remove(_ score: Double) { sorted.remove(at: place(of: score)) }

  /// The first place whose score is not below.
  private func place(of score: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
