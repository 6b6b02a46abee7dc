/// A kind of recurrent layer.
protocol RecurrentCell: Sendable {
  static var name: String { get }
  static func record(
    _ x: Node, width: Int, givesAll: Bool, in graph: inout Graph
  ) throws(NetworkError) -> Node
}

enum LSTMCell: RecurrentCell {
  static let name = "lstm"

  static func record(
    _ x: Node, width: Int, givesAll: Bool, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    let inputs = x.shape.last
    let weight = graph.parameter("weight", [inputs + width, 4 * width], .inverseRoot(of: width))
    let bias = graph.parameter("bias", [4 * width], .inverseRoot(of: width))
    return try graph.lstm(x, weight: weight, bias: bias, givesAll: givesAll)
  }
}

enum GRUCell: RecurrentCell {
  static let name = "gru"

  static func record(
    _ x: Node, width: Int, givesAll: Bool, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    let inputs = x.shape.last
    let inputWeight = graph.parameter("input.weight", [inputs, 3 * width], .inverseRoot(of: width))
    let stateWeight = graph.parameter("state.weight", [width, 3 * width], .inverseRoot(of: width))
    let bias = graph.parameter("bias", [4 * width], .inverseRoot(of: width))
    return try graph.gru(
      x, inputWeight: inputWeight, stateWeight: stateWeight, bias: bias, givesAll: givesAll)
  }
}

/// Recurrent layers over a sequence, dropout between them: `lstm: {width: 64, layers: 2, gives: last}`, or `gru`.
///
/// The result is the last state, [S, H], or with `gives: all` every state, [S, T, H].
struct RecurrentBlock<Cell: RecurrentCell>: Block {
  static var name: String { Cell.name }

  private let width: Int
  private let layers: Int
  private let dropout: Float
  private let gives: Gives

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    width = try settings.integer("width")
    layers = try settings.integer("layers", default: 1)
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    gives = try settings.choice("gives", default: .last)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    var node = x.shape.rank == 2 ? try graph.reshape(x, [x.shape[0], x.shape[1], 1]) : x
    for layer in 0..<layers {
      let isLast = layer == layers - 1
      node = try graph.within(String(layer)) { graph throws(NetworkError) in
        try Cell.record(node, width: width, givesAll: !isLast || gives == .all, in: &graph)
      }
      if !isLast { node = try graph.dropout(node, rate: dropout) }
    }
    return node
  }
}

/// What a recurrent block hands on.
enum Gives: String, CaseIterable { case last, all }
