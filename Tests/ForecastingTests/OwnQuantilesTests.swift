import Artifacts
import Evaluation
import Features
import Networks
import Numerics
import Tensors
import TestSupport
import Testing

@testable import Forecasting

private let probabilities = IntervalOffsets.probabilities(of: [0.8, 0.95])

extension Prepared {
  /// The same with a network in place of the ridge map, whose normal distributions have a deviation of 0.05 in the
  /// units of the model.
  fileprivate func withNormals(draws: ForecastDraws = ForecastDraws()) throws -> (Prepared, FittedModel) {
    let window = WindowShape(table.signature, reading: .gaussian)
    let inputs = window.lookback * window.features
    let outputs = 2 * window.horizon * window.targets
    let weights = (0..<(inputs * outputs)).map { index in
      index % 2 == 0 ? Float(Elementary.sin(Double(index))) * 0.02 : 0
    }
    let biases = (0..<outputs).map { $0 % 2 == 0 ? Float(0.1) : Float(Elementary.log(0.05)) }
    var network = try Network(
      blocks: ["flatten", ["dropout": ["rate": 0.2]], "head"], window: window, values: [weights, biases])
    network.draws = draws
    let forecaster = try Forecaster(
      model: .network(network), recipe: self.forecaster.recipe, signature: self.forecaster.signature)
    let prepared = Prepared(series: series, table: table, forecaster: forecaster)
    let offsets = prepared.scoring().calibrate(coverages: [0.8, 0.95]) { _, _ in }.offsets
    return (
      prepared,
      FittedModel(
        forecaster: forecaster, intervals: offsets, season: 6, name: "my/normals",
        units: table.signature.targets.map { _ in "" })
    )
  }

  private init(series: Series, table: WindowTable, forecaster: Forecaster) {
    self.series = series
    self.table = table
    self.forecaster = forecaster
  }

  fileprivate func quantiles(_ origins: ArraySlice<Int>) -> Forecaster.Forecasts {
    forecaster.forecast(from: origins, in: table, quantilesAt: probabilities)
  }
}

@Test func `A model's own quantiles are undone with the forecast`() throws {
  let (prepared, _) = try Prepared("[log]", "horizon: 4, targets: [other, close]").withNormals()
  let origins = Array((prepared.table.origins[.test] ?? []).prefix(9))
  let made = prepared.quantiles(origins[...])
  let quantiles = try #require(made.quantiles)
  for (element, level) in made.levels.values.enumerated() {
    for (place, probability) in probabilities.enumerated() {
      // In logarithms a normal distribution, so in prices a log-normal one.
      let expected = level * Elementary.exp(0.05 * Elementary.normalQuantile(probability))
      #expect(abs(quantiles[4 * element + place] / expected - 1) < 1e-6)
    }
  }
  #expect(prepared.forecaster.forecast(from: origins[...], in: prepared.table).quantiles == nil)
}

@Test func `The units of windows are put back on quantiles`() throws {
  for (transforms, scale) in [("[]", "min-max"), ("[standardize]", "last"), ("[robust]", "mean-std")] {
    let (prepared, _) = try Prepared(
      transforms, "horizon: 4, targets: [other, close], window: {scale: \(scale)}"
    ).withNormals()
    let origins = Array((prepared.table.origins[.test] ?? []).prefix(5))
    let made = prepared.quantiles(origins[...])
    let quantiles = try #require(made.quantiles)
    for (element, level) in made.levels.values.enumerated() {
      let own = quantiles[(4 * element)..<(4 * element + 4)]
      #expect(zip(own, own.dropFirst()).allSatisfy { $0 < $1 })
      // Affine units keep the middle in the middle.
      #expect(abs((own[4 * element] + own[4 * element + 3]) / 2 - level) < 1e-6 * max(1, abs(level)))
    }
  }
}

@Test(arguments: [
  ("[difference]", "horizon: 4, targets: [close]", false),
  ("[log-return, standardize]", "horizon: 2, targets: [close]", false),
  ("[difference]", "horizon: 1, targets: [close]", true),
  ("[{difference: {lag: 4}}]", "horizon: 4, targets: [close]", true),
  ("[{difference: {lag: 3}}]", "horizon: 4, targets: [close]", false),
  ("[standardize]", "features: [close], labels: [{return: {steps: [1, 3]}}]", true),
])
func `Quantiles are given where undoing keeps each step apart`(
  _ transforms: String, _ more: String, _ given: Bool
) throws {
  let (prepared, model) = try Prepared(transforms, more).withNormals()
  let origins = Array((prepared.table.origins[.test] ?? []).prefix(3))
  #expect(prepared.forecaster.ownQuantiles == (given ? .given : .cumulated))
  #expect((prepared.quantiles(origins[...]).quantiles != nil) == given)
  let forecast = try Forecast(with: model, from: prepared.series)
  #expect((forecast.modelQuantiles != nil) == given)
}

@Test func `A model of points has no quantiles of its own`() throws {
  let prepared = try Prepared()
  #expect(prepared.forecaster.ownQuantiles == .none)
  let origins = Array((prepared.table.origins[.test] ?? []).prefix(3))
  #expect(prepared.quantiles(origins[...]).quantiles == nil)
  let offsets = prepared.scoring().calibrate(coverages: [0.8, 0.95]) { _, _ in }.offsets
  let scores = prepared.scoring().test(intervals: offsets, progress: { _, _ in }) {
    #expect($0.quantiles == nil)
  }
  #expect(!scores.metrics(tests: []).values.keys.contains { $0.contains("model_coverage") })
}

@Test(arguments: [ForecastDraws(), ForecastDraws(passes: 12, seed: 3)])
func `The coverage of a model's own intervals is that of its arrays, on any number of threads`(
  _ draws: ForecastDraws
) throws {
  let (prepared, model) = try Prepared("[log, standardize]", "horizon: 4, targets: [close]").withNormals(
    draws: draws)
  var (quantiles, actuals): ([Double], [Double]) = ([], [])
  let scores = prepared.scoring().test(intervals: model.intervals, progress: { _, _ in }) { block in
    quantiles += block.quantiles ?? []
    actuals += block.actual.values
  }
  let metrics = scores.metrics(tests: []).values
  for (name, low) in [("95", 0), ("80", 1)] {
    let hits = actuals.indices.count {
      quantiles[4 * $0 + low] <= actuals[$0] && actuals[$0] <= quantiles[4 * $0 + 3 - low]
    }
    #expect(metrics["test/model_coverage/\(name)"] == Double(hits) / Double(actuals.count))
  }
  #expect((metrics["test/model_coverage/80"] ?? 9) < (metrics["test/model_coverage/95"] ?? 0))
  var others: [Double] = []
  let second = prepared.scoring(threads: 3).test(intervals: model.intervals, progress: { _, _ in }) {
    others += $0.quantiles ?? []
  }
  #expect(second == scores && others == quantiles)
}

@Test(arguments: [ForecastDraws(), ForecastDraws(passes: 12, seed: .max)])
func `A model with quantiles is read as it was written, and its forecast publishes them`(
  _ draws: ForecastDraws
) throws {
  let folder = TemporaryFolder()
  let (prepared, model) = try Prepared().withNormals(draws: draws)
  let artifact = try folder.publish(.model, step: "model") { try model.write(to: $0) }
  let read = try FittedModel(reading: artifact)
  guard case .network(let network) = read.forecaster.model, case .network(let own) = model.forecaster.model
  else {
    Issue.record("not a network")
    return
  }
  #expect(network == own)
  let (a, b) = (
    try Forecast(with: model, from: prepared.series), try Forecast(with: read, from: prepared.series)
  )
  #expect(a.levels.values == b.levels.values && a.modelQuantiles == b.modelQuantiles)
  let published = try folder.publish(.forecast, step: "forecast") {
    try a.write(to: $0)
    return [:]
  }
  let array = try published.array("model.quantiles", of: Double.self, shape: [2, 4, 2, 4])
  #expect(Array(array.values) == a.modelQuantiles)
  #expect(a.modelQuantiles != a.quantiles)
}

@Test func `Draws for the newest window are those of the same window when it was scored`() throws {
  let (prepared, model) = try Prepared("[log, standardize]", "horizon: 4, targets: [close]").withNormals(
    draws: ForecastDraws(passes: 9))
  let table = prepared.table
  for entity in 0..<2 {
    let origin = try #require(table.origins[.test]?.last { table.entity(ofRow: $0) == entity })
    let forecast = try Forecast(with: model, from: cut(prepared.series, after: table.time[origin]))
    let scored = try #require(prepared.quantiles([origin][...]).quantiles)
    for index in 0..<16 {
      let found = try #require(forecast.modelQuantiles)[16 * entity + index]
      #expect(abs(found - scored[index]) < 1e-6 * abs(found))
    }
  }
}
