import Artifacts
import Chronology
import Tensors
import Testing

@testable import Networks

/// Rows of several entities, one behind the other; those of an entity are the same in every table.
private func table(of entities: [String]) -> WindowTable {
  let rows = 60
  let values = entities.flatMap { entity in
    let phase = Int(entity.utf8.first ?? 0)
    return (0..<(2 * rows)).map { Float(($0 * (phase % 7 + 3)) % 11) / 11 }
  }
  let signature = Signature(
    entities: entities, features: ["x", "y"], targets: ["x", "y"], lookback: 6, horizon: 3,
    interval: .milliseconds(3_600_000), calendar: .continuous)
  return WindowTable(
    signature: signature, levels: StoredArray(values.map(Double.init)), features: StoredArray(values),
    targets: StoredArray(values),
    time: StoredArray(entities.flatMap { _ in (0..<rows).map { Int64($0) * 3_600_000 } }),
    offsets: (0...entities.count).map { $0 * rows }, origins: [:])
}

/// A network of three entities whose parameters are those that training begins with.
private func network(_ blocks: JSON, _ reading: Network.Reading) throws -> Network {
  let window = WindowShape(table(of: ["A", "B", "C"]).signature, reading: reading)
  let (graph, _) = try Network.record(blocks, window, samples: 1)
  return try Network(
    blocks: blocks, window: window,
    values: graph.parameters.map {
      $0.initializer.elements(count: $0.shape.count, name: $0.name, seed: 1)
    })
}

private func drawing() throws -> [Network] {
  var dropping = try network(["flatten", ["dropout": ["rate": 0.5]], "head"], .point)
  dropping.draws.passes = 8
  return [dropping] + (try ["lstm", "gru"].map { try deepAR($0) })
}

private func deepAR(_ cell: String) throws -> Network {
  try network([["deepar": ["cell": .string(cell), "width": 5, "draws": 8]]], .gaussian)
}

@Test func `What is drawn for an entity is the same without the others, and in another order`() throws {
  let (all, fewer) = (table(of: ["A", "B", "C"]), table(of: ["C", "B"]))
  for network in try drawing() {
    for row in [10, 30] {
      // C has the places 2 and 0, B the places 1 and 1.
      for (place, other) in [(2, 0), (1, 1)] {
        let one = network.outlook(at: [0.1, 0.9], from: [60 * place + row][...], in: all)
        let two = network.outlook(at: [0.1, 0.9], from: [60 * other + row][...], in: fewer)
        #expect(one.forecast.values == two.forecast.values)
        #expect(one.quantiles == two.quantiles && one.quantiles != nil)
      }
    }
  }
}

@Test func `Windows of another entity or another time draw other numbers`() {
  let all = table(of: ["A", "B", "C"])
  let identities = (0..<all.rowCount).map { all.identity(ofWindowAt: $0) }
  #expect(Set(identities).count == all.rowCount)
  #expect(identities.allSatisfy { $0 < 1 << 48 })
}

@Test func `Another seed draws other paths and masks, and the same seed the same`() throws {
  let table = table(of: ["A", "B", "C"])
  for network in try drawing() {
    func drawn(_ draws: ForecastDraws) -> [Double] {
      var network = network
      network.draws.seed = draws.seed
      return network.forecast(from: [20, 80][...], in: table).values
    }
    let first = drawn(network.draws)
    #expect(drawn(ForecastDraws(seed: 0)) == first)
    #expect(drawn(ForecastDraws(seed: 7)) == drawn(ForecastDraws(seed: 7)))
    #expect(zip(drawn(ForecastDraws(seed: 7)), first).allSatisfy { $0 != $1 })
  }
}

@Test func `Members of an ensemble have noise of their own, the first that of the network alone`() {
  let draws = ForecastDraws(passes: 5, seed: 3)
  let members = (0..<20).map(draws.ofMember)
  #expect(members[0] == draws)
  #expect(Set(members.map(\.seed)).count == 20)
  #expect(members.allSatisfy { $0.passes == 5 })
  // Nor are they those of another seed's members.
  let others = (0..<20).map(ForecastDraws(passes: 5, seed: 4).ofMember)
  #expect(Set(members.map(\.seed)).isDisjoint(with: others.map(\.seed)))
}
