import Artifacts
import Testing

@testable import Networks

/// Windows of candles, and a time.
private let names = ["open", "high", "low", "close", "volume", "trades", "time"]

private func record(_ blocks: JSON, columns: [String] = names, lookback: Int = 6) throws -> Graph {
  let window = WindowShape(
    lookback: lookback, horizon: 2, features: columns.count, featureNames: columns,
    targetColumns: [3 % columns.count],
    entities: 1)
  return try Network.record(blocks, window, samples: 2).graph
}

private func shapes(_ graph: Graph) -> [String: Shape] {
  Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.shape) })
}

private func extracted(_ version: String, depth: Int, residual: Bool) throws -> [String: Shape] {
  let settings: JSON = [
    "version": .string(version), "width": 17, "depth": JSON(depth), "residual": .bool(residual),
    "without": "time",
  ]
  return shapes(try record([["feature-extractor": settings], ["pool": ["kind": "mean"]], "head"]))
    .filter { $0.key.hasSuffix("weight") && $0.key != "head.weight" }
}

@Test func `Extractors of the first version begin with a share of the width and reach all of it`() throws {
  #expect(try extracted("v1", depth: 0, residual: true) == ["feature-extractor.input.weight": [6, 17]])
  #expect(
    try extracted("v1", depth: 2, residual: false) == [
      "feature-extractor.input.weight": [6, 5], "feature-extractor.0.weight": [5, 10],
      "feature-extractor.1.weight": [10, 17],
    ])
  #expect(
    try extracted("v1", depth: 2, residual: true) == [
      "feature-extractor.input.weight": [6, 5], "feature-extractor.0.weight": [5, 5],
      "feature-extractor.1.weight": [5, 5], "feature-extractor.output.weight": [5, 17],
    ])
}

@Test func `Extractors of the second version grow by equal steps, the last by what is left`() throws {
  #expect(try extracted("v2", depth: 0, residual: true) == ["feature-extractor.input.weight": [6, 17]])
  #expect(
    try extracted("v2", depth: 3, residual: false) == [
      "feature-extractor.0.weight": [6, 5], "feature-extractor.1.weight": [5, 10],
      "feature-extractor.2.weight": [10, 17],
    ])
  #expect(
    try extracted("v2", depth: 2, residual: true) == [
      "feature-extractor.0.skip.weight": [6, 8], "feature-extractor.0.branch.weight": [6, 8],
      "feature-extractor.1.skip.weight": [8, 17], "feature-extractor.1.branch.weight": [8, 17],
    ])
}

@Test func `Glorot's beginning holds for the layers within, each projection of attention by itself`() throws {
  let layers: JSON = [
    ["linear": ["width": 8]], ["attention": ["heads": 2]], ["convolution": ["width": 4, "kernel": 3]],
    ["pool": ["kind": "mean"]], "head",
  ]
  let graph = try record([["initialize": ["kernels": "glorot", "biases": 0.000_001, "blocks": layers]]])
  let found = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.initializer) })
  #expect(found["initialize.linear.weight"] == .glorot(inputs: 7, outputs: 8))
  #expect(found["initialize.attention.query-key-value.weight"] == .glorot(inputs: 8, outputs: 8))
  #expect(found["initialize.convolution.weight"] == .glorot(inputs: 24, outputs: 12))
  #expect(found["initialize.head.weight"] == .glorot(inputs: 4, outputs: 2))
  for name in ["linear", "attention.output", "convolution", "head"] {
    #expect(found["initialize.\(name).bias"] == .normal(deviation: 1e-6))
  }
  let plain = try record([["initialize": ["kernels": "default", "blocks": layers]]])
  #expect(plain.parameters.first?.initializer == .inverseRoot(of: 7))
  // What stands behind the block begins as ever.
  let behind = try record([
    ["initialize": ["blocks": [["linear": ["width": 8]]]]], ["pool": ["kind": "mean"]], "head",
  ])
  #expect(behind.parameters.last?.initializer == .inverseRoot(of: 8))
}

@Test func `Separate outputs have layers of their own, and the same shape`() throws {
  let blocks: JSON = ["flatten", ["head": ["outputs": 2, "separate": true]]]
  let window = WindowShape(lookback: 3, horizon: 4, features: 2, targetColumns: [0, 1], entities: 1)
  let (graph, result) = try Network.record(blocks, window, samples: 2)
  #expect(result.shape == [2, 4, 2, 2])
  #expect(shapes(graph)["head.0.weight"] == [6, 8] && shapes(graph)["head.1.weight"] == [6, 8])
  // Output 1 of every element comes from the second layer's bias when all weights are zero.
  let plan = Plan(graph, result: result, loss: nil)
  let memory = ParameterMemory(
    plan,
    values: graph.parameters.map { parameter in
      (0..<parameter.shape.count).map { parameter.name == "head.1.bias" ? Float($0) : 0 }
    })
  let lane = Lane(plan, parameters: memory.start)
  try #require(lane.input(.features)).update(repeating: 1, count: 12)
  lane.forward()
  let made = withExtendedLifetime(memory) { (0..<32).map { lane.result[$0] } }
  let expected: [Float] = (0..<32).map { $0 % 2 == 1 ? Float($0 / 2 % 8) : Float(0) }
  #expect(made == expected)
}

private let tokens: JSON = [
  ["linear": ["width": 4]],
  ["extra-tokens": ["price": ["open", "high", "low", "close"], "volume": "volume", "trades": "trades"]],
  ["pool": ["kind": "flatten"]], "head",
]

@Test func `Three tokens stand behind the rows, and newest is the last row before them`() throws {
  #expect(shapes(try record(tokens))["head.weight"] == [(6 + 3) * 4, 2])
  #expect(shapes(try record(tokens))["extra-tokens.table"] == [101, 4])
  let two: JSON = [
    ["linear": ["width": 4]], ["extra-tokens": ["price": "close", "volume": [4], "trades": []]],
    ["pool": ["kind": "flatten", "width": 5]], "head",
  ]
  #expect(shapes(try record(two))["pool.weight"] == [(6 + 2) * 4, 5])
  let none: JSON = [
    ["linear": ["width": 4]], ["extra-tokens": ["enabled": false]], ["pool": ["kind": "newest"]], "head",
  ]
  #expect(shapes(try record(none, columns: ["a"]))["extra-tokens.table"] == nil)
}

@Test func `A column that no feature is called, and steps that are no rows, are refused with what to do`()
  throws
{
  #expect(
    throws: NetworkError.shape(
      path: "network.1",
      problem: """
        there is no column 'open': the features are a, b; name one of them, or give its place from 0
        """)
  ) { try record(tokens, columns: ["a", "b"]) }
  let time: JSON = [
    ["convolution": ["width": 4, "kernel": 2]], ["position": ["kind": "time2vec", "time": "time"]],
    ["pool": ["kind": "mean"]], "head",
  ]
  #expect(
    throws: NetworkError.shape(
      path: "network.1",
      problem: """
        a column tells the time of the window's 6 rows, not of [2, 5, 4]; stand before what cuts or mixes rows, or set \
        time: position
        """)
  ) { try record(time) }
  #expect(throws: NetworkError.self) {
    try record([["convolution": ["width": 4, "kernel": 2]], ["pool": ["kind": "newest"]], "head"])
  }
  #expect(throws: NetworkError.self) {
    try record([["feature-extractor": ["width": 2, "depth": 3]], ["pool": ["kind": "mean"]], "head"])
  }
  #expect(throws: NetworkError.self) {
    try record(
      [["feature-extractor": ["width": 2, "without": "last"]], ["pool": ["kind": "mean"]], "head"],
      columns: ["a"])
  }
}
