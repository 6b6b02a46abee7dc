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

/// From a sequence to one vector: `pool: {kind: flatten}`, or `mean` over the steps, or the `last` of them, or their
/// last `change`, the last less the one before.
///
/// Where tokens stand behind the window's rows, `newest` is the last row and `last` the last token. `width` puts a
/// rectified linear layer behind `flatten`, and nothing behind the others.
struct PoolBlock: Block {
  static let name = "pool"
  private let kind: Kind
  private let width: Int

  enum Kind: String, CaseIterable { case flatten, mean, last, newest, change }

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kind = try settings.choice("kind")
    width = try settings.integer("width", default: 0, in: 0...100_000)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(x.shape.rank == 3, "pooling takes sequences [S, T, D], not \(x.shape)")
    switch kind {
    case .flatten:
      let flat = try graph.flattened(x)
      return width > 0 ? try graph.linearLayer(flat, width: width, activation: .relu) : flat
    case .newest:
      try graph.require(
        x.shape[1] >= window.lookback,
        """
        the newest of \(window.lookback) rows is not among the \(x.shape[1]) steps of \(x.shape); choose last, mean or \
        flatten
        """)
      return try graph.last(try graph.slice(x, axis: 1, from: 0, count: window.lookback))
    case .mean: return try graph.mean(x, axis: 1)
    case .last: return try graph.last(x)
    case .change:
      try graph.require(x.shape[1] > 1, "a change needs two steps, and \(x.shape) has one")
      let before = try graph.slice(x, axis: 1, from: x.shape[1] - 2, count: 1)
      let flat: Shape = [x.shape[0], x.shape[2]]
      return try graph.add(
        try graph.last(x), graph.scale(try graph.reshape(before, flat), by: -1))
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
