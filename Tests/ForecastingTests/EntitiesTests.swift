import Artifacts
import Evaluation
import Features
import Forecasting
import Networks
import Tensors
import TestSupport
import Testing

private let split = SplitRule.fractions(train: 0.5, validation: 0.25, test: 0.25)

/// A network that is told which entity it looks at, trained on A and B, or on A alone where B is late.
private func fitted(
  _ transforms: String, unknownRate: Double, isLate: Bool = false, in folder: TemporaryFolder
) throws -> FittedModel {
  let set = try TrainingSet(
    reading: publish("horizon: 3, targets: [close], transforms: \(transforms)", split, in: folder), fold: 0)
  let blocks: JSON = [
    [
      "normalize": [
        "by": "last",
        "blocks": ["flatten", ["entity": ["width": 3, "unknown_rate": .number(unknownRate)]], "head"],
      ]
    ]
  ]
  let training = Training(
    loss: .meanSquaredError,
    optimizer: Optimizer(
      .adam(first: 0.9, second: 0.999, epsilon: 1e-8, keepsGreatest: false, decouplesDecay: false),
      weightDecay: 0),
    schedule: Schedule(.constant, peak: 0.01), batch: 16, epochs: 4, seed: 3)
  var table = set.table
  if isLate {
    table.origins[.train] = Origins((table.origins[.train] ?? []).filter { table.entity(ofRow: $0) == 0 })
  }
  let network = try Trainer(blocks, training: training, table: table, threads: 1).run().network
  let forecaster = try set.forecaster(with: .network(network))
  return FittedModel(
    forecaster: forecaster,
    intervals: Scoring(forecaster: forecaster, table: set.table, baselines: [], threads: 1).calibrate(
      coverages: [0.8]
    ) { _, _ in }.offsets,
    season: nil, name: "net", units: set.units)
}

/// Series of these names; A and B are those that the network learnt from.
private func named(_ names: [String]) -> Series {
  let all = ["A", "B", "C"]
  return SampleSeries.make(rows: 300, entities: names, columns: ["close", "other"]) { entity, column, row in
    let number = all.firstIndex(of: names[entity]) ?? 0
    return 100 + Double(number * 10 + column) + Double((row * 37 + number * 11 + column * 5) % 23) / 7
  }
}

@Test func `Some of the entities, in any order, get the forecasts that they get among all`() throws {
  let model = try fitted("[standardize]", unknownRate: 0, in: TemporaryFolder())
  let all = try Forecast(with: model, from: named(["A", "B"]))
  for (names, places) in [(["B"], [1]), (["B", "A"], [1, 0])] {
    let some = try Forecast(with: model, from: named(names))
    for (entity, place) in places.enumerated() {
      for step in 0..<3 {
        #expect(
          some.levels.values[some.element(entity, step, 0)] == all.levels.values[all.element(place, step, 0)])
        #expect(some.quantiles(entity, step, 0).elementsEqual(all.quantiles(place, step, 0)))
      }
    }
  }
}

@Test func `An entity that training did not know is refused by its name, with both remedies`() throws {
  let folder = TemporaryFolder()
  let model = try fitted("[{standardize: {per: all}}]", unknownRate: 0, in: folder)
  let error = ForecastError.unknownEntities(["C"], known: ["A", "B"])
  #expect(throws: error) {
    try Forecast(with: model, from: named(["A", "C"]))
  }
  #expect(error.description.contains("holds C") && error.description.contains("unknown_rate: 0.05"))
  let own = try fitted("[standardize]", unknownRate: 0.3, in: folder)
  #expect(throws: ForecastError.noStatistics(["C"], transform: "standardize", feature: "close")) {
    try Forecast(with: own, from: named(["A", "C"]))
  }
}

@Test func `A network that was trained for unknown entities forecasts them by the hidden code`() throws {
  let model = try fitted("[{standardize: {per: all}}]", unknownRate: 0.3, in: TemporaryFolder())
  let all = try Forecast(with: model, from: named(["A", "B"]))
  let other = try Forecast(with: model, from: named(["C", "A"]))
  let isFinite = other.levels.values.allSatisfy(\.isFinite)
  #expect(isFinite)
  for step in 0..<3 {
    #expect(other.levels.values[other.element(1, step, 0)] == all.levels.values[all.element(0, step, 0)])
    // As wide as the wider of the two that are known.
    let widths = (0..<2).map { entity in
      let quantiles = Array(all.quantiles(entity, step, 0))
      return quantiles[1] - quantiles[0]
    }
    let unknown = Array(other.quantiles(0, step, 0))
    #expect(unknown[1] - unknown[0] >= (widths.max() ?? 0) - 1e-9)
  }
  // The name says nothing: A under another name is not what A is.
  guard case .network(let network) = model.forecaster.model else {
    Issue.record("a fitted network is a network")
    return
  }
  #expect(network.looksAtEntities && network.knowsUnknownEntities)
}

@Test func `Accuracy is counted of classes, beside the most frequent one`() throws {
  let folder = TemporaryFolder()
  let written = "transforms: [standardize], labels: [{trend: {steps: 2, threshold: 0}}]"
  let set = try TrainingSet(reading: publish(written, split, in: folder), fold: 0)
  let forecaster = try set.forecaster(with: .baseline(.mean))
  let scores = Scoring(forecaster: forecaster, table: set.table, baselines: [.mean], threads: 2).test(
    intervals: IntervalOffsets(
      probabilities: [], offsets: [], entities: 2, steps: 1, columns: 1, isRelative: false),
    progress: { _, _ in }, take: { _ in })
  let test = (set.table.origins[.test] ?? []).map { set.table.levels[$0] }
  let train = (set.table.origins[.train] ?? []).map { set.table.levels[$0] }
  let majority = train.count { $0 == 1 } > train.count { $0 == 0 } ? 1.0 : 0.0
  let share = Double(test.count { $0 == majority }) / Double(test.count)
  let metrics = scores.metrics(tests: scores.skillTests).values
  #expect(metrics["test/accuracy/majority"] == share && metrics["test/accuracy"] == share)
  #expect(metrics["test/mse"] != nil)
}

@Test func `An entity that no training window showed is forecast as an unknown one, also after reloading`()
  throws
{
  let folder = TemporaryFolder()
  let model = try fitted("[{standardize: {per: all}}]", unknownRate: 0.3, isLate: true, in: folder)
  let artifact = try folder.publish(.model, step: "model", key: folder.key("late")) {
    try model.write(to: $0)
  }
  let read = try FittedModel(reading: artifact)
  // The same rows under the name of B, and under one that nobody knows.
  var nameless = named(["A", "B"])
  nameless.entities = ["A", "D"]
  for model in [model, read] {
    let late = try Forecast(with: model, from: named(["A", "B"]))
    let unknown = try Forecast(with: model, from: nameless)
    for step in 0..<3 {
      #expect(
        late.levels.values[late.element(1, step, 0)] == unknown.levels.values[unknown.element(1, step, 0)])
      #expect(
        late.levels.values[late.element(0, step, 0)] == unknown.levels.values[unknown.element(0, step, 0)])
    }
  }
}
