/// What the measures of regression are made of, over any set of forecasts, of which parts may be added.
package struct RegressionSums: Sendable, Equatable {
  package private(set) var errors = ErrorSums()
  private var bias = 0.0
  private var largest = 0.0
  private var percentages = 0.0
  private var zeros = 0
  private var symmetric = 0.0
  private var magnitudes = 0.0
  private var scaled = 0.0
  private var unscaled = 0
  package private(set) var actual = PivotedMoments()
  package private(set) var forecast = PivotedMoments()

  package init() {}

  /// Adds a forecast; `scale` is what its series' errors are divided by in the scaled measure, not above zero where there is
  /// nothing to divide by.
  package mutating func add(_ value: Double, against truth: Double, scale: Double = .nan) {
    let error = value - truth
    let size = abs(error)
    errors.add(error)
    bias += error
    largest = max(largest, size)
    if truth == 0 { zeros += 1 } else { percentages += size / abs(truth) }
    let both = abs(truth) + abs(value)
    if both > 0 { symmetric += 2 * size / both }
    magnitudes += abs(truth)
    if scale > 0 { scaled += size / scale } else { unscaled += 1 }
    actual.add(truth)
    forecast.add(value)
  }

  package mutating func add(_ other: RegressionSums) {
    errors.add(other.errors)
    bias += other.bias
    largest = max(largest, other.largest)
    percentages += other.percentages
    zeros += other.zeros
    symmetric += other.symmetric
    magnitudes += other.magnitudes
    scaled += other.scaled
    unscaled += other.unscaled
    actual.add(other.actual)
    forecast.add(other.forecast)
  }

  package var count: Int { errors.count }

  /// The value of a measure; nil where it is not defined.
  package func value(of metric: RegressionMetric) -> Double? {
    guard count > 0 else { return nil }
    let n = Double(count)
    let deviation = actual.sumOfSquares > 0 ? actual.deviation : nil
    switch metric {
    case .meanSquaredError: return errors.meanSquare
    case .rootMeanSquaredError: return errors.rootMeanSquare
    case .meanAbsoluteError: return errors.meanAbsolute
    case .bias: return bias / n
    case .meanAbsolutePercentageError: return zeros == 0 ? percentages / n : nil
    case .symmetricPercentageError: return symmetric / n
    case .weightedPercentageError: return magnitudes > 0 ? errors.meanAbsolute * n / magnitudes : nil
    case .meanAbsoluteScaledError: return unscaled == 0 ? scaled / n : nil
    case .determination:
      return deviation.map { _ in 1 - errors.meanSquare * n / actual.sumOfSquares }
    case .maximumError: return largest
    case .normalizedSquaredError: return deviation.map { errors.meanSquare / ($0 * $0) }
    case .normalizedRootError: return deviation.map { errors.rootMeanSquare / $0 }
    case .normalizedAbsoluteError: return deviation.map { errors.meanAbsolute / $0 }
    case .normalizedMaximumError: return deviation.map { largest / $0 }
    }
  }
}
