/// A function applied element by element: `activation: {kind: gelu}`.
///
/// For where no linear layer stands before it, which could apply it on the way.
struct ActivationBlock: Block {
  static let name = "activation"
  private let kind: Activation

  init(_ settings: inout BlockSettings) throws(NetworkError) { kind = try settings.choice("kind") }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    graph.activate(x, by: kind)
  }
}
