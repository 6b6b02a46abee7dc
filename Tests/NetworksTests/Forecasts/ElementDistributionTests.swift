import Artifacts
import Numerics
import Tensors
import Testing

@testable import Networks

private let grid = ValueGrid(
  subject: .change, choice: .mean, edges: [-9e6, -1, 0, 1, 9e6], centres: [-1.7, -0.4, 0.3, 1.9], low: -3,
  high: 3)
private var likeliest: ValueGrid {
  ValueGrid(
    subject: .change, choice: .likeliest, edges: grid.edges, centres: grid.centres, low: grid.low,
    high: grid.high)
}

private let readings: [(reading: Network.Reading, outputs: Int)] = [
  (.point, 1), (.quantiles([0.1, 0.5, 0.9]), 3), (.gaussian, 2), (.student, 3), (.samples, 7),
  (.grid(grid), 4), (.grid(likeliest), 4), (.probability, 1), (.classes(2), 2), (.classes(5), 5),
]

/// A network with dropout, never trained, whose numbers are read as `reading` says.
private func network(_ reading: Network.Reading, _ outputs: Int, dropout: Float = 0.4) throws -> Network {
  let window = WindowShape(SampleWindows.table().signature, reading: reading)
  let blocks: JSON = [
    "flatten", ["linear": ["width": 9, "activation": "tanh"]],
    ["dropout": ["rate": .number(Double(dropout))]], ["head": ["outputs": JSON(outputs)]],
  ]
  let (graph, _) = try Network.record(blocks, window, samples: 1)
  return try Network(
    blocks: blocks, window: window,
    values: graph.parameters.map {
      $0.initializer.elements(count: $0.shape.count, name: $0.name, seed: 4).map { 3 * $0 }
    })
}

private func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

@Test(arguments: readings.indices, [nil, 2, 23])
private func `A forecast has the same bits with quantiles and without, and alone`(
  _ index: Int, _ passes: Int?
)
  throws
{
  let table = SampleWindows.table()
  var network = try network(readings[index].reading, readings[index].outputs)
  network.draws.passes = passes
  let origins = [40, 41, 99]
  let plain = network.forecast(from: origins[...], in: table).values
  let asked = network.outlook(at: [0.1, 0.5, 0.9], from: origins[...], in: table)
  #expect(bits(asked.forecast.values) == bits(plain))
  #expect((asked.quantiles != nil) == network.hasQuantiles)
  let alone = network.forecast(from: [41][...], in: table).values
  #expect(bits(alone) == bits(Array(plain[6..<12])))
}

@Test(arguments: readings.indices)
private func `What training shows is what is forecast`(_ index: Int) throws {
  let (reading, outputs) = readings[index]
  let network = try network(reading, outputs, dropout: 0)
  let table = SampleWindows.table()
  let origins = [40, 57, 99]
  let forecast = network.forecast(from: origins[...], in: table).values
  let pass = ForecastPass(network, samples: origins.count)
  pass.run(origins[...], in: table)
  let point = PointReading(reading, outputs: outputs)
  for element in forecast.indices {
    let shown = Double(
      point.point(pass.numbers + element * outputs, last: pass.last(element / 6, element % 2)))
    if reading.place == nil {
      #expect(abs(forecast[element] - shown) <= 1e-6 * max(1, abs(shown)))
    } else {
      #expect(forecast[element] == shown)
    }
  }
}

@Test(arguments: [nil, 16])
private func `A classifier's probabilities are those of its forecast, with dropout too`(_ passes: Int?) throws
{
  let table = SampleWindows.table()
  let origins = [40, 57, 99, 130]
  for classes in [2, 3, 5] {
    var network = try network(.classes(classes), classes)
    let plain = network.probabilities(from: origins[...], in: table).values
    network.draws.passes = passes
    let forecast = network.forecast(from: origins[...], in: table).values
    let shares = network.probabilities(from: origins[...], in: table).values
    #expect((shares == plain) == (passes == nil))
    #expect(shares.count == forecast.count * classes)
    for element in forecast.indices {
      let own = Array(shares[(element * classes)..<((element + 1) * classes)])
      #expect(abs(own.reduce(0, +) - 1) < 1e-12)
      let expected = classes == 2 ? own[1] : Double(own.firstIndex(of: own.max() ?? 0) ?? -1)
      #expect(forecast[element].bitPattern == expected.bitPattern)
    }
  }
}

@Test func `One pass with a boundless variance does not set the quantiles of all`() throws {
  // As many degrees of freedom above 2 as the numbers say: many in all passes but the last.
  let passes: [[Float]] = (0..<9).map { pass in
    [Float(pass) / 20, 0.1, pass == 8 ? -10 : 3]
  }
  let probabilities = [0.025, 0.1, 0.5, 0.9, 0.975]
  let distribution = ElementDistribution(.student, outputs: 3, passes: 9, probabilities: probabilities)
  var summary = [Double](repeating: 0, count: distribution.summaryCount)
  var quantiles = [Double](repeating: 0, count: 5)
  let flat = passes.flatMap { $0 }
  flat.withUnsafeBufferPointer { flat in
    guard let start = flat.baseAddress else { return }
    distribution.summarize({ start + 3 * $0 }, last: 0, into: &summary)
  }
  distribution.quantiles(of: summary, last: 0, into: &quantiles)
  #expect(abs(summary[0] - 0.2) < 1e-7)
  // SciPy 1.17.1, as the tests of `StudentMixture` have it.
  let expected: [Double] = [
    -2.2610544182052736, -1.3184642955466657, 0.19761526031189705, 1.7118059795939395, 2.679112706915149,
  ]
  for (found, expected) in zip(quantiles, expected) { #expect(abs(found - expected) < 1e-6) }
}
