import Artifacts
import Charts
import Chronology
import Evaluation
import Forecasting
import Numerics
import Tensors

extension Forecast {
  /// More panels than this would be a wall; the rest stands in forecast.csv.
  private static let panelLimit = 12

  /// History, forecast, intervals and baseline: a panel for each entity and target.
  func chart(of series: Series, history: Int?, worth: Worth) -> TimeChart {
    let places = signature.entities.indices.flatMap { entity in signature.targets.indices.map { (entity, $0) }
    }
    let shown = places.prefix(Self.panelLimit)
    let panels = shown.map { entity, target in
      panel(
        entity, target,
        past: past(of: series, entity, target, rows: history ?? max(4 * signature.horizon, 48)))
    }
    let rest = places.count - shown.count
    let origin = origins.max().map { Instant(milliseconds: $0).readable() } ?? ""
    let coverages = model.intervals.probabilities.prefix(model.intervals.probabilities.count / 2).map {
      1 - 2 * $0
    }
    return TimeChart(
      title: "\(step) ahead of \(origin) UTC",
      subtitle: "\(model.name), \(worth.version) — \(worth.sentence)"
        + (rest > 0 ? " — \(rest) more in forecast.csv" : ""),
      legend: [(.line(.history), "history"), (.line(.forecast), "forecast")]
        + coverages.enumerated().map { (.band($0), "\(Scores.percent($1)) % interval") }
        + [(.line(.baseline), "repeat")],
      panels: panels)
  }

  private func panel(_ entity: Int, _ target: Int, past: [(time: Int64, value: Double?)]) -> TimeChart.Panel {
    let last = (time: origins[entity], value: past.last?.value)
    let steps = 0..<signature.horizon
    let points = steps.map {
      (time: times[entity][$0], value: levels.values[element(entity, $0, target)] as Double?)
    }
    let repeated = steps.map {
      (time: times[entity][$0], value: baseline.values[element(entity, $0, target)] as Double?)
    }
    let pairs = model.intervals.probabilities.count / 2
    let bands = (0..<pairs).map { pair in
      let start = last.value.map { TimeChart.Band.Edge(time: last.time, low: $0, high: $0) }
      return TimeChart.Band(
        points: [start].compactMap { $0 }
          + steps.map { step in
            let bounds = Array(quantiles(entity, step, target))
            return TimeChart.Band.Edge(
              time: times[entity][step], low: bounds[pair], high: bounds[bounds.count - 1 - pair])
          })
    }
    return TimeChart.Panel(
      title: label(entity, target), note: note(entity, target),
      lines: [
        .init(role: .history, points: past), .init(role: .baseline, points: [last] + repeated),
        .init(role: .forecast, points: [last] + points),
      ], bands: bands, now: last.time)
  }

  /// `ALPHA close`, or the shorter of the two where one says nothing.
  func label(_ entity: Int, _ target: Int) -> String {
    let (name, column) = (signature.entities[entity], signature.targets[target])
    if signature.entities.count == 1, signature.targets.count > 1 { return column }
    return signature.targets.count == 1 && signature.entities.count > 1 ? name : "\(name) \(column)"
  }

  private func note(_ entity: Int, _ target: Int) -> String {
    let step = signature.horizon - 1
    let bounds = Array(quantiles(entity, step, target))
    let inner = model.intervals.probabilities.count / 2 - 1
    let coverage = Scores.percent(1 - 2 * model.intervals.probabilities[inner])
    let figures = DecimalNumber.readable(
      [levels.values[element(entity, step, target)], bounds[inner], bounds[bounds.count - 1 - inner]])
    let unit = model.units[target].isEmpty ? "" : " \(model.units[target])"
    return "at the end \(figures[0]) (\(coverage) %: \(figures[1]) to \(figures[2]))\(unit)"
  }

  /// The newest rows of a target, with a break in the line where bars are missing.
  func past(of series: Series, _ entity: Int, _ target: Int, rows: Int) -> [(time: Int64, value: Double?)] {
    guard let column = series.columns.firstIndex(where: { $0.name == signature.targets[target] }) else {
      return []
    }
    let source = source(of: entity, in: series)
    let all = series.rows(ofEntity: source)
    let breaks = Set(series.segments(ofEntity: source).map(\.lowerBound))
    return all.suffix(rows).flatMap { row -> [(time: Int64, value: Double?)] in
      let point = (
        time: series.time[row], value: series.values[row * series.columns.count + column] as Double?
      )
      return breaks.contains(row) ? [(time: series.time[row], value: nil), point] : [point]
    }
  }
}
