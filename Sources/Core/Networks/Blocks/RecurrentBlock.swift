/// A kind of recurrent layer.
protocol RecurrentCell: Sendable {
  static var name: String { get }
  /// What a layer learns, in the order in which its operation takes it.
  static func parameters(inputs: Int, width: Int, in graph: inout Graph) -> [Node]
  static func record(
    _ x: Node, width: Int, givesAll: Bool, in graph: inout Graph
  ) throws(NetworkError) -> Node
}

enum LSTMCell: RecurrentCell {
  static let name = "lstm"

  static func parameters(inputs: Int, width: Int, in graph: inout Graph) -> [Node] {
    [
      graph.parameter("weight", [inputs + width, 4 * width], .inverseRoot(of: width)),
      graph.parameter("bias", [4 * width], .inverseRoot(of: width)),
    ]
  }

  static func record(
    _ x: Node, width: Int, givesAll: Bool, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    let made = parameters(inputs: x.shape.last, width: width, in: &graph)
    return try graph.lstm(x, weight: made[0], bias: made[1], givesAll: givesAll)
  }
}

enum GRUCell: RecurrentCell {
  static let name = "gru"

  static func parameters(inputs: Int, width: Int, in graph: inout Graph) -> [Node] {
    [
      graph.parameter("input.weight", [inputs, 3 * width], .inverseRoot(of: width)),
      graph.parameter("state.weight", [width, 3 * width], .inverseRoot(of: width)),
      graph.parameter("bias", [4 * width], .inverseRoot(of: width)),
    ]
  }

  static func record(
    _ x: Node, width: Int, givesAll: Bool, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    let made = parameters(inputs: x.shape.last, width: width, in: &graph)
    return try graph.gru(
      x, inputWeight: made[0], stateWeight: made[1], bias: made[2], givesAll: givesAll)
  }
}

/// Recurrent layers over a sequence, dropout between them: `lstm: {width: 64, layers: 2, gives: last}`, or `gru`.
///
/// The result is the last state, [S, W], or with `gives: all` every state, [S, T, W]. With `readout: recurrent` a second
/// layer of the same kind runs over the horizon, given the last state at every step: [S, H, W], for a `head`.
struct RecurrentBlock<Cell: RecurrentCell>: Block {
  static var name: String { Cell.name }

  private let width: Int
  private let layers: Int
  private let dropout: Float
  private let gives: Gives
  private let readout: Readout

  enum Readout: String, CaseIterable { case linear, recurrent }

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    width = try settings.integer("width")
    layers = try settings.integer("layers", default: 1)
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    gives = try settings.choice("gives", default: .last)
    readout = try settings.choice("readout", default: .linear)
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
    guard readout == .recurrent else { return node }
    try graph.require(gives == .last, "'readout: recurrent' reads the last state; leave 'gives' out")
    let steps = try graph.repeated(node, steps: window.horizon)
    return try graph.within("readout") { graph throws(NetworkError) in
      try Cell.record(steps, width: width, givesAll: true, in: &graph)
    }
  }
}

/// What a recurrent block hands on.
enum Gives: String, CaseIterable { case last, all }
