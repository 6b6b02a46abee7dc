/// A layer that maps the whole of a sequence to another: [S, T, D] to [S, steps, variables];
/// `system: {steps: 32, variables: 4, activation: relu}`.
///
/// Every number of the result sees every number of every step, as in models of dynamical systems whose state has several
/// variables over several steps.
struct SystemBlock: Block {
  static let name = "system"
  private let steps: Extent
  private let variables: Extent
  private let activation: Activation

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    steps = try settings.extent("steps")
    variables = try settings.extent("variables")
    activation = try settings.choice("activation", default: .identity)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.projectedLayer(
      x, steps: steps.value(for: window), width: variables.value(for: window), hasBias: true,
      activation: activation)
  }
}
