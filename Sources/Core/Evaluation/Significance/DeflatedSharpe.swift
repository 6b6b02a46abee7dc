private import Numerics

/// The probability that a Sharpe ratio is above what the best of many worthless tries would show.
///
/// Bailey and López de Prado, «The deflated Sharpe ratio», Journal of Portfolio Management 40(5), 2014
/// (https://www.davidhbailey.com/dhbpapers/deflated-sharpe.pdf). Ratios are those of a bar, not of a year.
package struct DeflatedSharpe: Sendable, Equatable {
  /// What the best of the tries is expected to show when none is worth anything.
  package let expectedMaximum: Double
  /// The probability that the true ratio is above zero, the tries counted.
  package let probability: Double

  /// - Parameters:
  ///   - ratio: mean / standard deviation of the returns of a bar.
  ///   - count: how many bars.
  ///   - skewness: of those returns.
  ///   - kurtosis: of those returns, 3 of a normal distribution.
  ///   - trials: how many independent tries were made, this one counted.
  ///   - variance: of the ratios of the tries.
  ///
  /// Nil where the returns are too few or the variance of the ratio would be negative.
  package init?(
    ratio: Double, count: Int, skewness: Double, kurtosis: Double, trials: Int, variance: Double
  ) {
    guard count > 1, trials >= 1, variance >= 0 else { return nil }
    expectedMaximum = trials == 1 ? 0 : variance.squareRoot() * Self.expectedMaximum(of: trials)
    let spread = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio * ratio
    guard spread > 0 else { return nil }
    let z = (ratio - expectedMaximum) * Double(count - 1).squareRoot() / spread.squareRoot()
    probability = Elementary.normalCumulative(z)
  }

  /// About the expected greatest of n standard normal numbers: (1 − γ) Φ⁻¹(1 − 1/n) + γ Φ⁻¹(1 − 1/(n e)), with Euler's γ.
  package static func expectedMaximum(of trials: Int) -> Double {
    let euler = 0.577_215_664_901_532_9
    let n = Double(trials)
    return (1 - euler) * Elementary.normalQuantile(1 - 1 / n)
      + euler * Elementary.normalQuantile(1 - 1 / (n * Elementary.exp(1)))
  }
}
