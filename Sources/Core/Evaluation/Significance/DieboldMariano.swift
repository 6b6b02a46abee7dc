private import Numerics

/// Whether one forecast is better than another, or was lucky.
///
/// Diebold and Mariano, «Comparing predictive accuracy», Journal of Business & Economic Statistics 13(3), 1995, with the
/// correction for few windows and Student's distribution of Harvey, Leybourne and Newbold, International Journal of
/// Forecasting 13(2), 1997: the losses of forecasts of h steps are alike up to h − 1 windows apart, and so many
/// autocovariances enter the variance. With fewer windows than ten times h that rejects twice as often as it says; there,
/// and where the autocovariances make the variance negative, cosine weights with their own distribution take its place
/// (Coroneo and Iacone, «Comparing predictive accuracy in small samples using fixed-smoothing asymptotics», Journal of
/// Applied Econometrics 35(4), 2020).
package struct DieboldMariano: Sendable, Equatable {
  /// How the variance of the mean difference was found.
  package enum Variance: String, Sendable {
    /// By h − 1 autocovariances, all of one weight.
    case autocovariances
    /// By the first cosine weights.
    case cosines
  }

  /// Negative where the first forecast loses less.
  package let statistic: Double
  /// Of Student's distribution: n − 1, or the number of cosine weights.
  package let freedom: Double
  /// The mean of first loss − second loss.
  package let meanDifference: Double
  package let variance: Variance

  /// Why there is no test.
  package enum Obstacle: Error, Equatable {
    /// The correction needs more windows than twice the overlap.
    case tooFew(windows: Int, needed: Int)
    /// Every window has the same difference.
    case constant
  }

  /// - Parameters:
  ///   - differences: first loss − second loss of each window in the order of time, [n].
  ///   - overlap: h, how many windows in a row share a bar of their horizons; 1 where none do.
  package init(_ differences: [Double], overlap h: Int) throws(Obstacle) {
    precondition(h >= 1, "an overlap of \(h) windows")
    let n = differences.count
    let needed = Self.leastWindows(overlap: h)
    guard n >= needed else { throw .tooFew(windows: n, needed: needed) }
    meanDifference = differences.reduce(0, +) / Double(n)
    guard differences.contains(where: { $0 != differences[0] }) else { throw .constant }
    let count = Double(n)
    let plain = n >= Self.manyWindows(overlap: h) ? LongRunVariance.rectangular(differences, lags: h - 1) : 0
    if plain > 0 {
      let span = Double(h)
      let correction = (count + 1 - 2 * span + span * (span - 1) / count) / count
      statistic = meanDifference * (correction * count / plain).squareRoot()
      (freedom, variance) = (count - 1, .autocovariances)
    } else {
      let terms = n / (2 * h)
      statistic =
        meanDifference * (count / LongRunVariance.cosine(differences, terms: terms)).squareRoot()
      (freedom, variance) = (Double(terms), .cosines)
    }
  }

  /// From how many windows on autocovariances are enough for the test to reject as seldom as it says.
  private static func manyWindows(overlap: Int) -> Int { 10 * overlap }

  /// The fewest windows that allow a test: ten, and two cosine weights.
  package static func leastWindows(overlap: Int) -> Int { max(10, 4 * overlap) }

  /// The probability of a statistic this low when the first forecast is no better: small means that it is.
  package var pBetter: Double { StudentDistribution(freedom: freedom).cumulative(statistic) }

  /// The probability of a statistic this far from zero when both are equally good.
  package var pDifferent: Double {
    2 * StudentDistribution(freedom: freedom).cumulative(-abs(statistic))
  }
}
