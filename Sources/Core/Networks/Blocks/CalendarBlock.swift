/// Puts what the calendar says of each row's time behind its features: [S, L, D] to [S, L, D + C]; `calendar`.
///
/// Of the rows that were looked back over. What is known of the bars to come goes to the blocks that forecast step by
/// step: `autoregressive`, `recurrent-decoder`, `deepar` and `state-decoder` have a setting for it.
struct CalendarBlock: Block {
  static let name = "calendar"

  init(_ settings: inout BlockSettings) throws(NetworkError) {}

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(
      x.shape.rank == 3 && x.shape[0] == graph.samples && x.shape[1] == window.lookback,
      """
      the calendar belongs to the rows of windows, [S, L, D] = [\(graph.samples), \(window.lookback), D], not to \
      \(x.shape)
      """)
    return try graph.concatenate([x, try graph.pastCalendar(window)], axis: 2)
  }
}
