/// Tells a sequence's steps apart: adds a code of their positions, [T, D], to [S, T, D].
///
/// `position: {kind: sinusoidal}` (Vaswani et al.), `learned`, `time2vec` (Kazemi et al.,
/// https://arxiv.org/abs/1907.05321), or `none`. The time of `time2vec` is the step's place in the window, or with `time`
/// a column of the window; its weights begin within ± `first_weights`.
struct PositionBlock: Block {
  static let name = "position"

  enum Kind: String, CaseIterable { case sinusoidal, learned, time2vec, none }

  private let kind: Kind
  private let longest: Float
  private let layout: PositionCode
  private let time: Column?
  private let firstWeights: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kind = try settings.choice("kind")
    longest = try settings.number("longest_wavelength", default: 10_000, in: 2...1e9)
    layout = try settings.choice("layout", default: .interleaved)
    time = try settings.column("time", absent: "position", "none")
    firstWeights = try settings.number("first_weights", default: 1, in: 0.000_001...100)
  }

  /// As its settings stand by default.
  init(_ kind: Kind) {
    self.kind = kind
    (longest, layout, time, firstWeights) = (10_000, .interleaved, nil, 1)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    if kind == .none { return x }
    try graph.require(x.shape.rank == 3, "positions are those of sequences [S, T, D], not of \(x.shape)")
    let (length, width) = (x.shape[1], x.shape[2])
    switch kind {
    case .none: return x
    case .sinusoidal:
      return try graph.add(
        x,
        try graph.positionCode(length: length, width: width, longestWavelength: longest, style: layout))
    case .learned:
      return try graph.add(x, graph.parameter("code", [length, width], .normal(deviation: 0.02)))
    case .time2vec:
      try graph.require(
        width > 1, "Time2Vec needs a width of 2 at least, one for the trend and one for a wave, not \(width)")
      let code = try graph.timeToVec(
        try times(x.shape, in: &graph, window),
        linearWeight: graph.parameter("linear.weight", [length, 1], .uniform(bound: firstWeights)),
        linearBias: graph.parameter("linear.bias", [1], .uniform(bound: firstWeights)),
        periodicWeights: graph.parameter(
          "periodic.weight", [length, width - 1], .uniform(bound: firstWeights)),
        periodicBiases: graph.parameter("periodic.bias", [width - 1], .uniform(bound: firstWeights)))
      return try graph.add(x, code)
    }
  }

  /// When each step is, [S, T].
  private func times(
    _ shape: Shape, in graph: inout Graph, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    let (samples, length) = (shape[0], shape[1])
    guard let time else {
      let places = (0..<samples).flatMap { _ in (0..<length).map { Float($0 + 1) / Float(length) } }
      return graph.constant(places, [samples, length])
    }
    try graph.require(
      samples == graph.samples && length == window.lookback,
      """
      a column tells the time of the window's \(window.lookback) rows, not of \(shape); stand before what cuts or mixes \
      rows, or set time: position
      """)
    let place = try window.place(of: time, in: graph)
    let x = try graph.input(.features, [samples, window.lookback, window.features])
    return try graph.reshape(try graph.slice(x, axis: 2, from: place, count: 1), [samples, length])
  }
}
