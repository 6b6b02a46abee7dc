import Artifacts
import Charts
import Chronology
import Evaluation
import Forecasting
import Numerics
import StageKit
import Tensors

extension Forecast {
  private static let rowLimit = 20
  private static let width = 80

  /// A short table for a terminal of 80 columns: the last value, the next, the end with its interval, and the
  /// course of past and future as a line of blocks, where there is room for it.
  func table(of series: Series, worth: Worth) -> [String] {
    let places = signature.entities.indices.flatMap { entity in signature.targets.indices.map { (entity, $0) }
    }
    let shown = places.prefix(Self.rowLimit)
    let lines = Self.aligned([header] + shown.map { row($0, $1, of: series) })
    let room = Self.width - (lines.map(\.count).max() ?? 0) - 2
    let courses = [""] + shown.map { course($0, $1, of: series, width: room) }
    let origin = origins.max().map { Instant(milliseconds: $0).readable() } ?? ""
    var table = [
      "\(step) ahead of \(origin) UTC, \(model.name), \(worth.version)"
    ]
    for (line, course) in zip(lines, courses) { table.append(course.isEmpty ? line : line + "  " + course) }
    if places.count > shown.count { table.append("… and \(places.count - shown.count) more in forecast.csv") }
    return table + WrappedText.lines(worth.parts)
  }

  /// The innermost interval's place among the quantiles.
  private var inner: Int { model.intervals.probabilities.count / 2 - 1 }

  private var header: [String] {
    let coverage = Scores.percent(1 - 2 * model.intervals.probabilities[inner])
    // Labels have no last value: what they say of the newest row is what is forecast.
    if signature.hasLabels { return ["", "forecast", "\(coverage) % interval"] }
    return ["", "last", "+1"] + (signature.horizon > 1 ? ["+\(signature.horizon)"] : []) + [
      "\(coverage) % interval"
    ]
  }

  private func row(_ entity: Int, _ target: Int, of series: Series) -> [String] {
    let bounds = Array(quantiles(entity, signature.horizon - 1, target))
    if signature.hasLabels {
      let figures = DecimalNumber.readable(
        [levels.values[element(entity, 0, target)], bounds[inner], bounds[bounds.count - 1 - inner]])
      return [String(label(entity, target).prefix(32)), figures[0], figures[1] + " – " + figures[2]]
    }
    let values = (0..<signature.horizon).map { levels.values[element(entity, $0, target)] }
    // A target that is no column of the series has its last value in the forecast that repeats it.
    let last =
      past(of: series, entity, target, rows: 1).compactMap(\.value).last
      ?? baseline.values[element(entity, 0, target)]
    let figures = DecimalNumber.readable(
      [last, values[0], values[values.count - 1], bounds[inner], bounds[bounds.count - 1 - inner]])
    return [String(label(entity, target).prefix(16)), figures[0], figures[1]]
      + (signature.horizon > 1 ? [figures[2]] : []) + [figures[3] + " – " + figures[4]]
  }

  /// Past and future on one scale with a bar between them, two thirds and a third of `width`.
  private func course(_ entity: Int, _ target: Int, of series: Series, width: Int) -> String {
    let cells = min(width - 1, 27)
    guard cells >= 9, !signature.hasLabels else { return "" }
    let past = past(of: series, entity, target, rows: max(2 * signature.horizon, 24)).compactMap(\.value)
    let future = (0..<signature.horizon).map { levels.values[element(entity, $0, target)] }
    guard let low = (past + future).min(), let high = (past + future).max() else { return "" }
    return Sparkline.draw(past, width: cells - cells / 3, in: low...high) + "│"
      + Sparkline.draw(future, width: cells / 3, in: low...high)
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
  }
}
