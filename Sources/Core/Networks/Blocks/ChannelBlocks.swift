/// Keeps the columns that are forecast: [S, L, F] to [S, L, K]; `targets`.
struct TargetsBlock: Block {
  static let name = "targets"

  init() {}

  init(_ settings: inout BlockSettings) throws(NetworkError) {}

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try window.requireTargetColumns(Self.name, in: graph)
    let columns = window.targetColumns
    try graph.require(
      x.shape.rank == 3 && x.shape.last == window.features,
      "the target columns are picked from windows of all \(window.features) features, not from \(x.shape)")
    return try graph.picked(x, columns)
  }
}

/// Treats each column as a series of its own, all with the same parameters.
///
/// `channels: {blocks: […]}`: the blocks get [S C, L] and give [S C, W]; the result is [S, W, C].
struct ChannelsBlock: Block {
  static let name = "channels"
  private let blocks: BlockSequence

  init(_ settings: inout BlockSettings) throws(NetworkError) { blocks = try settings.blocks("blocks") }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let shape = x.shape
    try graph.require(shape.rank == 3, "channels are the columns of sequences [S, L, C], not of \(shape)")
    let turned = shape[2] == 1 ? x : try graph.exchange(x, axis: 1, axis: 2)
    let series = try graph.reshape(turned, [shape[0] * shape[2], shape[1]])
    let made = try graph.within(
      level: .unknown("columns stand apart within 'channels', and what came does not; stand before it")
    ) { graph throws(NetworkError) in
      try blocks.record(series, in: &graph, window)
    }
    let count = shape[0] * shape[2]
    // A head gives a column that stands alone its own axis, and one to its outputs.
    try graph.require(
      made.shape[0] == count && made.shape.rank <= 4,
      "the blocks of channels should give [\(count), W], and give \(made.shape)")
    let width = made.shape.count / count
    if width > window.horizon, width % window.horizon == 0 {
      // Several numbers a step, as a head for quantiles makes them.
      let outputs = width / window.horizon
      let apart = try graph.reshape(made, [shape[0], shape[2], window.horizon, outputs])
      return try graph.exchange(apart, axis: 1, axis: 2)
    }
    let apart = try graph.reshape(made, [shape[0], shape[2], width])
    return shape[2] == 1
      ? try graph.reshape(apart, [shape[0], width, 1]) : try graph.exchange(apart, axis: 1, axis: 2)
  }
}
