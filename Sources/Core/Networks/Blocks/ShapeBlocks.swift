/// Joins all axes behind the first: [S, T, D] to [S, T D]; `flatten`.
struct FlattenBlock: Block {
  static let name = "flatten"

  init(_ settings: inout BlockSettings) throws(NetworkError) {}

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.flattened(x)
  }
}

extension Graph {
  mutating func flattened(_ x: Node) throws(NetworkError) -> Node {
    try reshape(x, [x.shape[0], x.shape.count / max(x.shape[0], 1)])
  }
}

/// From a sequence to one vector: `pool: {kind: flatten}`, or `mean` over the steps, or the `last` of them.
struct PoolBlock: Block {
  static let name = "pool"
  private let kind: Kind

  enum Kind: String, CaseIterable { case flatten, mean, last }

  init(_ settings: inout BlockSettings) throws(NetworkError) { kind = try settings.choice("kind") }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(x.shape.rank == 3, "pooling takes sequences [S, T, D], not \(x.shape)")
    switch kind {
    case .flatten: return try graph.flattened(x)
    case .mean: return try graph.mean(x, axis: 1)
    case .last: return try graph.last(x)
    }
  }
}

/// Cuts series into overlapping patches: [S, L] to [S, P, length]; `patches: {length: 16, stride: 8, padding: 8}`.
///
/// The last value is repeated `padding` times behind the end. Nie et al., «A time series is worth 64 words»,
/// https://arxiv.org/abs/2211.14730.
struct PatchesBlock: Block {
  static let name = "patches"
  private let length: Int
  private let stride: Int
  private let padding: Int

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    length = try settings.integer("length")
    stride = try settings.integer("stride")
    padding = try settings.integer("padding", default: stride, in: 0...100_000)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.patches(x, length: length, stride: stride, padding: padding)
  }
}
