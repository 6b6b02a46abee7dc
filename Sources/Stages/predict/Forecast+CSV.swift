import Artifacts
import Chronology
import Evaluation
import Forecasting
import Tensors

extension Forecast {
  /// One line an entity, step and target: `entity,time,step,target,forecast,lower_95,lower_80,upper_80,upper_95,repeat`,
  /// and of a model with bounds `lower_bound,upper_bound`.
  var csv: String {
    let probabilities = model.intervals.probabilities
    let intervals = probabilities.map { probability in
      let coverage = Scores.percent(abs(1 - 2 * probability))
      return (probability < 0.5 ? "lower_" : "upper_") + coverage
    }
    var lines = [
      (["entity", "time", "step", "target", "forecast"] + intervals + ["repeat"]
        + (bounds == nil ? [] : ["lower_bound", "upper_bound"])).joined(separator: ",")
    ]
    for (entity, name) in signature.entities.enumerated() {
      for step in 0..<signature.horizon {
        for (target, column) in signature.targets.enumerated() {
          let place = element(entity, step, target)
          let time = Instant(milliseconds: times[entity][step]).description
          let cells =
            [Self.cell(name), time, "\(step + 1)", Self.cell(column), "\(levels.values[place])"]
            + quantiles(entity, step, target).map { "\($0)" } + ["\(baseline.values[place])"]
            + (bounds?[2 * place..<2 * place + 2] ?? []).map { "\($0)" }
          lines.append(cells.joined(separator: ","))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text as a cell.
  ///
  /// One that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, «CSV injection»),
  /// and one with a comma, quote or line break is quoted.
  private static func cell(_ text: String) -> String {
    var text = text
    if let first = text.first, "=+-@\t\r".contains(first) { text = "'" + text }
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.reduce("") { $0 + ($1 == "\"" ? "\"\"" : String($1)) } + "\""
  }
}
