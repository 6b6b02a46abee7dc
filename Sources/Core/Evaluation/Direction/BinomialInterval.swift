private import Numerics

/// Between which shares the true one lies, of `hits` in `count` independent trials.
///
/// Wilson, «Probable inference, the law of succession, and statistical inference», Journal of the American Statistical
/// Association 22, 1927.
package struct BinomialInterval: Sendable, Equatable {
  package let lower: Double
  package let upper: Double

  /// Nil of no trial.
  package init?(hits: Double, count: Double, confidence: Double = 0.95) {
    guard count > 0 else { return nil }
    let z = Elementary.normalQuantile(0.5 + confidence / 2)
    let share = hits / count
    let square = z * z / count
    let middle = (share + square / 2) / (1 + square)
    let half =
      z / (1 + square) * (share * (1 - share) / count + square / (4 * count)).squareRoot()
    (lower, upper) = (max(0, middle - half), min(1, middle + half))
  }
}
