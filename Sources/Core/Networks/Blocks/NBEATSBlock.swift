/// A stack of generic N-BEATS blocks: each forecasts, and explains a part of the past away before the next looks.
///
/// `nbeats: {blocks: 10, layers: 4, width: 256, dropout: 0}` takes series [S, L] and gives [S, H]. Each block is
/// `layers` rectified linear layers and one linear layer to both back- and forecast. Oreshkin et al.,
/// https://arxiv.org/abs/1905.10437.
struct NBEATSBlock: Block {
  static let name = "nbeats"
  private let blocks: Int
  private let layers: Int
  private let width: Int
  private let dropout: Float
  private let horizon: Extent

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    blocks = try settings.integer("blocks")
    layers = try settings.integer("layers", default: 4)
    width = try settings.integer("width")
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    horizon = try settings.extent("horizon", default: .named(.horizon))
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(
      x.shape.rank == 2, "N-BEATS takes series [S, L], not \(x.shape); put it into 'channels'")
    let horizon = horizon.value(for: window)
    var rest = x
    var forecast: Node?
    for number in 0..<blocks {
      let made = try graph.within(String(number)) { graph throws(NetworkError) in
        var node = rest
        for layer in 0..<layers {
          node = try graph.within(String(layer)) { graph throws(NetworkError) in
            try graph.dropout(try graph.linearLayer(node, width: width, activation: .relu), rate: dropout)
          }
        }
        return try graph.within("theta") { graph throws(NetworkError) in
          try graph.linearLayer(node, width: x.shape[1] + horizon)
        }
      }
      forecast = try graph.addForecast(forecast, from: made, horizon: horizon)
      if number < blocks - 1 { rest = try graph.subtractBackcast(rest, from: made) }
    }
    guard let forecast else { throw graph.refuse("a stack needs at least one block") }
    return forecast
  }
}
