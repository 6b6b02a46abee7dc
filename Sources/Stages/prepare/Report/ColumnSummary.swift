import Numerics

/// The figures of a column that a table shows; values that are not finite do not count.
struct ColumnSummary: Equatable {
  let count: Int
  let low: Double
  let high: Double
  let mean: Double
  /// The standard deviation of the values themselves, not of a population they were drawn from.
  let deviation: Double
  /// The third standardised moment: 0 where both sides are alike or nothing varies.
  let skewness: Double

  init(of values: some Sequence<Double>) {
    var (count, sum, low, high) = (0, 0.0, Double.infinity, -Double.infinity)
    for value in values where value.isFinite {
      count += 1
      sum += value
      low = min(low, value)
      high = max(high, value)
    }
    // A mean lies between the least and the greatest, whatever rounding says.
    let mean = count == 0 ? .nan : min(max(sum / Double(count), low), high)
    var (squares, cubes) = (0.0, 0.0)
    for value in values where value.isFinite {
      let distance = value - mean
      squares += distance * distance
      cubes += distance * distance * distance
    }
    self.count = count
    (self.low, self.high) = count == 0 ? (.nan, .nan) : (low, high)
    self.mean = mean
    let variance = squares / Double(max(count, 1))
    deviation = count == 0 ? .nan : variance.squareRoot()
    skewness = low < high && variance > 0 ? cubes / Double(count) / (variance * variance.squareRoot()) : 0
  }

  var isConstant: Bool { count > 0 && low == high }
}

extension ColumnSummary {
  /// A figure for a table; a dash for one that there is not.
  static func words(_ value: Double) -> String {
    value.isFinite ? DecimalNumber.significant(value, digits: 5) : "–"
  }
}
