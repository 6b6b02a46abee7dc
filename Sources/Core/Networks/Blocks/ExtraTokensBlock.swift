/// Puts up to three learnt vectors behind a sequence that say how far the window's prices, volumes and numbers of trades
/// spread: `extra-tokens: {price: [open, high, low, close], volume: [volume], trades: [trades], scale: 5}`.
///
/// [S, T, D] becomes [S, T + 3, D]. Each is a row of one table [101, D], chosen by ``SpreadCodes`` of the windows as they
/// were prepared, before any `normalize`. `price_spread` takes the deviation of all values of the columns `together`, or
/// the `greatest` of theirs. A list `[]`, or none, leaves its token out, `enabled: false` all.
struct ExtraTokensBlock: Block {
  static let name = "extra-tokens"

  enum Spread: String, CaseIterable { case together, greatest }

  private let isEnabled: Bool
  private let groups: [[Column]]
  private let spread: Spread
  private let scale: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    isEnabled = try settings.truth("enabled", default: true)
    groups = [
      try settings.columns("price", default: []), try settings.columns("volume", default: []),
      try settings.columns("trades", default: []),
    ]
    spread = try settings.choice("price_spread", default: .together)
    scale = try settings.number("scale", default: 5, in: 1e-6...1e6)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    guard isEnabled else { return x }
    try graph.require(
      x.shape.rank == 3 && x.shape[0] == graph.samples,
      "tokens of whole windows stand behind sequences [S, T, D], not behind \(x.shape)")
    var places: [[Int]] = []
    for group in groups where !group.isEmpty {
      var found: [Int] = []
      for column in group { found.append(try window.place(of: column, in: graph)) }
      places.append(found)
    }
    try graph.require(!places.isEmpty, "there are no columns for a token; write enabled: false")
    let features = try graph.input(.features, [graph.samples, window.lookback, window.features])
    let codes = try graph.spreadCodes(
      features, groups: places, isGreatest: spread == .greatest, scale: scale)
    // Vectors of about unit length.
    let table = graph.parameter(
      "table", [SpreadCodes.codes, x.shape.last],
      .normal(deviation: 1 / Float(x.shape.last).squareRoot()))
    return try graph.concatenate([x, try graph.embedding(codes: codes, table: table)], axis: 1)
  }
}
