import Numerics
import Tensors
import Testing

@testable import Networks

/// The law of every operation: forward agrees with the reference twin, and backward with the twin's finite
/// differences.
///
/// What is recorded is judged as a whole, so the law holds for blocks and models too.
struct GradientLaw {
  /// A graph whose trainable inputs are all parameters.
  let graph: Graph
  let result: Node
  var values: [[Float]]
  /// How likely steps are forced while it runs.
  var teacherForcing: Float = 0
  /// The seed of its runs.
  static let seed: UInt64 = 3

  /// Parameters of these shapes, drawn between -1 and 1 from a fixed stream, go through `record`.
  init(
    _ shapes: [Shape], from low: Double = -1, to high: Double = 1,
    _ record: (inout Graph, [Node]) throws -> Node
  ) throws {
    var graph = Graph()
    let nodes = shapes.enumerated().map { index, shape in
      graph.parameter("p\(index)", shape, .constant(0))
    }
    result = try record(&graph, nodes)
    self.graph = graph
    values = graph.parameters.enumerated().map { index, parameter in
      let stream = RandomStream(seed: 7, purpose: "law", lane: index)
      if index >= shapes.count {
        return parameter.initializer.elements(count: parameter.shape.count, name: parameter.name, seed: 7)
      }
      return (0..<parameter.shape.count).map { Float(stream.uniform(at: $0, from: low, to: high)) }
    }
  }

  /// What forward and backward make of the parameters: the result, and the gradient of Σ result ⊙ weights.
  func run(weights: [Float]? = nil, training: Bool = true) -> (result: [Float], gradients: [[Float]]) {
    var probed = graph
    let loss = probed.record(
      Probe(weights: weights ?? Self.weights(result.shape.count)), [result])
    let plan = Plan(probed, result: result, loss: loss)
    let parameters = UnsafeMutablePointer<Float>.allocate(capacity: max(plan.parameterBufferCount, 1))
    defer { parameters.deallocate() }
    for (offset, elements) in zip(plan.parameterOffsets, values) {
      (parameters + offset).update(from: elements, count: elements.count)
    }
    let lane = Lane(plan, parameters: parameters)
    lane.moment.pointee.isTraining = training
    lane.moment.pointee.seed = Self.seed
    lane.moment.pointee.teacherForcing = teacherForcing
    lane.forward()
    let made = Array(UnsafeBufferPointer(start: lane.result, count: result.shape.count))
    lane.backward()
    let gradients = zip(plan.parameterOffsets, values).map { offset, elements in
      Array(UnsafeBufferPointer(start: lane.gradients + offset, count: elements.count))
    }
    return (made, gradients)
  }

  static func weights(_ count: Int) -> [Float] {
    let stream = RandomStream(seed: 11, purpose: "weights")
    return (0..<count).map { Float(stream.uniform(at: $0, from: -1, to: 1)) }
  }

  /// The result in doubles.
  func reference(_ parameters: [[Double]]) -> [Double] { graph.reference(of: result, parameters: parameters) }

  /// Judges forward, and backward at up to `samples` elements of each parameter.
  func check(
    tolerance: Double = 2e-4, samples: Int = 24, step: Double = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (made, gradients) = run()
    let exact = values.map { $0.map(Double.init) }
    let expected = reference(exact)
    let scale = max(1, expected.map(abs).max() ?? 1)
    for (index, value) in made.enumerated() where !(abs(Double(value) - expected[index]) <= tolerance * scale)
    {
      Issue.record(
        "forward[\(index)] is \(value), and the twin says \(expected[index])", sourceLocation: sourceLocation)
      return
    }
    let weights = Self.weights(result.shape.count).map(Double.init)
    func objective(_ parameters: [[Double]]) -> Double {
      zip(reference(parameters), weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for (number, parameter) in graph.parameters.enumerated() where parameter.role == .trained {
      let count = parameter.shape.count
      let greatest = max(1, gradients[number].map { abs(Double($0)) }.max() ?? 1)
      for index in Swift.stride(from: 0, to: count, by: max(1, count / samples)) {
        var (above, below) = (exact, exact)
        above[number][index] += step
        below[number][index] -= step
        let difference = (objective(above) - objective(below)) / (2 * step)
        let gradient = Double(gradients[number][index])
        if !(abs(gradient - difference) <= tolerance * greatest) {
          Issue.record(
            "the gradient of \(parameter.name)[\(index)] is \(gradient), and finite differences say \(difference)",
            sourceLocation: sourceLocation)
          return
        }
      }
    }
  }
}

/// Σ x ⊙ w, for tests.
struct Probe: Operation {
  let weights: [Float]
  var name: String { "probe" }
  var output: Shape { [1] }
  var backwardReads: BackwardReads { [] }
  func forward(_ frame: Frame) {
    frame.output[0] = weights.enumerated().reduce(0) { $0 + $1.element * frame.input(0)[$1.offset] }
  }
  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    for (index, weight) in weights.enumerated() {
      let value = frame.outputGradient[0] * weight
      gradient[index] = frame.adds(0) ? gradient[index] + value : value
    }
  }
  func reference(_ inputs: [[Double]]) -> [Double] {
    [zip(inputs[0], weights).reduce(0) { $0 + $1.0 * Double($1.1) }]
  }
}
