package import Tensors

/// The errors of forecasts, taken together and one by one: each step of the horizon, each entity and column, each month.
package struct RegressionTable: Sendable, Equatable {
  /// [H].
  package private(set) var steps: [RegressionSums]
  /// [E, K].
  package private(set) var series: [RegressionSums]
  /// By months since 1970, those of the windows' last inputs.
  package private(set) var months: [Int: RegressionSums] = [:]
  package let columns: Int

  package init(steps: Int, entities: Int, columns: Int) {
    self.steps = [RegressionSums](repeating: RegressionSums(), count: steps)
    series = [RegressionSums](repeating: RegressionSums(), count: entities * columns)
    self.columns = columns
  }

  /// Adds the windows of a panel.
  ///
  /// - Parameters:
  ///   - entities: of each window, [B].
  ///   - months: of each window, [B].
  ///   - scales: what the errors of each entity and column are divided by in the scaled measure, [E, K]; not a number
  ///     where there is nothing to divide by.
  package mutating func add(
    _ forecast: Panel, against actual: Panel, entities: [Int], months: [Int], scales: [Double]
  ) {
    precondition(
      forecast.values.count == actual.values.count && forecast.steps == steps.count
        && forecast.columns == columns, "a forecast of another shape than the actual values")
    precondition(scales.count == series.count, "a scale for each entity and column")
    let width = steps.count * columns
    forecast.values.withUnsafeBufferPointer { forecasts in
      actual.values.withUnsafeBufferPointer { actuals in
        for window in 0..<forecast.windows {
          var month = RegressionSums()
          for column in 0..<columns {
            let place = entities[window] * columns + column
            var path = RegressionSums()
            for index in stride(
              from: window * width + column, to: (window + 1) * width, by: columns)
            {
              path.add(forecasts[index], against: actuals[index], scale: scales[place])
            }
            series[place].add(path)
            month.add(path)
          }
          self.months[months[window], default: RegressionSums()].add(month)
        }
        for step in steps.indices {
          var sums = RegressionSums()
          for window in 0..<forecast.windows {
            let first = window * width + step * columns
            for column in 0..<columns {
              sums.add(
                forecasts[first + column], against: actuals[first + column],
                scale: scales[entities[window] * columns + column])
            }
          }
          steps[step].add(sums)
        }
      }
    }
  }

  /// Adds the windows that come after these.
  package mutating func add(_ other: RegressionTable) {
    precondition(
      steps.count == other.steps.count && series.count == other.series.count, "tables of other windows")
    for step in steps.indices { steps[step].add(other.steps[step]) }
    for place in series.indices { series[place].add(other.series[place]) }
    for (month, sums) in other.months { months[month, default: RegressionSums()].add(sums) }
  }

  /// All of it.
  package var total: RegressionSums {
    series.reduce(into: RegressionSums()) { $0.add($1) }
  }
}
