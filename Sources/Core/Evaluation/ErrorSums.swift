package import Tensors

/// Sums of the errors of forecasts, over every element of every window.
package struct ErrorSums: Sendable, Equatable {
  package private(set) var count = 0
  private var squares = 0.0
  private var absolutes = 0.0

  package init() {}

  /// The sums over one panel.
  package init(of forecast: Panel, against actual: Panel) {
    precondition(
      forecast.values.count == actual.values.count, "a forecast of another shape than the actual values")
    count = forecast.values.count
    for index in forecast.values.indices {
      let error = forecast.values[index] - actual.values[index]
      squares += error * error
      absolutes += abs(error)
    }
  }

  /// Adds the sums of other windows.
  package mutating func add(_ other: ErrorSums) {
    count += other.count
    squares += other.squares
    absolutes += other.absolutes
  }

  /// Mean squared error, in squared units.
  package var meanSquare: Double { squares / Double(count) }

  /// Mean absolute error.
  package var meanAbsolute: Double { absolutes / Double(count) }

  /// The root of the mean squared error.
  package var rootMeanSquare: Double { meanSquare.squareRoot() }

  /// 1 − MSE / MSE of `baseline`: the share of its squared error that is gone.
  ///
  /// Nil when the baseline errs nowhere.
  package func skill(against baseline: ErrorSums) -> Double? {
    baseline.squares > 0 ? 1 - meanSquare / baseline.meanSquare : nil
  }
}
