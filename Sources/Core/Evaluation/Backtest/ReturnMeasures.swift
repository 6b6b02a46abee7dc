private import Numerics

/// What a series of returns is worth, and how sure that is.
package struct ReturnMeasures: Sendable, Equatable {
  package let count: Int
  /// The product of 1 + r, less 1.
  package let total: Double
  package let mean: Double
  /// Over n − 1.
  package let deviation: Double
  /// √ of the mean squared negative return.
  package let downsideDeviation: Double
  package let skewness: Double
  package let kurtosis: Double
  /// The deepest fall from a summit of the equity, a share from 0 to 1.
  package let maximumDrawdown: Double
  /// How many bars a year has.
  package let barsPerYear: Double

  /// Nil with fewer than two returns.
  package init?(of returns: [Double], barsPerYear: Double) {
    guard returns.count > 1 else { return nil }
    let n = Double(returns.count)
    let mean = returns.reduce(0, +) / n
    var (second, third, fourth, down) = (0.0, 0.0, 0.0, 0.0)
    var (equity, summit, fall) = (1.0, 1.0, 0.0)
    for value in returns {
      let distance = value - mean
      let square = distance * distance
      second += square
      third += square * distance
      fourth += square * square
      if value < 0 { down += value * value }
      equity *= max(1 + value, 0)
      summit = max(summit, equity)
      fall = max(fall, 1 - equity / summit)
    }
    let variance = second / n
    count = returns.count
    self.mean = mean
    self.barsPerYear = barsPerYear
    total = equity - 1
    deviation = (second / (n - 1)).squareRoot()
    downsideDeviation = (down / n).squareRoot()
    skewness = variance > 0 ? third / n / (variance * variance.squareRoot()) : 0
    kurtosis = variance > 0 ? fourth / n / (variance * variance) : 3
    maximumDrawdown = fall
  }

  /// Mean over deviation of a bar; nil where returns never vary.
  package var sharpe: Double? { deviation > 0 ? mean / deviation : nil }
  /// The same of a year: Sharpe, «The Sharpe ratio», Journal of Portfolio Management 21(1), 1994.
  package var annualSharpe: Double? { sharpe.map { $0 * barsPerYear.squareRoot() } }
  /// Mean over downside deviation, of a year: Sortino and Price, Journal of Investing 3(3), 1994; nil without a loss.
  package var annualSortino: Double? {
    downsideDeviation > 0 ? mean / downsideDeviation * barsPerYear.squareRoot() : nil
  }
  /// The growth of a year at the same rate; nil where all was lost.
  package var annualReturn: Double? {
    total > -1 ? Elementary.expMinusOne(Elementary.log(1 + total) * barsPerYear / Double(count)) : nil
  }
}
