/// Tells a network which entity it looks at: `entity: {width: 8}` puts a learnt vector, or with `code: one-hot` a one
/// in the entity's place, behind each sample's features.
///
/// [S, D] becomes [S, D + width], and [S, T, D] becomes [S, T, D + width]. An entity that training did not know has the
/// code behind the last one. With `unknown_rate` training hides that share of the entities behind this code, so that it
/// comes to stand for one like all of them.
struct EntityBlock: Block {
  static let name = "entity"

  enum Code: String, CaseIterable {
    case learned
    case oneHot = "one-hot"
  }

  private let code: Code
  private let width: Int
  private let unknownRate: Float

  /// A learnt vector.
  init(width: Int, unknownRate: Float) {
    (code, self.width, self.unknownRate) = (.learned, width, unknownRate)
  }

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    code = try settings.choice("code", default: .learned)
    // Read in any case, so that a model's file can leave the code to a setting.
    width = try settings.integer("width", default: 8)
    unknownRate = try settings.number("unknown_rate", default: 0, in: 0...0.99)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(
      x.shape[0] == graph.samples && (2...3).contains(x.shape.rank),
      "entities belong to whole samples, [S, D] or [S, T, D], not to \(x.shape); stand before 'channels'")
    let vectors = try vectors(in: &graph, window)
    guard x.shape.rank == 3 else { return try graph.concatenate([x, vectors], axis: 1) }
    return try graph.concatenate([x, try graph.repeated(vectors, steps: x.shape[1])], axis: 2)
  }

  /// What stands for each sample's entity, [S, width].
  func vectors(in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    // One more, for the entity that nobody knows.
    let codes = window.entities + 1
    let numbers = try graph.hideCodes(
      try graph.input(.entities, [graph.samples]), behind: window.entities, rate: unknownRate)
    switch code {
    case .learned:
      let table = graph.parameter("table", [codes, width], .normal(deviation: 0.1))
      return try graph.embedding(codes: numbers, table: table)
    case .oneHot: return try graph.oneHot(numbers, codes: codes)
    }
  }
}
