/// A Gaussian process for each window and target, and a network that corrects it:
/// `gp-encoder: {width: 16, layers: 4, heads: 2, feed_forward: 64, output: 8, dropout: 0.1, steps: 30, share: 0.2}`.
///
/// The process is fitted to the last part of the window; what it makes of the whole window stands beside the window's
/// own rows, and goes through a transformer's encoder with Time2Vec positions. The horizon, as the process sees it,
/// attends to what comes out, and a linear layer turns that into a correction of each step's mean and of the distances
/// to its lower and upper end: [S, H, K, 3], quantiles that cannot cross. With `gives: mean` there is only the mean,
/// [S, H, K].
struct ProcessEncoderBlock: Block {
  static let name = "gp-encoder"

  enum Part: String, CaseIterable { case band, mean }

  private let width: Int
  private let output: Int
  private let heads: Int
  private let dropout: Float
  private let encoder: EncoderBlock
  private let process: ProcessSettings
  private let part: Part

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    width = try settings.integer("width", default: 16)
    output = try settings.integer("output", default: 8)
    heads = try settings.integer("heads", default: 2)
    dropout = try settings.number("dropout", default: 0.1, in: 0...0.99)
    encoder = EncoderBlock(
      layers: try settings.integer("layers", default: 4), heads: heads,
      feedForward: try settings.integer("feed_forward", default: 64), dropout: dropout,
      norm: try settings.choice("norm", default: .pre))
    process = try ProcessSettings(&settings, steps: 30, share: 0.2)
    part = try settings.choice("gives", default: .band)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try check(window, graph)
    let bands = try process.bands(of: x, in: &graph, window, horizon: window.horizon, for: Self.name)
    let (samples, rows, k) = (x.shape[0], x.shape[1], window.targets)
    let past = try graph.slice(bands, axis: 1, from: 0, count: rows)
    let future = try graph.slice(bands, axis: 1, from: rows, count: window.horizon)
    let seen = try graph.within("past") { graph throws(NetworkError) in
      let entered = try graph.within("linear.0") { graph throws(NetworkError) in
        try graph.linearLayer(try graph.concatenate([x, past], axis: 2), width: width)
      }
      let placed = try positioned(entered, in: &graph, window)
      let encoded = try graph.within(EncoderBlock.name) { graph throws(NetworkError) in
        try encoder.record(placed, in: &graph, window)
      }
      return try graph.within("linear.1") { graph throws(NetworkError) in
        try graph.linearLayer(encoded, width: output)
      }
    }
    let asked = try graph.within("horizon") { graph throws(NetworkError) in
      let entered = try graph.within("linear") { graph throws(NetworkError) in
        try graph.linearLayer(future, width: output)
      }
      return try positioned(entered, in: &graph, window)
    }
    let mixed = try graph.within("attention") { graph throws(NetworkError) in
      try graph.crossAttentionLayer(asked, to: seen, heads: heads, dropout: dropout)
    }
    let parts = part == .band ? 3 : 1
    let correction = try graph.within("correction") { graph throws(NetworkError) in
      try graph.linearLayer(mixed, width: k * parts)
    }
    let band = try graph.reshape(future, [samples, window.horizon, k, 3])
    let made = try corrected(
      band, by: try graph.reshape(correction, [samples, window.horizon, k, parts]), in: &graph)
    return part == .band ? made : try graph.reshape(made, [samples, window.horizon, k])
  }

  private func check(_ window: WindowShape, _ graph: Graph) throws(NetworkError) {
    switch part {
    case .mean:
      try graph.require(
        window.reading == .point,
        """
        'gp-encoder' with gives: mean forecasts values, and the loss is one of a \(window.reading.name); take a loss of \
        values, such as mse, or gives: band with the loss quantile
        """)
    case .band:
      try graph.require(
        window.reading.outputs == 3 && window.reading.holdsValues,
        """
        'gp-encoder' gives three quantiles, and the loss is one of a \(window.reading.name); set loss: {quantile: \
        {levels: [0.023, 0.5, 0.977]}}, or other three levels, or gives: mean
        """)
    }
  }

  private func positioned(
    _ x: Node, in graph: inout Graph, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    try graph.within(PositionBlock.name) { graph throws(NetworkError) in
      try PositionBlock(.time2vec).record(x, in: &graph, window)
    }
  }

  /// The mean with its correction, and the ends at (1 + elu(c)) times their distances from it.
  ///
  /// The factors are above zero, so that ends cannot cross, and 1 where there is nothing to correct, so that the band is
  /// the process's own whatever its units. Increments by softplus, as those of 'head', would begin at ln 2.
  private func corrected(
    _ band: Node, by correction: Node, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    let mean = try graph.slice(band, axis: 3, from: 1, count: 1)
    guard part == .band else { return try graph.add(mean, correction) }
    let middle = try graph.add(mean, try graph.slice(correction, axis: 3, from: 1, count: 1))
    let below = graph.scale(mean, by: -1)
    var ends: [Node] = []
    for end in [0, 2] {
      let reach = try graph.add(try graph.slice(band, axis: 3, from: end, count: 1), below)
      let factor = graph.activate(try graph.slice(correction, axis: 3, from: end, count: 1), by: .elu)
      let change = try graph.multiply(reach, factor)
      ends.append(try graph.add(middle, try graph.add(reach, change)))
    }
    return try graph.concatenate([ends[0], middle, ends[1]], axis: 3)
  }
}
