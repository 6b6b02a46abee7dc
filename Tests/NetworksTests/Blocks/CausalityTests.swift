import Artifacts
import Testing

@testable import Networks

/// Blocks over windows of twelve rows and two columns, with the rows that become one step.
private struct Sequences: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let blocks: JSON
  var rowsPerStep = 1

  static let rows = 12

  /// What the blocks make of two windows, [S, T, D], and T.
  func run(_ features: [Float]) throws -> (values: [Float], steps: Int) {
    let window = WindowShape(
      lookback: Self.rows, horizon: Self.rows, features: 2, featureNames: ["x", "y"], targetColumns: [0],
      entities: 1)
    var graph = Graph(samples: 2)
    let x = try graph.input(.features, [2, Self.rows, 2])
    let result = try BlockSequence(blocks, path: "").record(x, in: &graph, window)
    let plan = Plan(graph, result: result, loss: nil)
    let memory = ParameterMemory(
      plan,
      values: graph.parameters.map {
        $0.initializer.elements(count: $0.shape.count, name: $0.name, seed: 4)
      })
    let lane = Lane(plan, parameters: memory.start)
    try #require(lane.input(.features)).update(from: features, count: features.count)
    lane.forward()
    return withExtendedLifetime(memory) {
      (Array(UnsafeBufferPointer(start: lane.result, count: result.shape.count)), result.shape[1])
    }
  }

  /// The steps of the result that change when the rows from `row` on do.
  func changed(from row: Int) throws -> (steps: Set<Int>, count: Int) {
    let features = GradientLaw.weights(2 * Self.rows * 2)
    let (before, steps) = try run(features)
    let after = try run(
      features.enumerated().map { $0.offset / 2 % Self.rows >= row ? $0.element + 0.5 : $0.element }
    ).values
    let width = before.count / (2 * steps)
    let differing = before.indices.filter { before[$0].bitPattern != after[$0].bitPattern }
    return (Set(differing.map { $0 / width % steps }), steps)
  }

  private static func dynamic(_ settings: [String: JSON], _ embed: JSON) -> JSON {
    let defaults: [String: JSON] = ["layers": 2, "heads": 2, "hidden": 8]
    return [
      ["embed": embed], ["position": ["kind": "sinusoidal"]],
      ["dynamic": .object(defaults.merging(settings) { $1 })],
    ]
  }

  static let causal = [
    Sequences(
      testDescription: "delay line",
      blocks: dynamic(["feed_forward": "delay-line"], ["kind": "constant", "width": 4])),
    Sequences(
      testDescription: "point-wise, no norm, no skips",
      blocks: dynamic(
        ["feed_forward": "point-wise", "norm": "none", "attention_skip": false, "feed_forward_skip": false],
        ["kind": "constant", "width": 4])),
    Sequences(
      testDescription: "shortened",
      blocks: dynamic([:], ["kind": "shortening", "steps": 4, "width": 4, "groups": 2]), rowsPerStep: 3),
    Sequences(
      testDescription: "convolution",
      blocks: [["convolution": ["width": 3, "kernel": 4, "padding": "causal", "activation": "tanh"]]]),
    Sequences(
      testDescription: "strided convolution",
      blocks: [["convolution": ["width": 3, "kernel": 2, "stride": 2]]], rowsPerStep: 2),
    Sequences(testDescription: "delay line with skip", blocks: [["delay-line": ["skip": true]]]),
  ]

  static let mixing = [
    Sequences(
      testDescription: "attention to all",
      blocks: dynamic(["causal": false], ["kind": "constant", "width": 4])),
    Sequences(testDescription: "delay line over all", blocks: [["delay-line": ["causal": false]]]),
    Sequences(
      testDescription: "convolution to both sides",
      blocks: [["convolution": ["width": 3, "kernel": 23, "padding": "same"]]]),
    Sequences(
      testDescription: "frequencies", blocks: [["time-frequency": ["steps": "lookback", "width": 2]]]),
  ]
}

@Test(arguments: Sequences.causal)
private func `Inputs after a row change no causal output up to it, and every one behind`(
  _ sequences: Sequences
) throws {
  for row in 0..<Sequences.rows {
    let (changed, steps) = try sequences.changed(from: row)
    #expect(changed.min() == row / sequences.rowsPerStep && changed.contains(steps - 1), "row \(row)")
  }
}

@Test(arguments: Sequences.mixing)
private func `What is not causal sees the last row at every step`(_ sequences: Sequences) throws {
  let (changed, steps) = try sequences.changed(from: Sequences.rows - 1)
  #expect(changed.count == steps)
}

@Test func `A masked linear layer looks at earlier elements only`() throws {
  let series = Sequences(
    testDescription: "", blocks: [["channels": ["blocks": ["masked-linear"]]]])
  for row in 0..<Sequences.rows {
    #expect(try series.changed(from: row).steps == Set(row..<Sequences.rows))
  }
}

@Test func `A norm over the whole window is refused where the layers are causal`() throws {
  let mixed = Sequences(
    testDescription: "", blocks: [["dynamic": ["layers": 1, "heads": 1, "norm": "window"]]])
  #expect(
    throws: NetworkError.shape(
      path: "network.0",
      problem:
        "norm: window mixes all steps, so causal layers would look ahead; set norm: step, or causal: false"
    )
  ) { try mixed.run(GradientLaw.weights(48)) }
}
