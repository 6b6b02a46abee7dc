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
  /// time and entity of each window's last input, and the model's own quantiles as `test.quantiles`, [n, H, K, Q], and
  /// bounds as `test.bounds`, [n, H, K, 2], where it has some; gives what they are worth, and some of them.
  func write(
    _ scoring: Scoring, _ intervals: IntervalOffsets, progress: @escaping (Int, Int) -> Void
  ) throws -> (scores: Scores, sample: ScoredSample) {
    let origins = table.origins[.test] ?? []
    let shape = [origins.count, table.signature.horizon, table.signature.targets.count]
    func writer(_ name: String, _ last: (axis: String, count: Int)? = nil) throws -> ArrayWriter<Double> {
      try publication.writer(
        "test.\(name)", of: Double.self, shape: shape + (last.map { [$0.count] } ?? []),
        axes: ["n", "H", "K"] + (last.map { [$0.axis] } ?? []), unit: "original units")
    }
    let (forecast, actual, baseline) = (try writer("forecast"), try writer("actual"), try writer("baseline"))
    let quantiles =
      scoring.forecaster.ownQuantiles == .given
      ? try writer("quantiles", ("Q", intervals.probabilities.count)) : nil
    let bounds = scoring.forecaster.hasBounds ? try writer("bounds", ("lower, upper", 2)) : nil
    var sample = ScoredSample(of: origins.count, most: 400, width: shape[1] * shape[2])
    let scores = try scoring.test(intervals: intervals, progress: progress) { block in
      guard block.forecast.values.allSatisfy(\.isFinite) else { throw TrainError.notFinite(.test) }
      sample.take(block)
      try forecast.append(block.forecast.values)
      try actual.append(block.actual.values)
      try baseline.append(block.baseline.values)
      if let own = block.quantiles { try quantiles?.append(own) }
      if let own = block.bounds { try bounds?.append(own) }
    }
    for writer in [forecast, actual, baseline, quantiles, bounds].compactMap(\.self) { try writer.finish() }
    try publication.write(
      "test.time", origins.map { table.time[$0] }, axes: ["n"],
      unit: "ms since 1970-01-01 UTC, last input")
    try publication.write(
      "test.entity", origins.map { Int32(table.entity(ofRow: $0)) }, axes: ["n"], unit: "entity number")
    return (scores, sample)
  }
}

extension Forecaster {
  /// Why a model that knows its own quantiles says nothing of them.
  var quantileWarnings: [String] {
    guard ownQuantiles == .cumulated else { return [] }
    return [
      """
      the model's own quantiles are not given: a transform of the targets adds up the steps of a forecast, and the quantile \
      of a sum is not the sum of quantiles; forecast without differences or returns to have them
      """
    ]
  }
}
