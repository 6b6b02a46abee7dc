/// A recurrent network that forecasts a normal distribution of each next row from all rows before:
/// `deepar: {cell: lstm, width: 20, layers: 2, dropout: 0.2, draws: 20, calendar: true, entity: 4, unknown_rate: 0}`.
///
/// Takes windows, of which it looks at the targets, gives [S, H, K, 2] for the loss `gaussian`. Training runs over
/// look-back and horizon at once, each step after what came: that is the likelihood. Validation and forecasts never see
/// what came: they draw paths. Validation judges the normal distribution of the draws; a forecast holds all of them.
/// Salinas et al., https://arxiv.org/abs/1704.04110.
struct DeepARBlock: Block {
  static let name = "deepar"
  private let cell: AncestralSampling.Cell
  private let width: Int
  private let layers: Int
  private let dropout: Float
  private let draws: Int
  private let hasCalendar: Bool
  /// Nil where it is not told the entity.
  private let entity: EntityBlock?

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    cell = try settings.choice("cell", default: .lstm)
    width = try settings.integer("width", default: 20)
    layers = try settings.integer("layers", default: 2, in: 1...100)
    dropout = try settings.number("dropout", default: 0.2, in: 0...0.99)
    draws = try settings.integer("draws", default: 20, in: 2...10_000)
    hasCalendar = try settings.truth("calendar", default: true)
    let width = try settings.integer("entity", default: 0, in: 0...1000)
    let unknownRate = try settings.number("unknown_rate", default: 0, in: 0...0.99)
    entity = width > 0 ? EntityBlock(width: width, unknownRate: unknownRate) : nil
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(
      window.reading == .gaussian || window.reading == .samples,
      "'deepar' forecasts a normal distribution; train it with loss: gaussian")
    try window.requireNoShift(Self.name, in: graph)
    let past = try graph.pastTargets(of: x, window)
    let rows = past.shape[1]
    try graph.require(
      rows == window.lookback, "'deepar' looks at all \(window.lookback) rows of a window, not at \(rows)")
    let known = try known(in: &graph, window)
    let teacher = try graph.teacher(window)
    return teacher == nil
      ? try sampled(past, known, in: &graph, window) : try taught(past, known, teacher, in: &graph, window)
  }

  /// What is known of each row of look-back and horizon but the last besides its values, [S, L + H - 1, D]; nil if
  /// nothing is.
  private func known(in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node? {
    var parts: [Node] = []
    if hasCalendar { parts.append(try graph.calendarAhead(window)) }
    if let entity {
      let vectors = try graph.within(EntityBlock.name) { graph throws(NetworkError) in
        try entity.vectors(in: &graph, window)
      }
      parts.append(try graph.repeated(vectors, steps: window.lookback + window.horizon - 1))
    }
    return parts.isEmpty ? nil : try graph.concatenate(parts, axis: 2)
  }

  /// The distributions after what came.
  private func taught(
    _ past: Node, _ known: Node?, _ teacher: Node?, in graph: inout Graph, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    var values = past
    if let teacher, window.horizon > 1 {
      let came = try graph.slice(teacher, axis: 1, from: 0, count: window.horizon - 1)
      values = try graph.concatenate([past, came], axis: 1)
    }
    var node = try graph.concatenate([values] + [known].compactMap(\.self), axis: 2)
    for layer in 0..<layers {
      node = try graph.within(String(layer)) { graph throws(NetworkError) in
        try cell.layer.record(node, width: width, givesAll: true, in: &graph)
      }
      if layer < layers - 1 { node = try graph.dropout(node, rate: dropout) }
    }
    let states = try graph.slice(node, axis: 1, from: window.lookback - 1, count: window.horizon)
    let (weight, bias) = readOut(in: &graph, window)
    let made = try graph.linear(states, weight: weight, bias: bias)
    return try graph.reshape(made, [graph.samples, window.horizon, window.targets, 2])
  }

  /// Paths, or for validation the distributions that they make.
  private func sampled(
    _ past: Node, _ known: Node?, in graph: inout Graph, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    let (rows, steps) = (window.lookback, window.horizon)
    let seen = try known.map { known throws(NetworkError) in
      try graph.slice(known, axis: 1, from: 0, count: rows)
    }
    let node = try graph.concatenate([past] + [seen].compactMap(\.self), axis: 2)
    let ahead: Node? =
      if let known, steps > 1 { try graph.slice(known, axis: 1, from: rows, count: steps - 1) } else { nil }
    var parameters: [[Node]] = []
    for layer in 0..<layers {
      let inputs = layer == 0 ? node.shape.last : width
      parameters.append(
        try graph.within(String(layer)) { graph throws(NetworkError) in
          cell.layer.parameters(inputs: inputs, width: width, in: &graph)
        })
    }
    let draws = try graph.ancestralSampling(
      node, identities: try graph.input(.identities, [graph.samples, 2]), cell: cell, layers: parameters,
      readOut: readOut(in: &graph, window), known: ahead, steps: steps, columns: window.targets,
      draws: self.draws)
    guard graph.purpose == .forecast else { return try graph.drawMoments(draws) }
    graph.givesDraws = true
    return draws
  }

  private func readOut(in graph: inout Graph, _ window: WindowShape) -> (Node, Node) {
    (
      graph.parameter("output.weight", [width, 2 * window.targets], .inverseRoot(of: width)),
      graph.parameter("output.bias", [2 * window.targets], .inverseRoot(of: width))
    )
  }
}

extension AncestralSampling.Cell {
  /// The kind of layer that learns what is sampled.
  fileprivate var layer: any RecurrentCell.Type {
    switch self {
    case .lstm: LSTMCell.self
    case .gru: GRUCell.self
    }
  }
}
