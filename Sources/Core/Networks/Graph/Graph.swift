package import Artifacts
package import Tensors

/// A network as it was recorded: values, and the operations between them, forward only.
///
/// Shapes are checked while recording, and a message names the block by its path. The number of samples is one of
/// the lengths: a graph is recorded for the samples that one pass takes.
package struct Graph: Sendable {
  /// What a value is.
  enum Source: Sendable, Equatable {
    case input(Input)
    case parameter(Int)
    case constant(Int)
    case operation(Int)
  }

  /// What comes from outside, sample by sample.
  package enum Input: String, Sendable, CaseIterable {
    /// The windows of features, [S, L, F].
    case features
    /// What came after them, [S, H, K].
    case targets
    /// The number of each window's entity, [S].
    case entities
  }

  struct Value: Sendable {
    var source: Source
    var count: Int
  }

  struct Step: Sendable {
    var operation: any Operation
    var inputs: [Int]
    var output: Int
    var path: String
  }

  private(set) var values: [Value] = []
  private(set) var steps: [Step] = []
  package private(set) var parameters: [Parameter] = []
  private(set) var constants: [[Float]] = []
  private var inputNodes: [Input: Node] = [:]
  private var path: [String] = []
  /// Where the block that is being recorded stands in its model's file.
  private var place: String?

  /// How many samples one pass takes: every value that depends on samples has a multiple of it as its count.
  package let samples: Int

  package init(samples: Int = 1) { self.samples = samples }

  /// The parameters of networks, one after the other.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }

  // MARK: Recording

  /// An input; asking again gives the same one.
  package mutating func input(_ input: Input, _ shape: Shape) throws(NetworkError) -> Node {
    if let node = inputNodes[input] {
      try require(node.shape == shape, "\(input.rawValue) are \(node.shape), and here \(shape)")
      return node
    }
    let node = add(.input(input), shape)
    inputNodes[input] = node
    return node
  }

  /// A trainable array, named by the path of the block that is being recorded.
  package mutating func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Node {
    addParameter(name, shape, initializer, role: .trained)
  }

  /// An array that is observed, not trained: each batch reports a value, and the array follows it as a running
  /// average with this momentum.
  package mutating func observation(
    _ name: String, _ shape: Shape, startingAt start: Float, momentum: Float
  ) -> Node {
    addParameter(name, shape, .constant(start), role: .observed(momentum: momentum))
  }

  private mutating func addParameter(
    _ name: String, _ shape: Shape, _ initializer: Initializer, role: Parameter.Role
  ) -> Node {
    let full = (path + [name]).joined(separator: ".")
    precondition(!parameters.contains { $0.name == full }, "two parameters are called \(full)")
    parameters.append(Parameter(name: full, shape: shape, initializer: initializer, role: role))
    return add(.parameter(parameters.count - 1), shape)
  }

  /// Values that never change, the same for all samples.
  package mutating func constant(_ elements: [Float], _ shape: Shape) -> Node {
    precondition(elements.count == shape.count, "\(elements.count) elements do not fill \(shape)")
    constants.append(elements)
    return add(.constant(constants.count - 1), shape)
  }

  /// Records an operation whose inputs were checked.
  package mutating func record(_ operation: some Operation, _ inputs: [Node]) -> Node {
    let node = add(.operation(steps.count), operation.output)
    steps.append(
      Step(
        operation: operation, inputs: inputs.map(\.value), output: node.value,
        path: path.joined(separator: ".")))
    return node
  }

  /// The same elements under another shape.
  package mutating func reshape(_ node: Node, _ shape: Shape) throws(NetworkError) -> Node {
    try require(shape.count == node.shape.count, "\(node.shape) cannot be read as \(shape)")
    return Node(value: node.value, shape: shape)
  }

  private mutating func add(_ source: Source, _ shape: Shape) -> Node {
    values.append(Value(source: source, count: shape.count))
    return Node(value: values.count - 1, shape: shape)
  }

  // MARK: Paths

  /// Records `body` under one more name of the path.
  ///
  /// `place` is what messages name instead.
  package mutating func within<Result>(
    _ name: String, at place: String? = nil, _ body: (inout Graph) throws(NetworkError) -> Result
  ) throws(NetworkError) -> Result {
    let outside = self.place
    path.append(name)
    self.place = place ?? outside
    defer {
      path.removeLast()
      self.place = outside
    }
    return try body(&self)
  }

  /// Refuses a shape, with the path of the block that is being recorded.
  package func require(_ holds: Bool, _ problem: @autoclosure () -> String) throws(NetworkError) {
    guard holds else { throw refuse(problem()) }
  }

  /// Refuses a setting of the block that is being recorded.
  package func refuse(_ problem: String) -> NetworkError {
    .shape(path: place ?? path.joined(separator: "."), problem: problem)
  }
}

/// An array of a network that outlives a pass.
package struct Parameter: Sendable, Equatable {
  package enum Role: Sendable, Equatable {
    case trained
    case observed(momentum: Float)
  }

  /// The path of its block and its own name: `encoder.0.attention.query.weight`.
  package let name: String
  package let shape: Shape
  package let initializer: Initializer
  package let role: Role
}
