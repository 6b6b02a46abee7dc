/// A linear layer over the innermost axis: `linear: {width: 100, activation: relu}`.
struct LinearBlock: Block {
  static let name = "linear"
  private let width: Extent
  private let activation: Activation
  private let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    width = try settings.extent("width")
    activation = try settings.choice("activation", default: .identity)
    hasBias = try settings.truth("bias", default: true)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.linearLayer(x, width: width.value(for: window), activation: activation, hasBias: hasBias)
  }
}

extension Graph {
  /// A linear layer with parameters of its own, `weight` and `bias`, begun as PyTorch begins them, or as the block
  /// `initialize` around it says.
  ///
  /// `parts` are the layers that lie side by side in one weight.
  mutating func linearLayer(
    _ x: Node, width: Int, activation: Activation = .identity, hasBias: Bool = true,
    initializer: Initializer? = nil, parts: Int = 1
  ) throws(NetworkError) -> Node {
    let inputs = x.shape.last
    let first = beginning.weight(inputs: inputs, outputs: width / parts)
    let weight = parameter(
      "weight", [inputs, width], beginning == .inverseRoot ? initializer ?? first : first)
    let bias = hasBias ? parameter("bias", [width], beginning.bias(inputs: inputs)) : nil
    return try linear(x, weight: weight, bias: bias, activation: activation)
  }
}
