import Artifacts
import Chronology
import Numerics
import Tensors
import Testing

@testable import Networks

/// Windows of a series whose spread is known to whoever looks: y[t + 1] is normal with a deviation of e^s[t], and s
/// is the first feature.
private func noisyTable(rows: Int = 2400) -> WindowTable {
  let stream = RandomStream(seed: 8, purpose: "noise")
  let spread = (0..<rows).map { Elementary.sin(Double($0) / 7) }
  var values: [Float] = []
  for row in 0..<rows {
    let y = row == 0 ? 0 : Elementary.exp(spread[row - 1]) * stream.normal(at: row)
    values += [Float(spread[row]), Float(y)]
  }
  let signature = Signature(
    entities: ["A"], features: ["s", "y"], targets: ["y"], lookback: 2, horizon: 1,
    interval: .milliseconds(1000), calendar: .continuous)
  let targets = stride(from: 1, to: values.count, by: 2).map { values[$0] }
  return WindowTable(
    signature: signature, levels: StoredArray(targets.map(Double.init)), features: StoredArray(values),
    targets: StoredArray(targets), time: StoredArray((0..<rows).map { Int64($0 * 1000) }),
    offsets: [0, rows],
    origins: [
      .train: Origins(1..<1200), .validation: Origins(1200..<1400), .test: Origins(1400..<(rows - 1)),
    ])
}

private let blocks: JSON = ["flatten", ["linear": ["width": 16, "activation": "tanh"]], "head"]

private func trained(
  _ loss: Loss, on table: WindowTable, blocks: JSON = blocks, epochs: Int = 30,
  draws: ForecastDraws = ForecastDraws()
) throws -> Network {
  var training = SampleWindows.training(batch: 32, epochs: epochs, loss: loss, rate: 0.01)
  training.draws = draws
  return try Trainer(blocks, training: training, table: table, threads: 1).run().network
}

/// The share of what came between the first and the last quantile, and whether all are in order.
private func coverage(
  _ network: Network, at probabilities: [Double], on table: WindowTable
) throws -> (share: Double, ascends: Bool) {
  let origins = Array(table.origins[.test] ?? [])
  let quantiles = try #require(network.quantiles(at: probabilities, from: origins[...], in: table))
  let count = probabilities.count
  var (hits, ascends) = (0, true)
  for (window, origin) in origins.enumerated() {
    let own = Array(quantiles[(window * count)..<((window + 1) * count)])
    let truth = Double(table.targets[origin + 1])
    if own[0] <= truth, truth <= own[count - 1] { hits += 1 }
    ascends = ascends && zip(own, own.dropFirst()).allSatisfy { $0 <= $1 }
  }
  return (Double(hits) / Double(origins.count), ascends)
}

@Test(
  arguments: [
    .gaussian, .student, .quantile([0.1, 0.5, 0.9]),
    // Values are spread evenly over an interval, so the tails need narrow ones.
    .grid(GridTarget(edges: .quantiles(60), of: .value)),
    .grid(GridTarget(edges: .given([-90, -4, -2, -1, -0.5, 0, 0.5, 1, 2, 4, 90]), of: .value, by: .binary)),
  ] as [Loss])
func `A network's own intervals hold the share that they promise`(_ loss: Loss) throws {
  let table = noisyTable()
  let network = try trained(loss, on: table)
  let (share, ascends) = try coverage(network, at: [0.1, 0.5, 0.9], on: table)
  // 1000 windows of a share of 0.8 have a deviation of 0.013; three of them for what is not learnt exactly.
  #expect(abs(share - 0.8) < 0.04, "\(loss.name): \(share)")
  #expect(ascends)
}

@Test func `Intervals follow the spread of what comes`() throws {
  let table = noisyTable()
  let origins = Array(table.origins[.test] ?? [])
  for loss in [.gaussian, .quantile([0.1, 0.5, 0.9])] as [Loss] {
    let network = try trained(loss, on: table)
    let quantiles = try #require(network.quantiles(at: [0.1, 0.9], from: origins[...], in: table))
    for (window, origin) in origins.enumerated() where window % 50 == 0 {
      let width = quantiles[2 * window + 1] - quantiles[2 * window]
      let deviation = Elementary.exp(Double(table.features[2 * origin]))
      #expect((0.6...1.6).contains(width / (2 * 1.2816 * deviation)), "\(loss.name) at \(origin)")
    }
  }
}

private func decoding(_ settings: JSON) -> JSON {
  let blocks: JSON = [["gru": ["width": 4, "gives": "all"]], ["recurrent-decoder": settings]]
  return [["normalize": ["by": "last", "blocks": blocks]]]
}

@Test
func
  `Quantiles of a head or a decoder cannot cross, trained or not, with a level put back or within channels`()
  throws
{
  let table = SampleWindows.table()
  let heads: [JSON] = [
    ["flatten", "head"],
    ["flatten", ["head": ["outputs": 5, "ordered": true, "separate": true]]],
    [["normalize": ["by": "last", "blocks": ["flatten", "head"]]]],
    [["normalize": ["by": "instance", "blocks": [["channels": ["blocks": ["head"]]]]]]],
    // Decoders feed forecasts back.
    decoding(["width": 4, "heads": 2, "outputs": 5]),
    decoding(["width": 4, "heads": 0, "outputs": 5, "residual": true]),
    [["linear": ["width": 4]], ["state-decoder": ["heads": 2, "feed_forward": 4, "outputs": 5]]],
  ]
  for blocks in heads {
    let training = SampleWindows.training(epochs: 2, loss: .quantile([0.1, 0.3, 0.5, 0.7, 0.9]), rate: 0.1)
    let network = try Trainer(blocks, training: training, table: table, threads: 1).run().network
    for wild in [Float(1), 40] {
      var network = network
      network.values = network.values.enumerated().map { array, values in
        values.enumerated().map { $1 * wild * Float(($0 + array) % 3 - 1) }
      }
      let origins = Array((table.origins[.test] ?? []).prefix(20))
      let pass = ForecastPass(network, samples: origins.count)
      pass.run(origins[...], in: table)
      for element in 0..<(origins.count * 6) {
        let numbers = (0..<5).map { pass.numbers[5 * element + $0] }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 }, "\(numbers)")
      }
    }
  }
}

@Test func `A head gives as many outputs as the loss needs, and refuses an order that means nothing`() throws
{
  for loss in [
    .gaussian, .student, .quantile([0.2, 0.5, 0.8]), .categoricalCrossEntropy(classes: 4), .meanSquaredError,
  ] as [Loss] {
    let window = WindowShape(SampleWindows.table().signature, reading: loss.reading)
    let (graph, result) = try Network.record(["flatten", "head"], window, samples: 2)
    #expect(result.shape == (loss.outputs == 1 ? [2, 3, 2] : [2, 3, 2, loss.outputs]))
    #expect(graph.steps.contains { $0.operation.name == "ascending" } == (loss.name == "quantile"))
  }
  let window = WindowShape(SampleWindows.table().signature, reading: .gaussian)
  #expect(throws: NetworkError.self) {
    try Network.record(["flatten", ["head": ["ordered": true]]], window, samples: 1)
  }
  let (separate, result) = try Network.record(["flatten", ["head": ["separate": true]]], window, samples: 1)
  #expect(result.shape == [1, 3, 2, 2])
  #expect(
    separate.parameters.map(\.name) == [
      "head.0.weight", "head.0.bias", "head.1.weight", "head.1.bias",
    ])
}

// MARK: Dropout while forecasting

private let dropping: JSON = [
  "flatten", ["linear": ["width": 24, "activation": "relu"]], "batch-norm", ["dropout": ["rate": 0.3]],
  "head",
]

@Test(arguments: [.meanSquaredError, .gaussian, .student, .quantile([0.1, 0.5, 0.9])] as [Loss])
func `Dropout while forecasting spreads, the same for a window in any company`(_ loss: Loss) throws {
  let table = SampleWindows.table()
  var network = try trained(loss, on: table, blocks: dropping, epochs: 3, draws: ForecastDraws(passes: 37))
  let origins = [60, 61, 70, 99, 130]
  let all = network.outlook(at: [0.1, 0.9], from: origins[...], in: table)
  let quantiles = try #require(all.quantiles)
  for element in 0..<(5 * 6) { #expect(quantiles[2 * element] < quantiles[2 * element + 1]) }
  for (number, origin) in origins.enumerated() {
    let alone = network.outlook(at: [0.1, 0.9], from: [origin][...], in: table)
    #expect(alone.forecast.values == Array(all.forecast.values[(6 * number)..<(6 * number + 6)]))
    #expect(alone.quantiles == Array(quantiles[(12 * number)..<(12 * number + 12)]))
  }
  #expect(network.outlook(at: [0.1, 0.9], from: origins[...], in: table).quantiles == quantiles)
  network.draws.seed = 1
  #expect(network.outlook(at: [0.1, 0.9], from: origins[...], in: table).quantiles != quantiles)
}

@Test func `The mean of many draws is near the forecast without, and their spread is that of the last layer`()
  throws
{
  let table = SampleWindows.table()
  let blocks: JSON = ["flatten", ["dropout": ["rate": 0.5]], "head"]
  var network = try trained(
    .meanSquaredError, on: table, blocks: blocks, epochs: 5, draws: ForecastDraws(passes: 4000))
  let outlook = network.outlook(at: [0.1587, 0.8413], from: [100][...], in: table)
  network.draws = ForecastDraws()
  let plain = network.forecast(from: [100][...], in: table)
  let weights = network.values[0]
  for element in 0..<6 {
    // A linear map of inputs that are doubled or dropped: Σ (w x)² is the variance.
    var variance = 0.0
    for input in 0..<24 {
      let x = Double(table.features[2 * (100 - 11) + input]) * Double(weights[6 * input + element])
      variance += x * x
    }
    let deviation = variance.squareRoot()
    #expect(abs(outlook.forecast.values[element] - plain.values[element]) < 5 * deviation / 63)
    let half = ((outlook.quantiles?[2 * element + 1] ?? 0) - (outlook.quantiles?[2 * element] ?? 0)) / 2
    #expect(abs(half / deviation - 1) < 0.15)
  }
}

@Test func `Dropout within channels draws masks of its own for each draw`() throws {
  let table = SampleWindows.table()
  let blocks: JSON = [["channels": ["blocks": [["dropout": ["rate": 0.5]], "head"]]]]
  let network = try trained(
    .meanSquaredError, on: table, blocks: blocks, epochs: 2, draws: ForecastDraws(passes: 64))
  var seen: Set<[Float]> = []
  for first in stride(from: 0, to: 64, by: 16) {
    let pass = ForecastPass(network, samples: 16)
    pass.draw(100, in: table, from: first)
    for draw in 0..<16 { seen.insert((0..<6).map { pass.numbers[6 * draw + $0] }) }
  }
  #expect(seen.count == 64)
}

@Test func `Draws need something that is dropped`() throws {
  #expect(
    throws: NetworkError.setting(
      path: "forecast", name: "mc_dropout",
      problem:
        "needs a network that drops something, and no block has a dropout above 0; set one, or leave it out")
  ) {
    try trained(
      .meanSquaredError, on: SampleWindows.table(), blocks: blocks, draws: ForecastDraws(passes: 10))
  }
}
