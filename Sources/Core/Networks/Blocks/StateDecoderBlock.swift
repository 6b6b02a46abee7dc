/// A transformer's decoder that goes on from state to state, and reads a forecast out of each:
/// `state-decoder: {heads: 4, feed_forward: 8, layers: 1, dropout: 0.3, calendar: true, outputs: 1}`.
///
/// Takes [S, T, D], the memory of an encoder, gives [S, H, K] or [S, H, K, outputs]. Each step embeds the state before,
/// at first the encoder's last, beside what the calendar says of the step's bar: Time2Vec of both, and the code of its
/// position behind the T of the memory. Layers with a normalisation before each part attend to the memory. What goes
/// back in is the state, not the forecast, so nothing can be forced. Quantiles cannot cross: they stand at distances
/// above zero from the middle one. Xiong et al., https://arxiv.org/abs/2002.04745.
struct StateDecoderBlock: Block {
  static let name = "state-decoder"
  private let layers: Int
  private let heads: Int
  private let feedForward: Int
  private let dropout: Float
  private let outputs: Int
  private let hasCalendar: Bool
  private let longest: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    layers = try settings.integer("layers", default: 1, in: 1...100)
    heads = try settings.integer("heads")
    feedForward = try settings.integer("feed_forward")
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    outputs = try settings.integer("outputs", default: 1, in: 1...1000)
    hasCalendar = try settings.truth("calendar", default: true)
    longest = try settings.number("longest_wavelength", default: 10_000, in: 2...1e9)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(
      x.shape.rank == 3 && x.shape[0] == graph.samples,
      "a decoder takes the memory of an encoder, [S, T, D], not \(x.shape)")
    let (length, width) = (x.shape[1], x.shape[2])
    // Keys and values of the memory are the same at every step.
    var memories: [Node] = []
    for layer in 0..<layers {
      memories.append(
        try graph.within("\(layer).memory") { graph throws(NetworkError) in
          try graph.linearLayer(x, width: 2 * width)
        })
    }
    let calendar = hasCalendar ? try graph.calendar(window) : nil
    let codes = try graph.positionCode(
      length: length + window.horizon, width: width, longestWavelength: longest)
    var state = try graph.last(x)
    var made: [Node] = []
    try graph.sharing { graph throws(NetworkError) in
      for step in 0..<window.horizon {
        let code = try graph.slice(codes, axis: 0, from: length + step, count: 1)
        state = try advanced(state, calendar, memories, code, step: step, in: &graph)
        made.append(
          try graph.within("head") { graph throws(NetworkError) in
            try graph.linearLayer(state, width: window.targets * outputs)
          })
      }
    }
    return try graph.forecasts(
      try graph.concatenate(made, axis: 1), outputs: outputs, anchor: outputs / 2, window)
  }

  /// The next state, [S, D].
  private func advanced(
    _ state: Node, _ calendar: Node?, _ memories: [Node], _ code: Node, step: Int, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    let width = state.shape.last
    var seen = state
    if let calendar {
      let row = try graph.slice(calendar, axis: 1, from: step, count: 1)
      seen = try graph.concatenate(
        [state, try graph.reshape(row, [graph.samples, calendar.shape.last])], axis: 1)
    }
    let embedded = try graph.within("embed") { graph throws(NetworkError) in
      try graph.waves(try graph.linearLayer(seen, width: width))
    }
    let placed = try graph.add(embedded, try graph.reshape(code, [width]))
    var node = try graph.dropout(placed, rate: dropout)
    let part = TransformerPart(dropout: dropout)
    for (layer, memory) in memories.enumerated() {
      node = try graph.within(String(layer)) { graph throws(NetworkError) in
        let attended = try part.record(node, "attention", in: &graph) { x, graph throws(NetworkError) in
          let asked = try graph.reshape(x, [graph.samples, 1, width])
          return try graph.reshape(
            try graph.crossAttentionLayer(asked, memory: memory, heads: heads), x.shape)
        }
        return try part.feedForward(attended, width: feedForward, activation: .relu, in: &graph)
      }
    }
    return try part.normalized(node, in: &graph)
  }
}
