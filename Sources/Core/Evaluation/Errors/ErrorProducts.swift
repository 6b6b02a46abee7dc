private import Tensors

/// Sums of products of the errors of several forecasts of the same thing, group by group, from which the weights of
/// their best average follow.
///
/// Bates and Granger, «The combination of forecasts», Operational Research Quarterly 20, 1969.
package struct ErrorProducts: Sendable, Equatable {
  /// M.
  package let members: Int
  /// G.
  package let groups: Int
  /// [G, M, M].
  private var sums: [Double]
  /// [G].
  private var counts: [Double]

  package init(members: Int, groups: Int) {
    self.members = members
    self.groups = groups
    sums = [Double](repeating: 0, count: groups * members * members)
    counts = [Double](repeating: 0, count: groups)
  }

  /// Adds the elements of some windows: `forecasts` holds a member's after the other's, [M, n], `pattern` the group of
  /// each element, again and again.
  package mutating func add(_ forecasts: [[Double]], against actual: [Double], pattern: [Int]) {
    precondition(
      forecasts.count == members && forecasts.allSatisfy { $0.count == actual.count }, "a forecast a member")
    var errors = [Double](repeating: 0, count: members)
    var place = 0
    for index in actual.indices {
      let group = pattern[place]
      place = place + 1 == pattern.count ? 0 : place + 1
      for member in 0..<members { errors[member] = forecasts[member][index] - actual[index] }
      let first = group * members * members
      for one in 0..<members {
        for other in 0...one { sums[first + one * members + other] += errors[one] * errors[other] }
      }
      counts[group] += 1
    }
  }

  package mutating func add(_ other: ErrorProducts) {
    for index in sums.indices { sums[index] += other.sums[index] }
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// The mean squared error of each member over all groups, [M].
  package var meanSquares: [Double] {
    let count = counts.reduce(0, +)
    return (0..<members).map { member in
      (0..<groups).reduce(0.0) { $0 + sums[$1 * members * members + member * (members + 1)] } / count
    }
  }

  /// The sum of the squared errors of weighted means, [M, G], over all groups.
  func squares(of weights: [Double]) -> Double {
    var total = 0.0
    for group in 0..<groups {
      let first = group * members * members
      for one in 0..<members {
        for other in 0...one {
          let product = weights[one * groups + group] * weights[other * groups + group]
          total += (one == other ? 1 : 2) * product * sums[first + one * members + other]
        }
      }
    }
    return total
  }

  // MARK: Weights

  /// The shrinkage whose weights do best on each of several spans of time when they were found on all others.
  ///
  /// Of equals it is the first. With it comes the mean squared error on the spans that weights were not found on; nil of a single span.
  package static func shrinkage(
    among candidates: [Double], over spans: [ErrorProducts], allowsNegative: Bool
  ) -> (shrinkage: Double, meanSquare: Double?) {
    precondition(!candidates.isEmpty, "a shrinkage to choose")
    guard spans.count > 1 else { return (candidates[0], nil) }
    var best = (shrinkage: candidates[0], squares: Double.infinity)
    for candidate in candidates {
      var squares = 0.0
      for (place, judge) in spans.enumerated() {
        var rest = ErrorProducts(members: judge.members, groups: judge.groups)
        for (other, span) in spans.enumerated() where other != place { rest.add(span) }
        squares += judge.squares(of: rest.weights(shrinkage: candidate, allowsNegative: allowsNegative))
      }
      if squares < best.squares { best = (candidate, squares) }
    }
    return (best.shrinkage, best.squares / spans.reduce(0) { $0 + $1.counts.reduce(0, +) })
  }

  /// The weights that sum to one and make w'Ew + λ s |w|² smallest in each group, [M, G].
  ///
  /// E holds the mean products of errors and s is how far members are from their mean, squared, so that the shrinkage λ
  /// pulls towards equal weights on a scale of its own. Members that do not differ get equal weights.
  package func weights(shrinkage: Double, allowsNegative: Bool) -> [Double] {
    var weights = [Double](repeating: 0, count: members * groups)
    for group in 0..<groups {
      let found = problem(group, shrinkage: shrinkage).weights(allowsNegative: allowsNegative)
      for member in 0..<members { weights[member * groups + group] = found[member] }
    }
    return weights
  }

  private func problem(_ group: Int, shrinkage: Double) -> SimplexProblem {
    let first = group * members * members
    let count = max(counts[group], 1)
    var products = [Double](repeating: 0, count: members * members)
    for one in 0..<members {
      for other in 0...one {
        let value = sums[first + one * members + other] / count
        products[one * members + other] = value
        products[other * members + one] = value
      }
    }
    let (trace, total) = (
      (0..<members).reduce(0) { $0 + products[$1 * (members + 1)] }, products.reduce(0, +)
    )
    let spread = max(trace - total / Double(members), 0) / Double(members)
    // A little in any case: two members may be one and the same.
    let ridge = shrinkage * spread + 1e-12 * trace
    for member in 0..<members { products[member * (members + 1)] += ridge }
    return SimplexProblem(count: members, products: products)
  }
}

/// The weights that sum to one and make w'Aw smallest, for a positive definite A.
private struct SimplexProblem {
  let count: Int
  /// A, [count, count].
  let products: [Double]

  private func product(_ row: Int, with weights: [Double]) -> Double {
    (0..<count).reduce(0) { $0 + products[row * count + $1] * weights[$1] }
  }

  func weights(allowsNegative: Bool) -> [Double] {
    let equal = [Double](repeating: 1 / Double(count), count: count)
    guard !allowsNegative else { return best(among: Array(0..<count)) ?? equal }
    return nonnegative() ?? equal
  }

  /// The solution where all others are zero, without a bound: A z = 1, w = z / Σ z.
  private func best(among active: [Int]) -> [Double]? {
    let inner = Matrix(
      rows: active.count, columns: active.count,
      values: active.flatMap { row in active.map { products[row * count + $0] } })
    let ones = Matrix(
      rows: active.count, columns: 1, values: [Double](repeating: 1, count: active.count))
    guard let solution = Matrix.solve(inner, ridge: 0, ones)?.values else { return nil }
    let sum = solution.reduce(0, +)
    guard sum.isFinite, sum != 0 else { return nil }
    var weights = [Double](repeating: 0, count: count)
    for (place, member) in active.enumerated() { weights[member] = solution[place] / sum }
    return weights
  }

  /// By active sets, as Lawson and Hanson solve least squares without negative coefficients: members join while that
  /// helps, and leave where they would get less than nothing.
  private func nonnegative() -> [Double]? {
    let first = (0..<count).min { products[$0 * (count + 1)] < products[$1 * (count + 1)] } ?? 0
    var weights = [Double](repeating: 0, count: count)
    weights[first] = 1
    var active = [first]
    for _ in 0..<(10 * count * count) {
      let value = (0..<count).reduce(0) { $0 + weights[$1] * product($1, with: weights) }
      let gains = (0..<count).filter { !active.contains($0) }.map { ($0, value - product($0, with: weights)) }
      guard let (next, gain) = gains.max(by: { $0.1 < $1.1 }), gain > 1e-10 * value else { return weights }
      active = (active + [next]).sorted()
      while true {
        guard let target = best(among: active) else { return nil }
        guard active.contains(where: { target[$0] <= 0 }) else {
          weights = target
          break
        }
        // As far as it goes before the first of them is at zero.
        let steps = active.filter { target[$0] <= 0 }.map { weights[$0] / (weights[$0] - target[$0]) }
        let step = steps.min() ?? 0
        for member in active { weights[member] += step * (target[member] - weights[member]) }
        let leaving = active.filter { target[$0] <= 0 && weights[$0] <= 1e-15 }
        for member in leaving { weights[member] = 0 }
        active.removeAll { leaving.contains($0) }
        guard !active.isEmpty, !leaving.isEmpty else { return nil }
      }
    }
    return weights
  }
}
