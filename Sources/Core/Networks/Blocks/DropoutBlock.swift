/// Dropout in training, and in forecasts only where they are means of passes with it: `dropout: {rate: 0.1}`.
struct DropoutBlock: Block {
  static let name = "dropout"
  private let rate: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    rate = try settings.number("rate", in: 0...0.99)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.dropout(x, rate: rate)
  }
}
