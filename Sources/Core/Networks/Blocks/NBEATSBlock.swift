/// N-BEATS: stacks of blocks that forecast and explain the past away, one behind the other.
///
/// `nbeats: {blocks: 10, layers: 4, width: 256, dropout: 0}` takes series [S, L] and gives [S, H] by generic blocks of
/// `layers` rectified linear layers and one linear layer to both back- and forecast. `stacks: [{basis: trend, blocks:
/// 3}, {basis: seasonal, blocks: 3}]` says instead what each stack is, see ``NBEATSStack``; what it leaves out is the
/// block's. With `naive: true` the forecasts are added to the last value of the series, with `calendar: true` to what a
/// linear layer makes of each bar to come. Oreshkin et al.,
/// https://arxiv.org/abs/1905.10437.
struct NBEATSBlock: Block {
  static let name = "nbeats"
  private let stacks: NBEATSStacks
  private let horizon: Extent
  private let hasCalendar: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    horizon = try settings.extent("horizon", default: .named(.horizon))
    hasCalendar = try settings.truth("calendar", default: false)
    let isNaive = try settings.truth("naive", default: false)
    if let elements = try settings.elements("stacks") {
      stacks = try NBEATSStacks(elements, of: &settings, isNaive: isNaive)
    } else {
      let stack = NBEATSStack(
        genericBlocks: try settings.integer("blocks"), layers: try settings.integer("layers", default: 4),
        width: try settings.integer("width"),
        dropout: try settings.number("dropout", default: 0, in: 0...0.99))
      stacks = NBEATSStacks([stack], isNumbered: false, isNaive: isNaive)
    }
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try stacks.forecast(
      x, horizon: horizon.value(for: window), start: hasCalendar ? try start(x, in: &graph, window) : nil,
      in: &graph)
  }

  /// A series of each target that the calendar alone makes, [S K, H].
  private func start(
    _ x: Node, in graph: inout Graph, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    let series = graph.samples * window.targets
    try graph.require(
      x.shape[0] == series && horizon.value(for: window) == window.horizon,
      """
      'calendar' starts a forecast of all \(window.horizon) steps for each of the \(window.targets) targets, and this is \
      \(x.shape) of \(graph.samples) windows; put 'targets' or a linear layer of width targets before 'channels'
      """)
    let known = try graph.calendar(window)
    let made = try graph.within("calendar") { graph throws(NetworkError) in
      try graph.linearLayer(known, width: window.targets)
    }
    let turned = window.targets == 1 ? made : try graph.exchange(made, axis: 1, axis: 2)
    return try graph.reshape(turned, [series, window.horizon])
  }
}
