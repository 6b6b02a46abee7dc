import Artifacts
import Evaluation
import Forecasting
import Numerics
import Tensors

/// The forecasts of all test windows, written as they are made, so that memory does not grow with them.
struct TestRecord {
  private let publication: Publication
  private let table: WindowTable

  init(_ table: WindowTable, _ publication: Publication) {
    self.table = table
    self.publication = publication
  }

  /// Scores every test window and writes `test.forecast`, `test.actual` and `test.baseline`, [n, H, K], with the
  /// time and entity of each window's last input.
  func write(
    _ scoring: Scoring, _ intervals: IntervalOffsets, progress: @escaping (Int, Int) -> Void
  ) throws -> Scores {
    let origins = table.origins[.test] ?? []
    let shape = [origins.count, table.signature.horizon, table.signature.targets.count]
    func writer(_ name: String) throws -> ArrayWriter<Double> {
      try publication.writer(
        "test.\(name)", of: Double.self, shape: shape, axes: ["n", "H", "K"], unit: "original units")
    }
    let (forecast, actual, baseline) = (try writer("forecast"), try writer("actual"), try writer("baseline"))
    let scores = try scoring.test(intervals: intervals, progress: progress) { block in
      guard block.forecast.values.allSatisfy(\.isFinite) else { throw TrainError.notFinite }
      try forecast.append(block.forecast.values)
      try actual.append(block.actual.values)
      try baseline.append(block.baseline.values)
    }
    for writer in [forecast, actual, baseline] { try writer.finish() }
    try publication.write(
      "test.time", origins.map { table.time[Int($0)] }, axes: ["n"], unit: "ms since 1970-01-01 UTC, last input")
    try publication.write(
      "test.entity", origins.map { Int32(table.entity(ofRow: Int($0))) }, axes: ["n"], unit: "entity number")
    return scores
  }
}

extension Scores {
  /// The comparison with the baselines, as a table for people.
  func summary(model: String, windows: Int, choice: String) -> [String] {
    func row(_ name: String, _ pair: Pair, _ skill: Double?) -> String {
      let cells = [
        DecimalNumber.readable(pair.levels.meanSquare), DecimalNumber.readable(pair.levels.meanAbsolute),
        pair.transformed.meanSquare.isFinite ? DecimalNumber.fixed(pair.transformed.meanSquare, places: 4) : "–",
        skill.map { DecimalNumber.fixed($0 * 100, places: 1) + " %" } ?? "",
      ]
      return name.padded(to: 18) + cells.map { $0.padded(to: 14, onTheLeft: true) }.joined()
    }
    let header = ["MSE", "MAE", "MSE (std.)", "skill"].map { $0.padded(to: 14, onTheLeft: true) }.joined()
    let repeated = baselines.first?.sums.levels
    return ["\(DecimalNumber.grouped(windows)) test windows".padded(to: 18) + header]
      + [row(model, self.model, repeated.flatMap { self.model.levels.skill(against: $0) })]
      + baselines.map { row($0.baseline.name, $0.sums, repeated.flatMap($0.sums.levels.skill)) }
      + ["skill: the share of repeat's squared error that is gone, in original units"]
      + (choice.isEmpty ? [] : [choice])
  }
}

extension String {
  fileprivate func padded(to width: Int, onTheLeft: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(width - count, 1))
    return onTheLeft ? padding + self : self + padding
  }
}
