/// Tells a sequence's steps apart: adds a code of their positions, [T, D], to [S, T, D].
///
/// `position: {kind: sinusoidal}` (Vaswani et al.), `learned`, `time2vec` (Kazemi et al.,
/// https://arxiv.org/abs/1907.05321, of the step's place in the window), or `none`.
struct PositionBlock: Block {
  static let name = "position"

  enum Kind: String, CaseIterable { case sinusoidal, learned, time2vec, none }

  private let kind: Kind
  private let longest: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kind = try settings.choice("kind")
    longest = try settings.number("longest_wavelength", default: 10_000, in: 2...1e9)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    if kind == .none { return x }
    try graph.require(x.shape.rank == 3, "positions are those of sequences [S, T, D], not of \(x.shape)")
    let (samples, length, width) = (x.shape[0], x.shape[1], x.shape[2])
    switch kind {
    case .none: return x
    case .sinusoidal:
      return try graph.add(
        x, try graph.positionCode(length: length, width: width, longestWavelength: longest))
    case .learned:
      return try graph.add(x, graph.parameter("code", [length, width], .normal(deviation: 0.02)))
    case .time2vec:
      let places = (0..<samples).flatMap { _ in (0..<length).map { Float($0 + 1) / Float(length) } }
      let code = try graph.timeToVec(
        graph.constant(places, [samples, length]),
        linearWeight: graph.parameter("linear.weight", [length, 1], .uniform(bound: 1)),
        linearBias: graph.parameter("linear.bias", [1], .uniform(bound: 1)),
        periodicWeights: graph.parameter("periodic.weight", [length, width - 1], .uniform(bound: 1)),
        periodicBiases: graph.parameter("periodic.bias", [width - 1], .uniform(bound: 1)))
      return try graph.add(x, code)
    }
  }
}
