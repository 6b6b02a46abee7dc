/// Layers one behind the other, as wide as a list says: `dense: {widths: [256, 128, 64], activation: relu}`.
///
/// Each is a linear map, then the normalisation, then the activation, then dropout; `normalization: batch` or `layer`
/// takes the place of the bias. An empty list gives back what came in.
struct DenseBlock: Block {
  static let name = "dense"

  enum Normalization: String, CaseIterable { case none, batch, layer }

  /// How weights begin.
  enum Beginning: String, CaseIterable {
    /// Uniform in ±1/√inputs, as PyTorch's layers.
    case uniform
    /// Normal, of variance 2 / (inputs + outputs), and biases of zero (Glorot and Bengio, AISTATS 2010).
    case glorot
  }

  private let widths: [Int]
  private let activation: Activation
  private let normalization: Normalization
  private let dropout: Float
  private let beginning: Beginning

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    widths = try settings.integers("widths", mayBeEmpty: true)
    activation = try settings.choice("activation", default: .relu)
    normalization = try settings.choice("normalization", default: Normalization.none)
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    beginning = try settings.choice("initial", default: .uniform)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    var node = x
    for (number, width) in widths.enumerated() {
      node = try graph.within(String(number)) { graph throws(NetworkError) in
        try graph.dropout(try layer(node, width, in: &graph), rate: dropout)
      }
    }
    return node
  }

  private func layer(_ x: Node, _ width: Int, in graph: inout Graph) throws(NetworkError) -> Node {
    let inputs = x.shape.last
    let weight = graph.parameter("weight", [inputs, width], initial(inputs, width))
    guard normalization != .none else {
      let bias = graph.parameter(
        "bias", [width], beginning == .glorot ? .constant(0) : .inverseRoot(of: inputs))
      return try graph.linear(x, weight: weight, bias: bias, activation: activation)
    }
    let made = try graph.linear(x, weight: weight, bias: nil, activation: .identity)
    let normal = try graph.within("norm") { graph throws(NetworkError) in
      normalization == .batch ? try graph.batchNormLayer(made) : try graph.layerNormLayer(made)
    }
    return graph.activate(normal, by: activation)
  }

  private func initial(_ inputs: Int, _ outputs: Int) -> Initializer {
    switch beginning {
    case .uniform: .inverseRoot(of: inputs)
    case .glorot: .normal(deviation: (2 / Float(inputs + outputs)).squareRoot())
    }
  }
}
