/// Adds what the blocks make to what they were given: `residual: {blocks: […]}`.
///
/// He et al., https://arxiv.org/abs/1512.03385.
struct ResidualBlock: Block {
  static let name = "residual"
  private let blocks: BlockSequence

  init(_ settings: inout BlockSettings) throws(NetworkError) { blocks = try settings.blocks("blocks") }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.add(x, try blocks.record(x, in: &graph, window))
  }
}

/// The same blocks several times in a row, each time with parameters of their own:
/// `repeat: {times: 3, blocks: […]}`.
struct RepeatBlock: Block {
  static let name = "repeat"
  private let times: Int
  private let blocks: BlockSequence

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    times = try settings.integer("times", in: 0...1000)
    blocks = try settings.blocks("blocks")
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    var node = x
    for number in 0..<times {
      node = try graph.within(String(number)) { graph throws(NetworkError) in
        try blocks.record(node, in: &graph, window)
      }
    }
    return node
  }
}
