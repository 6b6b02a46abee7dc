import Artifacts
import Chronology
import Evaluation
import Features
import Forecasting
import GaussianProcesses
import Tensors
import TestSupport
import Testing

private func fitted(_ prepared: Prepared) -> FittedModel {
  let offsets = prepared.scoring().calibrate(coverages: [0.8, 0.95]) { _, _ in }.offsets
  return FittedModel(
    forecaster: prepared.forecaster, intervals: offsets, season: 6, name: "linear/ridge", units: ["", ""])
}

@Test func `A model is read as it was written, and makes the same forecast`() throws {
  let folder = TemporaryFolder()
  for transforms in [
    "[log, standardize]", "[log-return, {standardize: {per: all}}]", "[]", "[{difference: {lag: 3}}, robust]",
  ] {
    let prepared = try Prepared(transforms)
    let model = fitted(prepared)
    let artifact = try folder.publish(.model, step: "model", key: folder.key(transforms)) {
      try model.write(to: $0)
    }
    let read = try FittedModel(reading: artifact)
    #expect(read.signature == model.signature && read.intervals == model.intervals && read.season == 6)
    let (a, b) = (
      try Forecast(with: model, from: prepared.series), try Forecast(with: read, from: prepared.series)
    )
    #expect(a.levels.values == b.levels.values && a.quantiles == b.quantiles && a.times == b.times)
  }
}

@Test func `A baseline is a model that can be written and read`() throws {
  let folder = TemporaryFolder()
  let prepared = try Prepared()
  var model = fitted(prepared)
  model.forecaster = try Forecaster(
    model: .baseline(.seasonalRepeat(season: 6)), recipe: prepared.forecaster.recipe,
    signature: model.signature)
  let artifact = try folder.publish(.model, step: "model") { try model.write(to: $0) }
  let forecast = try Forecast(with: try FittedModel(reading: artifact), from: prepared.series)
  #expect(forecast.levels.values[0] == prepared.series.values[(240 - 6) * 2 + 1])
}

@Test func `Gaussian processes and kernel regression are models that can be written and read`() throws {
  let folder = TemporaryFolder()
  let prepared = try Prepared()
  let windows = try WindowProcesses.learning(
    kernel: Kernel(scaled: .matern52), method: .adam(rate: 0.1), steps: 10, windows: 0, from: prepared.table)
  let rows = try RowProcess.fit(
    kernel: "scale * matern-3/2", lengthPerInput: true, method: .quasiNewton, steps: 5, rows: 50,
    memory: 1 << 24, subtractsLast: true, to: prepared.table, threads: 1
  ) { _ in }
  let regression = try KernelRegression.fit(
    kernel: .tricube, bandwidths: [0.5, 1, 4], rows: 80, subtractsLast: false, bounds: nil,
    to: prepared.table,
    threads: 1
  ) { _, _ in }
  for (name, kind) in [
    ("windows", Forecaster.Model.process(.windows(windows.model))), ("rows", .process(.rows(rows.model))),
    ("regression", .regression(regression.model)),
  ] {
    var model = fitted(prepared)
    model.forecaster = try Forecaster(
      model: kind, recipe: model.forecaster.recipe, signature: model.signature,
      labelMeans: model.forecaster.labelMeans)
    let artifact = try folder.publish(.model, step: "model", key: folder.key(name)) {
      try model.write(to: $0)
    }
    let read = try FittedModel(reading: artifact)
    let (a, b) = (
      try Forecast(with: model, from: prepared.series), try Forecast(with: read, from: prepared.series)
    )
    #expect(a.levels.values == b.levels.values && a.levels.values.allSatisfy { $0.isFinite })
  }
}

/// What is done to windows besides transforms, and what is forecast.
private let recipes = [
  ("[log, standardize]", "horizon: 4, targets: [other, close]"),
  ("[log-return, {difference: {lag: 3}}, robust]", "horizon: 4, targets: [other, close]"),
  ("[log]", "horizon: 3, shift: 2, targets: [close]"),
  ("[standardize]", "horizon: 4, targets: [close], window: {scale: last}"),
  ("[]", "horizon: 4, targets: [other, close], window: {scale: min-max}"),
  (
    "[log]",
    "horizon: 2, targets: [close], window: {scale: mean-std, smooth: [{savitzky-golay: {window: 5}}]}"
  ),
  (
    "[standardize]",
    "horizon: 1, targets: [close], features: [close, {ema: {period: 9}}, {calendar: {fields: [hour]}}]"
  ),
  ("[standardize]", "features: [close, {sma: {period: 7}}], labels: [{return: {steps: [1, 3]}}]"),
  ("[standardize]", "labels: [{price: {of: other, steps: [2]}}], window: {scale: mean}"),
]

/// The series as it was when a bar had just closed.
func cut(_ series: Series, after time: Int64) -> Series {
  var cut = series
  let rows = (0..<series.rowCount).filter { series.time[$0] <= time }
  cut.time = rows.map { series.time[$0] }
  cut.values = rows.flatMap { row in
    series.columns.indices.map { series.values[row * series.columns.count + $0] }
  }
  cut.offsets = series.offsets.map { offset in rows.count { $0 < offset } }
  return cut
}

@Test(arguments: recipes)
func `A forecast from the newest rows is what the same window gave when it was scored`(
  transforms: String, more: String
) throws {
  let prepared = try Prepared(transforms, more)
  let (table, signature) = (prepared.table, prepared.table.signature)
  for entity in 0..<2 {
    let origin = try #require(prepared.table.origins[.test]?.last { table.entity(ofRow: $0) == entity })
    // The series ends where that window's inputs end.
    let earlier = cut(prepared.series, after: table.time[origin])
    let forecast = try Forecast(with: fitted(prepared), from: earlier)
    let scored = prepared.forecaster.forecast(from: [origin][...], in: table)
    let width = signature.horizon * signature.targets.count
    for index in 0..<width {
      let found = forecast.levels.values[entity * width + index]
      #expect(abs(found - scored.levels.values[index]) < 1e-6 * max(1, abs(found)))
    }
    let hours = signature.hasLabels ? [signature.span] : Array(signature.labelStart...signature.span)
    #expect(forecast.times[entity] == hours.map { table.time[origin] + Int64($0) * 3_600_000 })
    #expect(forecast.origins[entity] == table.time[origin])
  }
}

@Test func `Quantiles lie around the forecast in order`() throws {
  let forecast = try Forecast(with: fitted(try Prepared()), from: try Prepared().series)
  for entity in 0..<2 {
    for step in 0..<4 {
      let quantiles = Array(forecast.quantiles(entity, step, 0))
      #expect(quantiles == quantiles.sorted() && quantiles.count == 4)
    }
  }
}

@Test func `Another interval or other entities are refused`() throws {
  let prepared = try Prepared()
  var daily = prepared.series
  daily.interval = .milliseconds(86_400_000)
  var renamed = prepared.series
  renamed.entities = ["A", "C"]
  let model = fitted(prepared)
  let interval = #expect(throws: ForecastError.self) { try Forecast(with: model, from: daily) }
  #expect(interval?.description.contains("bars of 1d, and the model learnt from bars of 1h") == true)
  let entities = #expect(throws: ForecastError.self) { try Forecast(with: model, from: renamed) }
  #expect(
    entities?.description.contains("the series holds C, which the model never saw, and 'standardize' learnt")
      == true)
}

@Test func `A gap in the newest rows is refused, and too few rows are`() throws {
  let prepared = try Prepared()
  let model = fitted(prepared)
  let gapped = SampleSeries.make(
    rows: 240, entities: ["A", "B"], columns: ["close", "other"], gaps: [(1, 235, 1)])
  #expect(throws: FeatureError.self) { try Forecast(with: model, from: gapped) }
  let short = SampleSeries.make(rows: 5, entities: ["A", "B"], columns: ["close", "other"])
  #expect(throws: FeatureError.self) { try Forecast(with: model, from: short) }
}
