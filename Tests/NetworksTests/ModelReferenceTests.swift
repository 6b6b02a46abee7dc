import Artifacts
import Testing

@testable import Networks

/// A small network with a batch, and what PyTorch makes of them: see scripts/reference/models.py and its kin.
private struct ReferenceModel: Sendable, CustomTestStringConvertible {
  /// A parameter, and what is known of the gradient of the loss.
  struct Gradient: Sendable {
    let name: String
    let shape: Shape
    let values: [Float]
    let norm: Double
    let indices: [Int]
    let elements: [Double]
  }

  let name: String
  let blocks: JSON
  let window: WindowShape
  let samples: Int
  let features: [Float]
  let targets: [Float]
  /// What else comes from outside.
  let others: [Graph.Input: [Float]]
  let lossKind: Loss
  /// How likely a step is given what came.
  let forcing: Float
  let loss: Double
  /// Whether samples look at each other, so that a batch cannot be cut.
  let isWhole: Bool
  let gradients: [Gradient]

  var testDescription: String { name }

  static let files = [
    "models",
    "models-attention",
    "models-recurrent",
    "models-nbeats",
    "models-classifiers",
    "models-gp",
  ]

  static let all = files.flatMap { ReferenceValues.entries("models", of: $0).map(ReferenceModel.init) }

  init(_ json: JSON) {
    name = json["name"]?.string ?? ""
    blocks = json["blocks"] ?? .null
    let classes = json["classes"]?.integer ?? 0
    let levels = json["levels"]?.numbers.map { Float($0) } ?? []
    lossKind =
      switch json["lossName"]?.string {
      case "gaussian": .gaussian
      case _ where !levels.isEmpty: .quantile(levels)
      case "quantile": .quantile([0.1, 0.5, 0.8])
      case "rmse": .rootMeanSquaredError
      default: classes > 0 ? .categoricalCrossEntropy(classes: classes) : .meanSquaredError
      }
    isWhole = json["isWhole"]?.bool ?? false
    let window = WindowShape(
      lookback: json["lookback"]?.integer ?? 0, horizon: json["horizon"]?.integer ?? 0,
      features: json["features"]?.integer ?? 0, targetColumns: json["targets"]?.integers ?? [],
      labels: classes > 0 ? 1 : 0, entities: json["entityCount"]?.integer ?? 1, reading: lossKind.reading)
    self.window = window
    forcing = Float(json["forcing"]?.integer ?? 0)
    samples = json["samples"]?.integer ?? 0
    let data = json["data"]
    features = Self.elements(
      "features", count: samples * window.lookback * window.features,
      factor: data?["features"]?.number ?? 0)
    let targetCount = samples * window.horizon * window.targets
    let labels = json["labels"]?.numbers.map { Float($0) } ?? []
    targets =
      classes > 0
      ? (labels.isEmpty ? Self.classes(targetCount, of: classes) : labels)
      : Self.elements("targets", count: targetCount, factor: data?["targets"]?.number ?? 0)
    var others: [Graph.Input: [Float]] = [:]
    for (input, rows) in [(Graph.Input.calendar, window.horizon), (.pastCalendar, window.lookback)] {
      guard let factor = data?[input.rawValue]?.number else { continue }
      others[input] = Self.elements(
        input.rawValue, count: samples * rows * CalendarCode.width, factor: factor)
    }
    others[.entities] = json["entities"]?.numbers.map { Float($0) }
    self.others = others
    loss = json["loss"]?.number ?? 0
    gradients = (json["parameters"]?.array ?? []).map { json in
      let name = json["name"]?.string ?? ""
      let shape = Shape(json["shape"]?.integers ?? [])
      return Gradient(
        name: name, shape: shape,
        values: Self.elements(
          name, count: shape.count, factor: json["factor"]?.number ?? 0, offset: json["offset"]?.number ?? 0),
        norm: json["norm"]?.number ?? 0, indices: json["indices"]?.integers ?? [],
        elements: json["elements"]?.numbers ?? [])
    }
  }

  /// Labels instead of numbers.
  private static func classes(_ count: Int, of classes: Int) -> [Float] {
    let seed = "targets".utf8.enumerated().reduce(0) { $0 + ($1.offset + 1) * Int($1.element) }
    return (0..<count).map { Float(($0 * 7919 + seed) % 2003 % classes) }
  }

  /// The script's formula for parameters and data.
  private static func elements(_ name: String, count: Int, factor: Double, offset: Double = 0) -> [Float] {
    let seed = name.utf8.enumerated().reduce(0) { $0 + ($1.offset + 1) * Int($1.element) }
    return (0..<count).map { index in
      Float(offset + factor * (Double((index * 7919 + seed) % 2003) / 2003 - 0.5))
    }
  }

  // MARK: A step

  struct Outcome {
    var loss: Double
    var gradients: [String: [Float]]
  }

  /// Forward and backward of the whole batch, cut into slices that run one after the other.
  func run(slices: Int) throws -> Outcome {
    let size = samples / slices
    var (graph, result) = try Network.record(blocks, window, samples: size, purpose: .training)
    let node = try graph.loss(lossKind, of: result, batch: samples, window)
    let plan = Plan(graph, result: result, loss: node)
    let found = graph.parameters.filter { $0.role == .trained }.sorted { $0.name < $1.name }
    let expected = gradients.sorted { $0.name < $1.name }
    try #require(found.map(\.name) == expected.map(\.name))
    try #require(found.map(\.shape) == expected.map(\.shape))
    let values = Dictionary(uniqueKeysWithValues: gradients.map { ($0.name, $0.values) })
    let memory = ParameterMemory(
      plan,
      values: graph.parameters.map {
        values[$0.name] ?? $0.initializer.elements(count: $0.shape.count, name: $0.name, seed: 0)
      })
    let lane = Lane(plan, parameters: memory.start)
    lane.moment.pointee.isTraining = true
    lane.moment.pointee.teacherForcing = forcing
    var loss = 0.0
    for slice in 0..<slices {
      lane.moment.pointee.firstSample = slice * size
      lane.moment.pointee.addsToParameters = slice > 0
      Self.load(features, slice, of: slices, into: try #require(lane.input(.features)))
      Self.load(targets, slice, of: slices, into: try #require(lane.input(.targets)))
      for (input, values) in others {
        guard let place = lane.input(input) else { continue }
        Self.load(values, slice, of: slices, into: place)
      }
      lane.forward()
      loss += Double(lane.loss)
      lane.backward()
    }
    let whole = lossKind.whole(Float(loss))
    let gradients = zip(plan.parameterOffsets, graph.parameters).map { offset, parameter in
      (
        parameter.name,
        UnsafeBufferPointer(start: lane.gradients + offset, count: parameter.shape.count).map {
          $0 * whole.slope
        }
      )
    }
    return withExtendedLifetime(memory) {
      Outcome(
        loss: lossKind.takesRoot ? loss.squareRoot() : loss,
        gradients: Dictionary(uniqueKeysWithValues: gradients))
    }
  }

  private static func load(
    _ values: [Float], _ slice: Int, of slices: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let count = values.count / slices
    target.update(from: Array(values[(slice * count)..<((slice + 1) * count)]), count: count)
  }
}

/// Deviations are relative: of the loss, of a gradient's length, and of its elements to their quadratic mean.
@Test(arguments: ReferenceModel.all, [1, 3, 12])
private func `A training step's loss and gradients are PyTorch's, however the batch is sliced`(
  _ model: ReferenceModel, _ slices: Int
) throws {
  let outcome = try model.run(slices: model.isWhole ? 1 : slices)
  #expect(abs(outcome.loss / model.loss - 1) < 1e-4)
  for gradient in model.gradients {
    let found = try #require(outcome.gradients[gradient.name]).map(Double.init)
    let norm = found.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norm / gradient.norm - 1) < 1e-4, "the length of the gradient of \(gradient.name)")
    let scale = gradient.norm / Double(found.count).squareRoot()
    try #require(gradient.indices.count == gradient.elements.count && !gradient.indices.isEmpty)
    for (index, expected) in zip(gradient.indices, gradient.elements) {
      #expect(abs(found[index] - expected) < 1e-4 * scale, "the gradient of \(gradient.name)[\(index)]")
    }
  }
}
