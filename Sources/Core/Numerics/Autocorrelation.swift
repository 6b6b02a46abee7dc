/// How values of a series resemble those some rows before them.
///
/// r(k) = Σ (x(t) − m)(x(t + k) − m) / Σ (x(t) − m)², over the pairs in which both are there: m and the lower sum over
/// all that are (Box and Jenkins; «conservative» in statsmodels).
package struct Autocorrelation: Sendable, Equatable {
  /// More values than these take long and change nothing that can be seen.
  package static let limit = 200_000

  /// r(1), r(2), …; empty where the values are constant or fewer than two.
  package let correlations: [Double]
  /// How many values are in it.
  package let count: Int
  /// How many rows they were taken from, the newest.
  package let rows: Int

  /// Up to `lags` lags, fewer where there are fewer rows.
  package init(of values: [Double], lags: Int, limit: Int = Self.limit) {
    let newest = values.suffix(limit)
    rows = newest.count
    let present = newest.filter(\.isFinite)
    count = present.count
    let mean = present.reduce(0, +) / Double(max(count, 1))
    // A missing value is as far from the mean as nothing, and adds nothing to any sum.
    let distances = newest.map { $0.isFinite ? $0 - mean : 0 }
    let sum = Self.sum(of: distances, lag: 0)
    let isConstant = present.allSatisfy { $0 == present.first }
    guard !isConstant, sum > 0, sum.isFinite, distances.count > 1 else {
      correlations = []
      return
    }
    correlations = (1...min(lags, distances.count - 1)).map { Self.sum(of: distances, lag: $0) / sum }
  }

  private static func sum(of values: [Double], lag: Int) -> Double {
    values.withUnsafeBufferPointer { values in
      var sum = 0.0
      for index in 0..<(values.count - lag) { sum += values[index] * values[index + lag] }
      return sum
    }
  }
}
