/// A linear layer whose first output stays as it is and whose others become waves: [S, T, D] to [S, T, width];
/// `time2vec: {width: 8}`.
///
/// Time2Vec (Kazemi et al., https://arxiv.org/abs/1907.05321) of all features of a row.
struct TimeToVecBlock: Block {
  static let name = "time2vec"
  private let width: Extent

  init(_ settings: inout BlockSettings) throws(NetworkError) { width = try settings.extent("width") }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.waves(try graph.linearLayer(x, width: width.value(for: window)))
  }
}
