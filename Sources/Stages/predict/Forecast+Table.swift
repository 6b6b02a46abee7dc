import Artifacts
import Charts
import Chronology
import Evaluation
import Forecasting
import Numerics
import Tensors

extension Forecast {
  private static let rowLimit = 20
  private static let historyCells = 16
  private static let forecastCells = 8

  /// A short table for a terminal of 80 columns: the last value, the next, the end with its interval, and the
  /// course of both as a line of blocks.
  func table(of series: Series, worth: Worth) -> [String] {
    let places = signature.entities.indices.flatMap { entity in signature.targets.indices.map { (entity, $0) } }
    let inner = model.intervals.probabilities.count / 2 - 1
    let coverage = Scores.percent(1 - 2 * model.intervals.probabilities[inner])
    let end = signature.horizon == 1 ? "" : "+\(signature.horizon)"
    var rows = [["", "last", "+1", end, "\(coverage) % interval", ""]]
    for (entity, target) in places.prefix(Self.rowLimit) {
      let past = past(of: series, entity, target, rows: max(2 * signature.horizon, 24)).compactMap(\.value)
      let future = (0..<signature.horizon).map { levels.values[element(entity, $0, target)] }
      let bounds = Array(quantiles(entity, signature.horizon - 1, target)).map { DecimalNumber.readable($0) }
      rows.append([
        String(label(entity, target).prefix(12)), past.last.map { DecimalNumber.readable($0) } ?? "",
        DecimalNumber.readable(future[0]), end.isEmpty ? "" : DecimalNumber.readable(future[future.count - 1]),
        bounds[inner] + " – " + bounds[bounds.count - 1 - inner], Self.course(past, future),
      ])
    }
    let origin = origins.max().map { Instant(milliseconds: $0).readable() } ?? ""
    let rest = places.count - min(places.count, Self.rowLimit)
    return ["\(signature.horizon) × \(signature.interval) ahead of \(origin) UTC, \(model.name), \(worth.version)"]
      + Self.aligned(rows) + (rest > 0 ? ["… and \(rest) more in forecast.csv"] : []) + Self.wrapped(worth.sentence)
  }

  /// Past and future on one scale, with a bar between them.
  private static func course(_ past: [Double], _ future: [Double]) -> String {
    let all = past + future
    guard let low = all.min(), let high = all.max() else { return "" }
    return Sparkline.draw(past, width: historyCells, in: low...high) + "│"
      + Sparkline.draw(future, width: forecastCells, in: low...high)
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 || column == row.count - 1 ? cell + padding : padding + cell
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Cut at commas into lines of at most 80 characters.
  private static func wrapped(_ sentence: String) -> [String] {
    sentence.split(separator: ", ").reduce(into: []) { lines, part in
      if let last = lines.last, last.count + part.count + 2 <= 80 {
        lines[lines.count - 1] = last + ", " + part
      } else {
        lines.append(String(part))
      }
    }
  }
}
