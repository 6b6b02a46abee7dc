import Artifacts
import Chronology
import Evaluation
import Features
import Forecasting
import Tensors
import TestSupport
import Testing

private func fitted(_ prepared: Prepared) -> FittedModel {
  let (offsets, _) = prepared.scoring().calibrate(coverages: [0.8, 0.95]) { _, _ in }
  return FittedModel(
    forecaster: prepared.forecaster, intervals: offsets, season: 6, name: "linear/ridge", units: ["", ""])
}

@Test func `A model is read as it was written, and makes the same forecast`() throws {
  let folder = TemporaryFolder()
  for transforms in [[Log(), Standardize(per: .entity)], [LogReturn(), Standardize(per: .all)], []]
    as [[any Transform]]
  {
    let prepared = try Prepared(transforms)
    let model = fitted(prepared)
    let artifact = try folder.publish(
      .model, step: "model", key: folder.key("\(transforms.count)\(model.forecaster.recipe.warmup)")
    ) {
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
  model.forecaster.model = .baseline(.seasonalRepeat(season: 6))
  let artifact = try folder.publish(.model, step: "model") { try model.write(to: $0) }
  let forecast = try Forecast(with: try FittedModel(reading: artifact), from: prepared.series)
  #expect(forecast.levels.values[0] == prepared.series.values[(240 - 6) * 2 + 1])
}

@Test func `A forecast from the newest rows is what the same window gave when it was scored`() throws {
  let prepared = try Prepared()
  let origin = try #require(prepared.table.origins[.test]?.last { $0 < 240 })
  // The series ends where that window's inputs end.
  let rows = Int(origin) + 1
  var cut = prepared.series
  cut.time = Array(cut.time[..<rows]) + cut.time[240..<(240 + rows)]
  cut.values = Array(cut.values[..<(rows * 2)]) + cut.values[480..<(480 + rows * 2)]
  cut.offsets = [0, rows, 2 * rows]
  let forecast = try Forecast(with: fitted(prepared), from: cut)
  let scored = prepared.forecaster.forecast(from: [origin][...], in: prepared.table)
  for index in 0..<8 { #expect(abs(forecast.levels.values[index] / scored.levels.values[index] - 1) < 1e-6) }
  #expect(forecast.times[0] == (1...4).map { prepared.table.time[Int(origin)] + Int64($0) * 3_600_000 })
  #expect(forecast.origins == [prepared.table.time[Int(origin)], cut.time[2 * rows - 1]])
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
  #expect(entities?.description.contains("the series holds A, C, and the model learnt from A, B") == true)
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
