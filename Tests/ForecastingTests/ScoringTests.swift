import Artifacts
import Chronology
import Evaluation
import Features
import Forecasting
import Networks
import Tensors
import TestSupport
import Testing

/// A prepared series of two entities, and a ridge map for it.
struct Prepared {
  let series: Series
  let table: WindowTable
  let forecaster: Forecaster

  init(_ transforms: [any Transform] = [Log(), Standardize(per: .entity)], rows: Int = 240) throws {
    series = SampleSeries.make(
      rows: rows, entities: ["A", "B"], columns: ["close", "other"], gaps: [(0, 40, 2)])
    let signature = Signature(
      entities: series.entities, features: ["close", "other"], targets: ["other", "close"], lookback: 12,
      horizon: 4,
      interval: series.interval, calendar: series.calendar)
    var features = try FeatureTable(of: series, features: nil)
    let levels = features.columns
    let borders = SplitBorders.fractions(train: 0.5, test: 0.25, of: series)
    var recipe = try Recipe(transforms, subtractsLast: false)
    _ = try recipe.fit(to: &features, training: borders.trainingRows)
    let cut = try WindowCutter(lookback: 12, horizon: 4, borders: borders).cut(
      features, warmup: recipe.warmup)
    table = try WindowTable(signature: signature, table: features, cut: cut, levels: levels)
    let regression = RidgeRegression(lookbacks: [], penalties: [0.1, 10], subtractsLast: true)
    let map = try regression.fit(to: table, recipeSubtractsLast: false, threads: 1).map
    forecaster = Forecaster(model: .linear(map), recipe: recipe, signature: signature)
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
  let (offsets, _) = scoring.calibrate(coverages: [0.8]) { _, _ in }
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
  let metrics = scores.metrics(coverages: [0.8])
  #expect(abs(try #require(metrics["test/mse"]) - mse(forecasts)) < 1e-12)
  #expect(abs(try #require(metrics["test/mse/repeat"]) - mse(baselines)) < 1e-12)
  #expect(abs(try #require(metrics["test/skill/repeat"]) - (1 - mse(forecasts) / mse(baselines))) < 1e-12)
  // The actual values are the levels themselves, and the baseline the level at the origin.
  for (window, origin) in origins.enumerated() {
    for step in 0..<4 {
      for column in 0..<2 {
        let place = (window * 4 + step) * 2 + column
        #expect(actuals[place] == prepared.table.levels[(Int(origin) + 1 + step) * 2 + column])
        #expect(baselines[place] == prepared.table.levels[Int(origin) * 2 + column])
      }
    }
  }
}

@Test func `Scores have the same bits on any number of threads`() throws {
  let prepared = try Prepared()
  func run(_ threads: Int) -> ([String: Double], IntervalOffsets, [UInt64]) {
    let scoring = prepared.scoring(threads: threads)
    let (offsets, _) = scoring.calibrate(coverages: [0.8, 0.95]) { _, _ in }
    var bits: [UInt64] = []
    let scores = scoring.test(intervals: offsets, progress: { _, _ in }) {
      bits += $0.forecast.values.map(\.bitPattern)
    }
    return (scores.metrics(coverages: [0.8, 0.95]), offsets, bits)
  }
  let (metrics, offsets, bits) = run(1)
  for threads in [2, 3, 8] {
    let other = run(threads)
    #expect(other.0 == metrics && other.1 == offsets && other.2 == bits)
  }
}

@Test(arguments: ["log-return", "log", "standardize", "none"])
func `In original units repeat is the last value, whatever the recipe`(name: String) throws {
  let transforms: [any Transform] =
    switch name {
    case "log-return": [LogReturn(), Standardize(per: .entity)]
    case "log": [Log()]
    case "standardize": [Standardize(per: .all)]
    default: []
    }
  let prepared = try Prepared(transforms)
  let origins = try #require(prepared.table.origins[.test])
  let forecasts = prepared.forecaster.forecast(with: .repeat, from: origins[...], in: prepared.table)
  for (window, origin) in origins.enumerated() {
    for place in 0..<8 {
      #expect(
        forecasts.levels.values[window * 8 + place] == prepared.table.levels[Int(origin) * 2 + place % 2])
    }
  }
  // Transformed and undone it is itself again.
  let context = WindowContext(
    entities: forecasts.entities, features: [1, 0],
    anchors: origins.flatMap { [prepared.table.levels[Int($0) * 2], prepared.table.levels[Int($0) * 2 + 1]] })
  var levels = forecasts.transformed
  prepared.forecaster.recipe.invert(&levels, at: context)
  for (found, wanted) in zip(levels.values, forecasts.levels.values) {
    #expect(abs(found / wanted - 1) < 1e-12)
  }
}

@Test func `The metrics of a baseline as a model are its own`() throws {
  let prepared = try Prepared()
  let model = Forecaster(
    model: .baseline(.repeat), recipe: prepared.forecaster.recipe, signature: prepared.table.signature)
  let scoring = Scoring(forecaster: model, table: prepared.table, baselines: [.repeat], threads: 1)
  let (offsets, _) = scoring.calibrate(coverages: [0.8]) { _, _ in }
  let metrics = scoring.test(intervals: offsets, progress: { _, _ in }) { _ in }.metrics(coverages: [0.8])
  #expect(metrics["test/mse"] == metrics["test/mse/repeat"])
  #expect(metrics["test/skill/repeat"] == 0)
}

@Test(arguments: [(0.8, "80"), (0.95, "95"), (0.975, "97.5"), (0.999, "99.9")])
func `A share is written as a percentage`(share: Double, text: String) {
  #expect(Scores.percent(share) == text)
}
