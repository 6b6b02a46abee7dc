import Artifacts
import Chronology
import Configuration
import Evaluation
import Features
import Networks
import Tensors
import TestSupport
import Testing

@testable import Forecasting

/// A prepared series of two entities, and a ridge map for it.
struct Prepared {
  let series: Series
  let table: WindowTable
  let forecaster: Forecaster

  /// `transforms`, and what is added to them, are written as in a pipeline file.
  init(
    _ transforms: String = "[log, standardize]", _ more: String = "horizon: 4, targets: [other, close]",
    of given: Series? = nil
  ) throws {
    series =
      given
      ?? SampleSeries.make(
        rows: 240, entities: ["A", "B"], columns: ["close", "other"], gaps: [(0, 40, 2)])
    let settings = try PrepareSettings(
      written: """
        {lookback: 12, transforms: \(transforms), \(more),
         split: {fractions: {train: 0.5, validation: 0.25, test: 0.25}}}
        """)
    let recipe = try Recipe(settings.recipe, columns: series.columns, interval: series.interval)
    let rows = RowTable(of: series)
    let signature = try recipe.signature(
      of: rows, targets: settings.targets, lookback: settings.lookback, horizon: settings.horizon,
      shift: settings.shift)
    let kept = KeptRows(rows.segments, warmup: recipe.warmup, entityCount: rows.entities.count)
    let plan = try SplitRule.fractions(train: 0.5, validation: 0.25, test: 0.25).plan(
      SplitInput(
        entities: rows.entities, offsets: rows.offsets, time: rows.time, interval: rows.interval,
        segments: kept.segments, lookback: signature.lookback, labelStart: signature.labelStart,
        span: signature.span))
    let windows = try PreparedWindows(
      recipe, signature: signature, rows: rows, kept: kept, training: plan.folds.map(\.trainingRows))
    table = try windows.table(plan.folds[0])
    let regression = RidgeRegression(lookbacks: [], penalties: [0.1, 10], subtractsLast: true)
    forecaster = try Forecaster(
      model: .linear(try regression.fit(to: table, threads: 1).map), recipe: windows.recipe,
      signature: signature)
  }

  /// The last levels up to each origin, as undoing transforms needs them.
  func context(of origins: Origins, entities: [Int], features: [Int]) -> WindowContext {
    let past = max(1, forecaster.recipe.past(of: features))
    let pasts = origins.flatMap { origin in
      features.indices.flatMap { column in
        ((origin - past + 1)...origin).map { table.levels[$0 * features.count + column] }
      }
    }
    return WindowContext(entities: entities, features: features, pasts: pasts, pastLength: past)
  }

  func scoring(threads: Int = 1, _ baselines: [Baseline]? = nil) -> Scoring {
    Scoring(
      forecaster: forecaster, table: table, baselines: baselines ?? Baseline.all(season: 6, lookback: 12),
      threads: threads)
  }
}

@Test func `Every test window is scored once, and the figures are those of the arrays`() throws {
  let prepared = try Prepared()
  let scoring = prepared.scoring()
  let offsets = scoring.calibrate(coverages: [0.8]) { _, _ in }.offsets
  var (forecasts, actuals, baselines): ([Double], [Double], [Double]) = ([], [], [])
  let scores = scoring.test(intervals: offsets, progress: { _, _ in }) { block in
    forecasts += block.forecast.values
    actuals += block.actual.values
    baselines += block.baseline.values
  }
  let origins = try #require(prepared.table.origins[.test])
  #expect(forecasts.count == origins.count * 4 * 2)
  func mse(_ values: [Double]) -> Double {
    zip(values, actuals).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(values.count)
  }
  let metrics = scores.metrics(tests: scores.skillTests).values
  #expect(abs(try #require(metrics["test/mse"]) - mse(forecasts)) < 1e-12)
  #expect(abs(try #require(metrics["test/mse/repeat"]) - mse(baselines)) < 1e-12)
  #expect(abs(try #require(metrics["test/skill/repeat"]) - (1 - mse(forecasts) / mse(baselines))) < 1e-12)
  // The actual values are the levels themselves, and the baseline the level at the origin.
  for (window, origin) in origins.enumerated() {
    for step in 0..<4 {
      for column in 0..<2 {
        let place = (window * 4 + step) * 2 + column
        #expect(actuals[place] == prepared.table.levels[(origin + 1 + step) * 2 + column])
        #expect(baselines[place] == prepared.table.levels[origin * 2 + column])
      }
    }
  }
}

@Test func `Scores have the same bits on any number of threads`() throws {
  let prepared = try Prepared()
  func run(_ threads: Int) -> ([String: Double], IntervalOffsets, [UInt64]) {
    let scoring = prepared.scoring(threads: threads)
    let offsets = scoring.calibrate(coverages: [0.8, 0.95]) { _, _ in }.offsets
    var bits: [UInt64] = []
    let scores = scoring.test(intervals: offsets, progress: { _, _ in }) {
      bits += $0.forecast.values.map(\.bitPattern)
    }
    return (scores.metrics(tests: scores.skillTests).values, offsets, bits)
  }
  let (metrics, offsets, bits) = run(1)
  for threads in [2, 3, 8] {
    let other = run(threads)
    #expect(other.0 == metrics && other.1 == offsets && other.2 == bits)
  }
}

@Test(
  arguments: [
    "[log-return, standardize]", "[log]", "[{standardize: {per: all}}]", "[]",
    "[{difference: {lag: 5}}, min-max]", "[box-cox, difference, robust]",
  ])
func `In original units repeat is the last value, whatever the recipe`(transforms: String) throws {
  let prepared = try Prepared(transforms)
  let origins = try #require(prepared.table.origins[.test])
  let forecasts = prepared.forecaster.forecast(with: .repeat, from: Array(origins)[...], in: prepared.table)
  for (window, origin) in origins.enumerated() {
    for place in 0..<8 {
      #expect(
        forecasts.levels.values[window * 8 + place] == prepared.table.levels[origin * 2 + place % 2])
    }
  }
  // Transformed and undone it is itself again.
  let context = prepared.context(of: origins, entities: forecasts.entities, features: [1, 0])
  var levels = forecasts.transformed
  prepared.forecaster.recipe.invert(&levels, at: context)
  for (found, wanted) in zip(levels.values, forecasts.levels.values) {
    #expect(abs(found / wanted - 1) < 1e-12)
  }
}

@Test func `The metrics of a baseline as a model are its own`() throws {
  let prepared = try Prepared()
  let model = try Forecaster(
    model: .baseline(.repeat), recipe: prepared.forecaster.recipe, signature: prepared.table.signature)
  let scoring = Scoring(forecaster: model, table: prepared.table, baselines: [.repeat], threads: 1)
  let offsets = scoring.calibrate(coverages: [0.8]) { _, _ in }.offsets
  let scores = scoring.test(intervals: offsets, progress: { _, _ in }) { _ in }
  let metrics = scores.metrics(tests: scores.skillTests).values
  #expect(metrics["test/mse"] == metrics["test/mse/repeat"])
  #expect(metrics["test/skill/repeat"] == 0)
}

@Test(arguments: [(0.8, "80"), (0.95, "95"), (0.975, "97.5"), (0.999, "99.9")])
func `A share is written as a percentage`(share: Double, text: String) {
  #expect(Scores.percent(share) == text)
}

@Test(arguments: ["[percent-change, standardize]", "[{difference: {lag: 1, relative: true}}]"])
func `A column of both signs has intervals that are numbers and hold what they promise`(transforms: String)
  throws
{
  let series = SampleSeries.make(rows: 240, columns: ["close", "other"]) { _, column, row in
    // Never zero, and of another sign every few rows.
    (row / 7 % 2 == 0 ? 1 : -1) * Double(5 + row * 37 % 11) - Double(column)
  }
  let prepared = try Prepared(transforms, of: series)
  let calibration = prepared.scoring().calibrate(coverages: [0.8]) { _, _ in }
  #expect(!calibration.offsets.isRelative && calibration.isFinite)
  let scores = prepared.scoring().test(intervals: calibration.offsets, progress: { _, _ in }) { _ in }
  #expect(try #require(scores.metrics(tests: scores.skillTests).values["test/coverage/80"]) > 0.5)
}

@Test func `A validation forecast that is no number is told, and is no metric`() {
  let panel = { (value: Double) in Panel(windows: 1, steps: 1, columns: 1, values: [value]) }
  let offsets = IntervalOffsets(
    probabilities: [0.1, 0.9], offsets: [-1, 1], entities: 1, steps: 1, columns: 1, isRelative: false)
  for (forecast, isFinite) in [(1.0, true), (.infinity, false), (.nan, false)] {
    let found = Scoring.Calibration(
      offsets: offsets, pooled: [], errors: ErrorSums(of: panel(forecast), against: panel(2)))
    #expect(found.isFinite == isFinite && found.metrics.isEmpty == !isFinite)
  }
}
