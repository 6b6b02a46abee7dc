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
    /// What the calendar says of the bars to come, [S, H, C]; see `CalendarCode`.
    case calendar
    /// What it says of the bars that a window looks back over, [S, L, C].
    case pastCalendar = "past calendar"
    /// What tells each window from all others wherever it stands in a batch, [S, 2]; see `WindowTable.identity`.
    case identities
    /// Between which the targets are believed to lie, [S, H, K, 2].
    case bounds
  }

  /// What a graph is recorded for.
  ///
  /// The parameters are the same, in the same order. Only training may feed the targets back.
  package enum Purpose: Sendable { case training, validation, forecast }

  struct Value: Sendable {
    var source: Source
    var shape: Shape
    var count: Int { shape.count }
  }

  struct Step: Sendable {
    var operation: any Operation
    var inputs: [Int]
    /// The shapes under which the block handed its inputs on.
    var shapes: [Shape]
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
  /// How the weights of the layers begin that are being recorded.
  package private(set) var beginning = LayerBeginning.inverseRoot
  /// Each parameter by its name, so that ``sharing(_:)`` finds it.
  private var parameterNodes: [String: Node] = [:]
  private(set) var isSharing = false
  /// What the enclosing blocks did to the windows, which has to be done to targets that are fed back; outermost first.
  var levels: [Level] = []
  /// Whether the result holds draws of the forecast, [S, H, K, N], and not what the loss reads.
  package internal(set) var givesDraws = false
  /// Whether a step is given the forecast of the one before, so that teaching can be forced.
  package internal(set) var feedsBack = false
  package let purpose: Purpose

  /// What of the forecast is asked for, such as `trend`; nil for the whole.
  package let part: String?
  /// What blocks that forecast in parts say to that: whether they have it.
  ///
  /// Empty where there is no such block.
  var partAnswers: Set<Bool> = []

  /// How many samples one pass takes: every value that depends on samples has a multiple of it as its count.
  package let samples: Int

  package init(samples: Int = 1, purpose: Purpose = .forecast, part: String? = nil) {
    self.samples = samples
    self.purpose = purpose
    self.part = part
  }

  /// The parameters of networks, one after the other.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }

  /// Whether it drops elements at random.
  package var isRandom: Bool { steps.contains { $0.operation.isRandom } }

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

  /// The shape of an input; nil when nothing looks at it.
  func shape(of input: Input) -> Shape? { inputNodes[input]?.shape }

  /// A trainable array, named by the path of the block that is being recorded.
  package mutating func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Node {
    if isSharing, let known = parameterNodes[(path + [name]).joined(separator: ".")] {
      precondition(known.shape == shape, "a step asks for another shape of \(name) than the step before")
      return known
    }
    return addParameter(name, shape, initializer, role: .trained)
  }

  /// Records `body`, which may ask again for parameters that it got before: steps of an unrolled network share them.
  package mutating func sharing<Result>(
    _ body: (inout Graph) throws(NetworkError) -> Result
  ) throws(NetworkError) -> Result {
    let outside = isSharing
    isSharing = true
    defer { isSharing = outside }
    return try body(&self)
  }

  /// An array that is observed, not trained: each batch reports a value, and the array follows it as a running
  /// average with this momentum.
  package mutating func observation(
    _ name: String, _ shape: Shape, startingAt start: Float, momentum: Float
  ) -> Node {
    precondition(!isSharing, "steps of an unrolled network would observe one after the other")
    return addParameter(name, shape, .constant(start), role: .observed(momentum: momentum))
  }

  private mutating func addParameter(
    _ name: String, _ shape: Shape, _ initializer: Initializer, role: Parameter.Role
  ) -> Node {
    let full = (path + [name]).joined(separator: ".")
    precondition(!parameters.contains { $0.name == full }, "two parameters are called \(full)")
    parameters.append(Parameter(name: full, shape: shape, initializer: initializer, role: role))
    let node = add(.parameter(parameters.count - 1), shape)
    parameterNodes[full] = node
    return node
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
        operation: operation, inputs: inputs.map(\.value), shapes: inputs.map(\.shape),
        output: node.value, path: path.joined(separator: ".")))
    return node
  }

  /// The same elements under another shape.
  package mutating func reshape(_ node: Node, _ shape: Shape) throws(NetworkError) -> Node {
    try require(shape.count == node.shape.count, "\(node.shape) cannot be read as \(shape)")
    return Node(value: node.value, shape: shape)
  }

  private mutating func add(_ source: Source, _ shape: Shape) -> Node {
    values.append(Value(source: source, shape: shape))
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

  /// Records `body` with layers that begin as `beginning` says.
  package mutating func beginning<Result>(
    as beginning: LayerBeginning, _ body: (inout Graph) throws(NetworkError) -> Result
  ) throws(NetworkError) -> Result {
    let outside = self.beginning
    self.beginning = beginning
    defer { self.beginning = outside }
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
