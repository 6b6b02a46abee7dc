import Artifacts
import Numerics
import Testing

@testable import Networks

private func blocks(_ settings: [String: JSON] = [:]) -> JSON {
  let small: [String: JSON] = [
    "layers": 1, "width": 8, "output": 4, "feed_forward": 12, "steps": 10, "share": 0.5,
  ]
  return [
    [
      "normalize": [
        "by": "last", "blocks": [["gp-encoder": .object(small.merging(settings) { $1 })]],
      ]
    ]
  ]
}

@Test func `A corrected process gives a band of three and learns its quantiles`() throws {
  let table = SampleWindows.table()
  let loss = Loss.quantile([0.023, 0.5, 0.977])
  let window = WindowShape(table.signature, reading: loss.reading)
  #expect(try Network.record(blocks(), window, samples: 2).result.shape == [2, 3, 2, 3])
  var found: [[[Float]]] = []
  for threads in [1, 2] {
    let trained = try Trainer(
      blocks(), training: SampleWindows.training(epochs: 6, loss: loss), table: table, threads: threads
    ).run()
    let losses = trained.history.map(\.trainLoss)
    #expect(try #require(losses.last) < 0.9 * losses[0])
    found.append(trained.network.values)
  }
  #expect(found[0] == found[1])
}

@Test func `Heads that do not divide the output are refused`() throws {
  let window = WindowShape(SampleWindows.table().signature, reading: .quantiles([0.023, 0.5, 0.977]))
  #expect(throws: NetworkError.self) {
    try Network.record(blocks(["heads": 3, "width": 9]), window, samples: 1)
  }
}

@Test(
  arguments: [
    (gives: "band", loss: Loss.student), ("band", .meanSquaredError), ("band", .gaussian),
    ("band", .quantile([0.5])), ("mean", .quantile([0.023, 0.5, 0.977])), ("mean", .gaussian),
  ])
func `A loss that reads other than what the block gives is refused`(gives: String, loss: Loss) throws {
  let window = WindowShape(SampleWindows.table().signature, reading: loss.reading)
  let error = #expect(throws: NetworkError.self) {
    try Network.record(blocks(["gives": .string(gives)]), window, samples: 1)
  }
  #expect(error?.description.contains("gives: ") == true)
}

@Test func `Corrected ends never cross, whatever the parameters`() throws {
  let table = SampleWindows.table()
  let window = WindowShape(table.signature, reading: .quantiles([0.023, 0.5, 0.977]))
  let stream = RandomStream(seed: 9, purpose: "test.parameters")
  let (graph, result) = try Network.record(blocks(["dropout": 0]), window, samples: 4)
  let plan = Plan(graph, result: result, loss: nil)
  var place = 0
  let memory = ParameterMemory(
    plan,
    values: graph.parameters.map { parameter in
      (0..<parameter.shape.count).map { _ in
        place += 1
        return Float(3 * stream.normal(at: place))
      }
    })
  let lane = Lane(plan, parameters: memory.start)
  let features = try #require(lane.input(.features))
  for index in 0..<4 * window.lookback * window.features {
    features[index] = Float(stream.normal(at: 1_000_000 + index))
  }
  lane.forward()
  let made = UnsafeBufferPointer(start: lane.result, count: result.shape.count)
  try #require(made.count % 3 == 0 && made.allSatisfy(\.isFinite))
  for step in 0..<made.count / 3 {
    #expect(made[3 * step] <= made[3 * step + 1] && made[3 * step + 1] <= made[3 * step + 2])
  }
  withExtendedLifetime(memory) {}
}
