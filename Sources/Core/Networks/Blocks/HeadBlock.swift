/// The last layer: from a vector [S, D] to forecasts [S, H, K], or inside `channels` from [S C, D] to [S C, H].
///
/// `head: {outputs: 1}`; with several outputs a step, such as quantiles or the parameters of a distribution,
/// [S, H, K, outputs].
struct HeadBlock: Block {
  static let name = "head"
  private let outputs: Int
  private let dropout: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    outputs = try settings.integer("outputs", default: 1, in: 1...1000)
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(
      x.shape.rank == 2, "a head takes vectors [S, D], not \(x.shape); put 'pool' or 'flatten' before it")
    let dropped = try graph.dropout(x, rate: dropout)
    // Within channels the columns are among the samples.
    let isWhole = x.shape[0] == graph.samples
    let columns = isWhole ? window.targets : 1
    let made = try graph.linearLayer(dropped, width: window.horizon * columns * outputs)
    guard isWhole else { return made }
    return try graph.reshape(
      made, Shape([x.shape[0], window.horizon, columns] + (outputs > 1 ? [outputs] : [])))
  }
}
