/// How far the truth lay from the forecasts on the validation windows: for each entity, step and target the
/// empirical quantiles of the errors.
///
/// Added to a new forecast they give its intervals.
///
/// Errors are differences in original units, or logarithms of ratios where the recipe is logarithmic, so that an
/// interval grows with the price and stays positive. This is split conformal prediction (Vovk, Gammerman, Shafer,
/// «Algorithmic learning in a random world», 2005) without its guarantee: overlapping windows are not exchangeable,
/// so the coverage on the test windows is always reported beside it.
package struct IntervalOffsets: Sendable, Equatable {
  /// The probabilities of the quantiles, ascending, [Q].
  package let probabilities: [Double]
  /// The quantiles, [E, H, K, Q].
  package let offsets: [Double]
  package let entities: Int
  package let steps: Int
  package let columns: Int
  /// Whether the offsets are logarithms of ratios.
  package let isRelative: Bool

  package init(
    probabilities: [Double], offsets: [Double], entities: Int, steps: Int, columns: Int, isRelative: Bool
  ) {
    precondition(
      offsets.count == entities * steps * columns * probabilities.count,
      "offsets of [\(offsets.count)] are not [\(entities), \(steps), \(columns), \(probabilities.count)]")
    self.probabilities = probabilities
    self.offsets = offsets
    self.entities = entities
    self.steps = steps
    self.columns = columns
    self.isRelative = isRelative
  }

  /// The lower and upper probability of each interval, outermost last: 0.8 gives 0.1 and 0.9.
  package static func probabilities(of coverages: [Double]) -> [Double] {
    // Without the dust of subtraction: 0.1, not 0.09999999999999998.
    let lower = coverages.map { ((1 - $0) / 2 * 1e12).rounded() / 1e12 }
    return (lower + lower.map { 1 - $0 }).sorted()
  }
}
