/// N-BEATS: stacks of blocks that forecast and explain the past away, one behind the other.
///
/// `nbeats: {blocks: 10, layers: 4, width: 256, dropout: 0}` takes series [S, L] and gives [S, H] by generic blocks of
/// `layers` rectified linear layers and one linear layer to both back- and forecast. `stacks: [{basis: trend, blocks:
/// 3}, {basis: seasonal, blocks: 3}]` says instead what each stack is, see ``NBEATSStack``; what it leaves out is the
/// block's. With `naive: true` the forecasts are added to the last value of the series. Oreshkin et al.,
/// https://arxiv.org/abs/1905.10437.
struct NBEATSBlock: Block {
  static let name = "nbeats"
  private let stacks: NBEATSStacks
  private let horizon: Extent

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    let elements = try settings.elements("stacks")
    let layers = try settings.integer("layers", default: 4)
    let dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    let isNaive = try settings.truth("naive", default: false)
    horizon = try settings.extent("horizon", default: .named(.horizon))
    guard let elements else {
      let stack = NBEATSStack(
        genericBlocks: try settings.integer("blocks"), layers: layers, width: try settings.integer("width"),
        dropout: dropout)
      stacks = NBEATSStacks([stack], isNumbered: false, isNaive: isNaive)
      return
    }
    let width = try settings.optionalInteger("width")
    var stacks: [NBEATSStack] = []
    for element in elements {
      var element = element
      stacks.append(try NBEATSStack(&element, layers: layers, width: width, dropout: dropout))
      try element.finish()
    }
    self.stacks = NBEATSStacks(stacks, isNaive: isNaive)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try stacks.forecast(x, horizon: horizon.value(for: window), part: window.part, in: &graph)
  }
}
