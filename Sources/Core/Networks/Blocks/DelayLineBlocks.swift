/// A linear layer over whole sequences, [S, T, D] to [S, steps, width]: `project: {steps: 16, width: 8, bias: true}`.
///
/// All steps and columns of a sequence are one vector. It makes a sequence shorter or longer, wider or narrower, and with
/// `{steps: horizon, width: targets}` reads forecasts out.
struct ProjectBlock: Block {
  static let name = "project"
  private let steps: Extent
  private let width: Extent
  private let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    steps = try settings.extent("steps")
    width = try settings.extent("width")
    hasBias = try settings.truth("bias", default: true)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.projectedLayer(
      x, steps: steps.value(for: window), width: width.value(for: window), hasBias: hasBias)
  }
}

extension Graph {
  /// A linear layer between flattened sequences, with parameters of its own.
  mutating func projectedLayer(
    _ x: Node, steps: Int, width: Int, hasBias: Bool, activation: Activation = .identity
  ) throws(NetworkError) -> Node {
    try require(x.shape.rank == 3, "what is projected are sequences [S, T, D], not \(x.shape)")
    let made = try linearLayer(
      try flattened(x), width: steps * width, activation: activation, hasBias: hasBias)
    return try reshape(made, [x.shape[0], steps, width])
  }
}

/// A linear layer over a sequence's delay line, same shape: `delay-line: {causal: true, skip: false, bias: true}`.
///
/// Causal, each column has weights of its own from the step and those before it to the step, [D, T, T], of which those
/// that look ahead count nothing. Otherwise every element depends on every one, with weights [T D, T D]. `skip` adds what
/// came in. The feed-forward layers of a transformer for dynamical systems,
/// https://github.com/cyber-physical-systems-group/pydentification.
struct DelayLineBlock: Block {
  static let name = "delay-line"
  private let isCausal: Bool
  private let hasSkip: Bool
  private let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    isCausal = try settings.truth("causal", default: true)
    hasSkip = try settings.truth("skip", default: false)
    hasBias = try settings.truth("bias", default: true)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let made = try graph.delayLine(x, isCausal: isCausal, hasBias: hasBias)
    return hasSkip ? try graph.add(x, made) : made
  }
}

/// A linear layer along the innermost axis that looks at earlier elements only, same shape: `masked-linear`.
///
/// [S, T, D] is masked along D, so series [S, T] are what it is for, as within `channels`.
struct MaskedLinearBlock: Block {
  static let name = "masked-linear"
  private let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    hasBias = try settings.truth("bias", default: true)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let length = x.shape.last
    let weight = graph.parameter(
      "weight", [length, length], graph.beginning.weight(inputs: length, outputs: length))
    let bias = hasBias ? graph.parameter("bias", [length], graph.beginning.bias(inputs: length)) : nil
    return try graph.linear(x, weight: try graph.causal(weight), bias: bias)
  }
}

extension Graph {
  /// A delay line with parameters of its own.
  mutating func delayLine(_ x: Node, isCausal: Bool, hasBias: Bool) throws(NetworkError) -> Node {
    try require(x.shape.rank == 3, "delay lines are those of sequences [S, T, D], not of \(x.shape)")
    let (samples, length, width) = (x.shape[0], x.shape[1], x.shape[2])
    guard isCausal else { return try projectedLayer(x, steps: length, width: width, hasBias: hasBias) }
    let weight = parameter(
      "weight", [width, length, length], beginning.weight(inputs: length, outputs: length))
    // Each column's series as one matrix, [D, S, T].
    let series = try exchange(try exchange(x, axis: 1, axis: 2), axis: 0, axis: 1)
    let made = try product(
      try reshape(series, [width, samples, length]), try causal(weight))
    var turned = try exchange(made, axis: 0, axis: 1)
    if hasBias {
      turned = try add(turned, parameter("bias", [width, length], beginning.bias(inputs: length)))
    }
    return try exchange(turned, axis: 1, axis: 2)
  }

  /// Weights [.., T, T] of which those from a later to an earlier step are zero, and stay so.
  mutating func causal(_ weight: Node) throws(NetworkError) -> Node {
    let length = weight.shape.last
    let mask = (0..<length).flatMap { from in (0..<length).map { from <= $0 ? Float(1) : 0 } }
    return try multiply(weight, constant(mask, [length, length]))
  }
}
