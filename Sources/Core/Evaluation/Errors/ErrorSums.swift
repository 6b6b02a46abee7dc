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

  /// The sums of each window, [B].
  package static func windows(of forecast: Panel, against actual: Panel) -> [ErrorSums] {
    precondition(
      forecast.values.count == actual.values.count, "a forecast of another shape than the actual values")
    let width = forecast.steps * forecast.columns
    return (0..<forecast.windows).map { window in
      var sums = ErrorSums()
      for index in (window * width)..<((window + 1) * width) {
        sums.add(forecast.values[index] - actual.values[index])
      }
      return sums
    }
  }

  /// The sums of each step, [H].
  package static func steps(of forecast: Panel, against actual: Panel) -> [ErrorSums] {
    precondition(
      forecast.values.count == actual.values.count, "a forecast of another shape than the actual values")
    let (columns, width) = (forecast.columns, forecast.steps * forecast.columns)
    return (0..<forecast.steps).map { step in
      var sums = ErrorSums()
      for window in 0..<forecast.windows {
        for index in (window * width + step * columns)..<(window * width + (step + 1) * columns) {
          sums.add(forecast.values[index] - actual.values[index])
        }
      }
      return sums
    }
  }

  package init(adding parts: [ErrorSums]) {
    for part in parts { add(part) }
  }

  /// Adds one error.
  mutating func add(_ error: Double) {
    count += 1
    squares += error * error
    absolutes += abs(error)
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
