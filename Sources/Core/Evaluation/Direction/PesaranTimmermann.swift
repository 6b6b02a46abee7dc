private import Numerics

/// Whether forecasts of the direction are right more often than chance would have it, given how often each goes up.
///
/// Pesaran and Timmermann, «A simple nonparametric test of predictive performance», Journal of Business & Economic
/// Statistics 10(4), 1992. A forecaster that always says «up» in a rising market is right often and knows nothing:
/// against that this test, and not the share of hits, is the judge.
package struct PesaranTimmermann: Sendable, Equatable {
  /// The share of right directions.
  package let accuracy: Double
  /// The share that independent directions of the same frequencies would have.
  package let expected: Double
  /// Standard normal when forecast and actual directions are independent.
  package let statistic: Double
  package let count: Int

  /// Nil where one of both never changes its direction: there is nothing to know then.
  package init?(forecastUp: [Bool], actualUp: [Bool]) {
    precondition(forecastUp.count == actualUp.count, "a forecast an actual direction")
    guard !forecastUp.isEmpty else { return nil }
    let n = Double(forecastUp.count)
    let x = Double(forecastUp.count { $0 }) / n
    let y = Double(actualUp.count { $0 }) / n
    count = forecastUp.count
    accuracy = Double(zip(forecastUp, actualUp).count { $0 == $1 }) / n
    expected = x * y + (1 - x) * (1 - y)
    guard x > 0, x < 1, y > 0, y < 1 else { return nil }
    let own = expected * (1 - expected) / n
    let (sx, sy) = (2 * x - 1, 2 * y - 1)
    let chance =
      (sy * sy * x * (1 - x) + sx * sx * y * (1 - y)) / n + 4 * x * y * (1 - x) * (1 - y) / (n * n)
    guard own > chance else { return nil }
    statistic = (accuracy - expected) / (own - chance).squareRoot()
  }

  /// The probability of as many hits without knowledge.
  package var p: Double { Elementary.normalCumulative(-statistic) }
}

extension Sequence {
  fileprivate func count(where isCounted: (Element) -> Bool) -> Int {
    reduce(0) { isCounted($1) ? $0 + 1 : $0 }
  }
}
