import Artifacts
import Testing

@testable import Networks

private func problem(_ blocks: JSON, _ window: WindowShape) -> String {
  do throws(NetworkError) {
    _ = try Network.record(blocks, window, samples: 2, purpose: .training)
    return ""
  } catch { return error.description }
}

/// Blocks that look for the targets among the columns that they are given.
private let seekers: [JSON] = [
  ["autoregressive": ["cell": ["flatten", "head"]]], ["gp-forecast": ["kernel": "scale * rbf", "steps": 1]],
  ["gp-features": [:]], ["normalize": ["by": "last", "blocks": ["flatten", "head"]]],
  ["normalize": ["by": "instance", "blocks": ["flatten", "head"]]],
]

/// Features a and b and targets b and a: a block could not tell which of the two it was given.
@Test(arguments: seekers.indices)
func `All features as targets in another order are refused where their order matters`(_ index: Int) {
  let turned = WindowShape(lookback: 6, horizon: 2, features: 2, targetColumns: [1, 0], entities: 1)
  #expect(problem([seekers[index]], turned).contains("name the targets in the order of the features"))
  let ordered = WindowShape(lookback: 6, horizon: 2, features: 2, targetColumns: [0, 1], entities: 1)
  #expect(!problem([seekers[index]], ordered).contains("order of the features"))
  let some = WindowShape(lookback: 6, horizon: 2, features: 3, targetColumns: [1, 0], entities: 1)
  #expect(!problem([seekers[index]], some).contains("order of the features"))
}

@Test func `A pivot around forecasts that are fed back would mix rows with moves, and is refused`() {
  let window = WindowShape(lookback: 6, horizon: 2, features: 3, targetColumns: [1, 0], entities: 1)
  for by in ["pivot", "last"] {
    let blocks: JSON = [
      ["normalize": ["by": .string(by), "blocks": [["autoregressive": ["cell": ["flatten", "head"]]]]]]
    ]
    let found = problem(blocks, window)
    #expect(by == "last" ? found.isEmpty : found.contains("normalize by: last instead"))
  }
}

@Test func `N-BEATS begins with the calendar only where every target has a series`() {
  let window = WindowShape(lookback: 6, horizon: 2, features: 3, targetColumns: [1, 0], entities: 1)
  let stacks: JSON = [["channels": ["blocks": [["nbeats": ["blocks": 1, "width": 3, "calendar": true]]]]]]
  #expect(problem(stacks, window).contains("put 'targets' or a linear layer of width targets before"))
  guard let blocks = stacks.array else { return }
  #expect(problem(.array(["targets"] + blocks), window) == "")
}

@Test func `DeepAR hides entities in training and then knows what to make of unknown ones`() throws {
  let window = WindowShape(
    lookback: 6, horizon: 2, features: 3, targetColumns: [1, 0], entities: 2, reading: .gaussian)
  for (rate, knows) in [(0.0, false), (0.2, true)] {
    let blocks: JSON = [["deepar": ["width": 4, "entity": 3, "unknown_rate": .number(rate)]]]
    let (graph, _) = try Network.record(blocks, window, samples: 1)
    let table = try #require(graph.parameters.first { $0.name == "deepar.entity.table" })
    #expect(table.shape == [3, 3])
    let values = graph.parameters.map { [Float](repeating: 0, count: $0.shape.count) }
    #expect(try Network(blocks: blocks, window: window, values: values).knowsUnknownEntities == knows)
  }
}
