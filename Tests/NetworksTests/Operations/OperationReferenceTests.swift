import Artifacts
import Numerics
import Tensors
import Testing

@testable import Networks

/// One operation with its inputs, and what PyTorch makes of them: see scripts/reference/operations.py and losses.py.
private struct ReferenceCase: Sendable, CustomTestStringConvertible {
  struct Input: Sendable {
    var shape: Shape
    var values: [Float]
    /// Of the sum of the output times `upstream`; nil where none is asked for.
    var gradient: [Double]?
  }

  let operation: String
  let settings: JSON
  var inputs: [Input]
  let output: [Double]
  let upstream: [Float]

  var testDescription: String { "\(operation) \(settings.inline)" }

  static let all = ["operations", "losses"].flatMap { ReferenceValues.entries("cases", of: $0) }
    .map(ReferenceCase.init)

  init(_ json: JSON) {
    operation = json["operation"]?.string ?? ""
    settings = json["settings"] ?? .null
    let gradients = json["gradients"]?.array ?? []
    inputs = zip(json["inputs"]?.array ?? [], gradients).map { input, gradient in
      Input(
        shape: Shape(input["shape"]?.integers ?? []),
        values: (input["values"]?.numbers ?? []).map { Float($0) },
        gradient: gradient == .null ? nil : gradient.numbers)
    }
    output = json["output"]?["values"]?.numbers ?? []
    upstream = (json["upstream"]?.numbers ?? []).map { Float($0) }
  }

  func integer(_ name: String) -> Int { settings[name]?.integer ?? 0 }
  func number(_ name: String) -> Float { Float(settings[name]?.number ?? 0) }
  func truth(_ name: String) -> Bool { settings[name]?.bool ?? false }
  var epsilon: Float { number("epsilon") }

  /// What the operation gives, and for each input the gradient, if one is asked for.
  func run() throws -> (output: [Float], gradients: [[Float]?]) {
    var graph = Graph()
    let nodes = inputs.enumerated().map { index, input in
      input.gradient == nil
        ? graph.constant(input.values, input.shape)
        : graph.parameter("input.\(index)", input.shape, .values(input.values))
    }
    let recipe = try #require(recipes[operation] ?? pathRecipes[operation])
    let result = try recipe(&graph, nodes, self)
    try #require(result.shape.count == output.count && output.count == upstream.count)
    let loss = graph.record(Probe(weights: upstream), [result])
    let plan = Plan(graph, result: result, loss: loss)
    let values = graph.parameters.map {
      $0.initializer.elements(count: $0.shape.count, name: $0.name, seed: 0)
    }
    let memory = ParameterMemory(plan, values: values)
    let lane = Lane(plan, parameters: memory.start)
    lane.moment.pointee.isTraining = operation != "batch_norm_inference"
    lane.forward()
    let made = Array(UnsafeBufferPointer(start: lane.result, count: output.count))
    lane.backward()
    let gradients = inputs.indices.map { index in
      graph.parameters.firstIndex { $0.name == "input.\(index)" }.map { number in
        Array(
          UnsafeBufferPointer(
            start: lane.gradients + plan.parameterOffsets[number], count: inputs[index].values.count))
      }
    }
    return withExtendedLifetime(memory) { (made, gradients) }
  }
}

private typealias Recipe = @Sendable (inout Graph, [Node], ReferenceCase) throws -> Node

/// How each operation of the file is recorded.
private let recipes: [String: Recipe] = [
  "linear": { graph, x, reference in
    let activation = try #require(
      reference.settings["activation"]?.string.flatMap(Activation.init(rawValue:)))
    return try graph.linear(x[0], weight: x[1], bias: x[2], activation: activation)
  },
  "layer_norm": { try $0.layerNorm($1[0], scale: $1[1], shift: $1[2], epsilon: $2.epsilon) },
  "batch_norm": { graph, x, reference in
    let mean = graph.observation("mean", x[1].shape, startingAt: 0, momentum: 0.1)
    let variance = graph.observation("variance", x[1].shape, startingAt: 1, momentum: 0.1)
    return try graph.batchNorm(
      x[0], scale: x[1], shift: x[2], runningMean: mean, runningVariance: variance, epsilon: reference.epsilon
    )
  },
  "batch_norm_inference": {
    try $0.batchNorm(
      $1[0], scale: $1[1], shift: $1[2], runningMean: $1[3], runningVariance: $1[4], epsilon: $2.epsilon)
  },
  "softmax": { graph, x, _ in graph.softmax(x[0]) },
  "log_softmax": { graph, x, _ in graph.logSoftmax(x[0]) },
  "embedding": { graph, x, _ in try graph.embedding(codes: x[0], table: x[1]) },
  "attention": { try $0.attention($1[0], heads: $2.integer("heads"), isCausal: $2.truth("causal")) },
  "lstm": { graph, x, _ in
    try graph.lstm(x[0], weight: graph.concatenate([x[1], x[2]], axis: 0), bias: x[3], givesAll: true)
  },
  "gru": { graph, x, reference in try recordGRU(&graph, x, width: reference.integer("hidden")) },
  "rfft": { graph, x, _ in try graph.fourier(x[0]) },
  "irfft": { try $0.inverseFourier($1[0], length: $2.integer("n")) },
  "moving_average": { try $0.movingAverage($1[0], width: $2.integer("kernel")) },
  "revin_normalize": { graph, x, reference in
    let statistics = try statistics(of: x[0], in: &graph, reference, input: 0)
    let operation = InstanceNorm(
      samples: x[0].shape[0], rows: x[0].shape[1], columns: x[0].shape[2], hasScale: true, hasShift: true)
    return graph.record(operation, [x[0], statistics, x[1], x[2]])
  },
  "revin_denormalize": { graph, x, reference in
    let statistics = try statistics(of: x[1], in: &graph, reference, input: 1)
    return try graph.denormalize(
      x[0], statistics: statistics, columns: Array(0..<x[0].shape[2]), scale: x[2], shift: x[3],
      epsilon: reference.epsilon)
  },
  "mse": { graph, x, _ in try graph.meanSquaredError(x[0], x[1], batchElements: x[1].shape.count) },
  "mae": { graph, x, _ in try graph.meanAbsoluteError(x[0], x[1], batchElements: x[1].shape.count) },
  "huber": { try $0.huber($1[0], $1[1], delta: $2.number("delta"), batchElements: $1[1].shape.count) },
  "quantile": {
    try $0.quantileLoss($1[0], $1[1], quantiles: $2.inputs[2].values, batchElements: $1[1].shape.count)
  },
  "gaussian": { graph, x, _ in
    try graph.gaussianLikelihood(
      sideBySide(Array(x[..<2]), in: &graph), x[2], batchElements: x[2].shape.count)
  },
  "student_t": { graph, x, reference in try recordStudent(&graph, x, reference) },
  "bce_with_logits": { graph, x, _ in
    try graph.binaryCrossEntropy(x[0], x[1], batchElements: x[1].shape.count)
  },
  "cross_entropy": { graph, x, _ in
    try graph.categoricalCrossEntropy(x[0], x[1], batchElements: x[1].shape.count)
  },
]

/// The losses over courses of time and over grids, and the order of their heads.
private let pathRecipes: [String: Recipe] = [
  "smooth_l1": {
    try $0.smoothAbsolute($1[0], $1[1], beta: $2.number("beta"), batchElements: $1[1].shape.count)
  },
  "diff_root": { graph, x, reference in
    let (beta, count) = (reference.number("beta"), x[1].shape.count)
    let errors = try graph.smoothAbsolute(x[0], x[1], beta: beta, batchElements: count)
    let sides = try graph.wrongSideLoss(x[0], x[1], last: x[2], beta: beta, batchElements: count)
    return try graph.add(errors, graph.scale(sides, by: reference.number("weight")))
  },
  "compounding": {
    try $0.compoundingError($1[0], $1[1], rate: $2.number("rate"), batchElements: $1[1].shape.count)
  },
  "time_centred": {
    try $0.timeCentredError($1[0], $1[1], level: $2.number("level"), batchElements: $1[1].shape.count)
  },
  "shift": {
    try $0.shiftLoss(
      $1[0], $1[1], shifts: $2.integer("steps"), decay: $2.number("decay"), batchElements: $1[1].shape.count)
  },
  "autocorrelation": {
    try $0.autocorrelationLoss($1[0], $1[1], lags: $2.integer("lags"), batchElements: $1[1].shape.count)
  },
  "dilate": {
    try $0.dilate(
      $1[0], $1[1], alpha: $2.number("alpha"), gamma: $2.number("gamma"), batchElements: $1[1].shape.count)
  },
  "grid": { graph, x, _ in
    try graph.gridLoss(x[0], x[1], edges: [-1.5, -0.5, 0.25, 1.75], batchElements: x[1].shape.count)
  },
  "grid_binary": { graph, x, _ in
    try graph.gridLoss(
      x[0], x[1], edges: [-1.5, -0.5, 0.25, 1.75], by: .binary, batchElements: x[1].shape.count)
  },
  "ascending": { graph, x, _ in try graph.ascending(x[0]) },
]

/// PyTorch's columns r, z, n and two biases, made into ours.
private func recordGRU(_ graph: inout Graph, _ x: [Node], width: Int) throws -> Node {
  func part(_ node: Node, _ number: Int, _ graph: inout Graph) throws -> Node {
    try graph.slice(node, axis: node.shape.rank - 1, from: number * width, count: width)
  }
  let inputParts = try [2, 0, 1].map { try part(x[1], $0, &graph) }
  let sums = try [0, 1].map { try graph.add(part(x[3], $0, &graph), part(x[4], $0, &graph)) }
  let biases = try [part(x[3], 2, &graph)] + sums + [part(x[4], 2, &graph)]
  return try graph.gru(
    x[0], inputWeight: graph.concatenate(inputParts, axis: 1), stateWeight: x[2],
    bias: graph.concatenate(biases, axis: 0), givesAll: true)
}

/// Mean and deviation of each window; "detached" ones are those of values that never change.
private func statistics(
  of x: Node, in graph: inout Graph, _ reference: ReferenceCase, input: Int
) throws -> Node {
  let source = reference.truth("detached") ? graph.constant(reference.inputs[input].values, x.shape) : x
  return try graph.instanceNorm(source, epsilon: reference.epsilon).statistics
}

/// Several numbers for each element, [S, H, K, numbers].
private func sideBySide(_ parts: [Node], in graph: inout Graph) throws -> Node {
  let columns = try parts.map { try graph.reshape($0, Shape($0.shape.axes + [1])) }
  return try graph.concatenate(columns, axis: 3)
}

/// Ours takes ln(ν - 2): where the file has ν, see ``ReferenceCase/adapted``.
private func recordStudent(_ graph: inout Graph, _ x: [Node], _ reference: ReferenceCase) throws -> Node {
  let target = try #require(x.last)
  let count = target.shape.count
  let freedom = [Float](
    repeating: Float(Elementary.log(Double(reference.number("degrees")) - 2)), count: count)
  let third = x.count == 4 ? x[2] : graph.constant(freedom, target.shape)
  return try graph.studentLikelihood(
    sideBySide([x[0], x[1], third], in: &graph), target, batchElements: count)
}

extension ReferenceCase {
  /// With ln(ν - 2) in place of ν, and the gradient times ν - 2.
  fileprivate var adapted: ReferenceCase {
    guard operation == "student_t", inputs.count == 4, let slopes = inputs[2].gradient else { return self }
    var result = self
    let excess = inputs[2].values.map { Double($0) - 2 }
    result.inputs[2].values = excess.map { Float(Elementary.log($0)) }
    result.inputs[2].gradient = zip(slopes, excess).map { $0 * $1 }
    return result
  }
}

/// Checked by a test of its own.
private let special: Set = ["batch_norm_running"]

/// Deviations count in parts of the greatest element.
private func expectSame(_ found: [Float], _ expected: [Double], _ what: String) {
  #expect(found.count == expected.count)
  let greatest = expected.map(abs).max() ?? 0
  for (index, pair) in zip(found, expected).enumerated() {
    #expect(abs(Double(pair.0) - pair.1) <= 2e-6 * greatest, "\(what)[\(index)]")
  }
}

@Test(
  arguments: ReferenceCase.all.filter { !special.contains($0.operation) })
private func `An operation's output and gradients are PyTorch's`(_ reference: ReferenceCase) throws {
  let reference = reference.adapted
  let (output, gradients) = try reference.run()
  expectSame(output, reference.output, "output")
  for (index, input) in reference.inputs.enumerated() {
    guard let expected = input.gradient else { continue }
    expectSame(try #require(gradients[index]), expected, "gradient of input \(index)")
  }
}

/// For graphs that look at nothing from outside.
private final class NoSamples: BatchSource {
  func load(_ lane: Lane, from first: Int, count: Int) {}
  func look(at lane: Lane, number: Int, from first: Int, count: Int) {}
}

@Test func `Running averages of a batch norm are PyTorch's after a step`() throws {
  for reference in ReferenceCase.all where reference.operation == "batch_norm_running" {
    let columns: Shape = [reference.inputs[0].shape.last]
    let momentum = reference.number("momentum")
    var graph = Graph()
    let x = graph.constant(reference.inputs[0].values, reference.inputs[0].shape)
    let mean = graph.observation("mean", columns, startingAt: 0, momentum: momentum)
    let variance = graph.observation("variance", columns, startingAt: 1, momentum: momentum)
    let result = try graph.batchNorm(
      x, scale: graph.parameter("scale", columns, .constant(1)),
      shift: graph.parameter("shift", columns, .constant(0)), runningMean: mean, runningVariance: variance)
    let loss = graph.record(Probe(weights: GradientLaw.weights(result.shape.count)), [result])
    let plan = Plan(graph, result: result, loss: loss)
    let step = TrainingStep(
      plan, cut: BatchCut(lanes: 1, slicesPerLane: 1, samplesPerSlice: 1),
      optimizer: Optimizer(.descent(momentum: 0)), clip: nil, seed: 0, team: Team(threads: 1),
      source: NoSamples())
    _ = step.run(step: 0, rate: 0.1)
    let found = try ["mean", "variance"].flatMap { name -> [Float] in
      let number = try #require(graph.parameters.firstIndex { $0.name == name })
      return Array(
        UnsafeBufferPointer(start: step.parameters + plan.parameterOffsets[number], count: columns.count))
    }
    expectSame(found, reference.output, "running average")
  }
}
