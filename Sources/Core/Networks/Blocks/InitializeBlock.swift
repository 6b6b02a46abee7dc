/// Lets the layers of its blocks begin in another way than PyTorch's: `initialize: {kernels: glorot, blocks: […]}`.
///
/// `glorot` draws weights uniformly within √(6 / (inputs + outputs)), and biases from a normal distribution of deviation
/// `biases`; `default` changes nothing. It holds for linear layers, attention, heads and convolutions. Glorot and Bengio,
/// https://proceedings.mlr.press/v9/glorot10a.html.
struct InitializeBlock: Block {
  static let name = "initialize"

  enum Kernels: String, CaseIterable {
    case `default`
    case glorot
  }

  private let kernels: Kernels
  private let biases: Float
  private let blocks: BlockSequence

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kernels = try settings.choice("kernels", default: .glorot)
    biases = try settings.number("biases", default: 1e-6, in: 0...1)
    blocks = try settings.blocks("blocks")
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    guard kernels == .glorot else { return try blocks.record(x, in: &graph, window) }
    return try graph.beginning(as: .glorot(biases: biases)) { graph throws(NetworkError) in
      try blocks.record(x, in: &graph, window)
    }
  }
}

/// How the weights and biases of a layer begin.
package enum LayerBeginning: Sendable, Equatable {
  /// Uniform in ±1/√inputs, as PyTorch has it.
  case inverseRoot
  case glorot(biases: Float)

  func weight(inputs: Int, outputs: Int) -> Initializer {
    switch self {
    case .inverseRoot: .inverseRoot(of: inputs)
    case .glorot: .glorot(inputs: inputs, outputs: outputs)
    }
  }

  func bias(inputs: Int) -> Initializer {
    switch self {
    case .inverseRoot: .inverseRoot(of: inputs)
    case .glorot(let biases): biases > 0 ? .normal(deviation: biases) : .constant(0)
    }
  }
}
