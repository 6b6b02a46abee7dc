import Artifacts
import Configuration
import Evaluation
import Features
import Forecasting
import Networks
import Tensors
import TestSupport
import Testing

let series = SampleSeries.make(rows: 300, entities: ["A", "B"], columns: ["close", "other"])

/// Publishes windows of one or several folds.
func publish(
  _ written: String, _ split: SplitRule, lookback: Int = 12, in folder: TemporaryFolder,
  of series: Series = series
) throws -> Artifact {
  let settings = try PrepareSettings(
    written: "{lookback: \(lookback), \(written), split: {preset: ett-hourly}}")
  let recipe = try Recipe(settings.recipe, columns: series.columns, interval: series.interval)
  let rows = RowTable(of: series)
  let signature = try recipe.signature(
    of: rows, targets: settings.targets, lookback: lookback, horizon: settings.horizon, shift: settings.shift)
  let kept = KeptRows(rows.segments, warmup: recipe.warmup, entityCount: rows.entities.count)
  let plan = try split.plan(
    SplitInput(
      entities: rows.entities, offsets: rows.offsets, time: rows.time, interval: rows.interval,
      segments: kept.segments, lookback: lookback, labelStart: signature.labelStart, span: signature.span))
  let windows = try PreparedWindows(
    recipe, signature: signature, rows: rows, kept: kept, training: plan.folds.map(\.trainingRows))
  return try folder.publish(
    .windows, step: "windows",
    key: folder.key(written + "\(plan.folds.count) \(lookback) \(split) \(series.entities)")
  ) {
    publication in
    try windows.writeArrays(to: publication)
    try windows.write(plan.folds, to: publication)
    try windows.recipe.writeStatistics(to: publication)
    return [
      "signature": signature.json, "recipe": windows.recipe.declaration, "units": ["a", "b"],
      "stamps": ["stamp"],
      "folds": .array(plan.folds.map { _ in [:] }),
    ]
  }
}

private let folds = SplitRule.walkForward(
  SplitRule.WalkForward(folds: 3, test: .bars(40), validation: .bars(30)))

private func forecaster(_ set: TrainingSet) throws -> Forecaster {
  let regression = RidgeRegression(lookbacks: [], penalties: [1], subtractsLast: true)
  return try set.forecaster(with: .linear(regression.fit(to: set.table, threads: 1).map))
}

@Test func `A set has the units, the stamps and the recipe of its windows`() throws {
  let folder = TemporaryFolder()
  let set = try TrainingSet(
    reading: publish(
      "horizon: 2, window: {scale: last}", .fractions(train: 0.5, validation: 0.2, test: 0.3), in: folder),
    fold: 0)
  #expect(set.units == ["a", "b"] && set.stamps == ["stamp"] && set.subtractsLast)
  #expect(set.table.adjustment != nil && set.recipe.declaration["window"]?["scale"] == "last")
}

@Test(arguments: ["[standardize]", "[log, min-max]", "[log-return, robust]"])
func `A fold's model forecasts in original units, as if the fold stood alone`(transforms: String) throws {
  let folder = TemporaryFolder()
  let written = "horizon: 3, targets: [close, other], transforms: \(transforms)"
  let artifact = try publish(written, folds, in: folder)
  for fold in 0..<3 {
    let set = try TrainingSet(reading: artifact, fold: fold)
    let model = try forecaster(set)
    let origins = Array(set.table.origins[.test] ?? [])[...]
    let levels = model.forecast(from: origins, in: set.table).levels
    // A random walk that is told in the fold's units and undone is the last level again.
    let baseline = model.forecast(with: .repeat, from: origins, in: set.table)
    for (window, origin) in origins.enumerated() {
      for place in 0..<6 {
        #expect(baseline.levels.values[window * 6 + place] == set.table.levels[origin * 2 + place % 2])
        #expect(abs(levels.values[window * 6 + place] / set.table.levels[origin * 2 + place % 2] - 1) < 0.5)
      }
    }
    // Written and read, the model forecasts a series without its windows.
    let fitted = FittedModel(
      forecaster: model,
      intervals: Scoring(forecaster: model, table: set.table, baselines: [.repeat], threads: 1).calibrate(
        coverages: [0.8]
      ) { _, _ in }.offsets,
      season: nil, name: "linear/ridge", units: set.units)
    let published = try folder.publish(.model, step: "model", key: folder.key("\(transforms)\(fold)")) {
      try fitted.write(to: $0)
    }
    let (here, there) = (
      try Forecast(with: fitted, from: series),
      try Forecast(with: try FittedModel(reading: published), from: series)
    )
    #expect(here.levels.values == there.levels.values && here.levels.values.allSatisfy(\.isFinite))
  }
}

@Test func `The mean of labels is that of the training windows`() throws {
  let folder = TemporaryFolder()
  let artifact = try publish("labels: [{return: {steps: [1, 4]}}]", folds, in: folder)
  for fold in 0..<3 {
    let set = try TrainingSet(reading: artifact, fold: fold)
    let model = try forecaster(set)
    let training = try #require(set.table.origins[.train])
    for column in 0..<2 {
      let mean = training.reduce(0) { $0 + set.table.levels[$1 * 2 + column] } / Double(training.count)
      #expect(abs(model.labelMeans[column] - mean) < 1e-15)
    }
    let origins = Array(set.table.origins[.test] ?? [])[...]
    #expect(
      model.forecast(with: .mean, from: origins, in: set.table).levels.values.prefix(2)
        == model.labelMeans[...])
    // A price that stands still has no return.
    #expect(model.forecast(with: .repeat, from: origins, in: set.table).levels.values.allSatisfy { $0 == 0 })
  }
}
