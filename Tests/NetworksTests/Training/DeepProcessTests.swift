import Artifacts
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
