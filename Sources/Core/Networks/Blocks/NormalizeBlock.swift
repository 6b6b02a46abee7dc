/// Takes each window's own level, and scale, off the input and puts them back on the forecast:
/// `normalize: {by: instance, blocks: […]}`.
///
/// `last` subtracts the last value (NLinear, https://arxiv.org/abs/2205.13504); `instance` is reversible instance
/// normalisation (Kim et al., ICLR 2022, https://openreview.net/forum?id=cGDAkQo1C0p), with learnt scale and shift
/// if `affine`; `pivot` subtracts nothing and adds the last value of each target to its forecast; `none` does nothing.
struct NormalizeBlock: Block {
  static let name = "normalize"

  enum Kind: String, CaseIterable { case none, last, instance, pivot }

  private let kind: Kind
  private let isAffine: Bool
  private let blocks: BlockSequence

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kind = try settings.choice("by")
    isAffine = try settings.truth("affine", default: false)
    blocks = try settings.blocks("blocks")
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(x.shape.rank == 3, "windows are normalised as [S, L, C], not as \(x.shape)")
    guard kind != .none else { return try blocks.record(x, in: &graph, window) }
    // Labels have no level in the inputs that could be put back on them, nor have probabilities.
    if window.hasLabels || !window.reading.holdsLocation {
      try graph.require(
        [window.targets, window.features].contains(x.shape.last),
        "windows of \(window.features) features are normalised before columns are mixed, not \(x.shape)")
      return try blocks.record(try normalised(x, in: &graph), in: &graph, window)
    }
    let columns = try window.columns(of: x, in: graph, for: Self.name)
    switch kind {
    case .none, .last, .pivot:
      let level: Level =
        kind == .pivot ? .pivot(window: x, columns: columns) : .last(window: x, columns: columns)
      let seen = kind == .pivot ? x : try graph.subtractLast(x)
      let made = try graph.within(level: level) { graph throws(NetworkError) in
        try blocks.record(seen, in: &graph, window)
      }
      return try restored(made, in: &graph, window) { part, repeats, graph throws(NetworkError) in
        try graph.addLast(part, x, columns: Self.repeated(columns, repeats))
      }
    case .instance:
      let width = x.shape.last
      let scale = isAffine ? graph.parameter("scale", [width], .constant(1)) : nil
      let shift = isAffine ? graph.parameter("shift", [width], .constant(0)) : nil
      let (normal, statistics) = try graph.instanceNorm(x, scale: scale, shift: shift)
      let made = try graph.within(
        level: .instance(statistics: statistics, columns: columns, scale: scale, shift: shift)
      ) { graph throws(NetworkError) in
        try blocks.record(normal, in: &graph, window)
      }
      try graph.require(
        window.reading.holdsValues,
        "the scale of a window cannot be put back on a distribution; normalise by last or none")
      return try restored(made, in: &graph, window) { part, repeats, graph throws(NetworkError) in
        try graph.denormalize(
          part, statistics: statistics, columns: Self.repeated(columns, repeats), scale: scale, shift: shift)
      }
    }
  }

  private func normalised(_ x: Node, in graph: inout Graph) throws(NetworkError) -> Node {
    if kind == .pivot { return x }
    guard kind == .instance else { return try graph.subtractLast(x) }
    let width = x.shape.last
    return try graph.instanceNorm(
      x, scale: isAffine ? graph.parameter("scale", [width], .constant(1)) : nil,
      shift: isAffine ? graph.parameter("shift", [width], .constant(0)) : nil
    ).0
  }

  /// Puts the level back on forecasts; of several outputs a step on all quantiles, but only on the first number, the
  /// location, of a distribution.
  private func restored(
    _ made: Node, in graph: inout Graph, _ window: WindowShape,
    _ restore: (Node, Int, inout Graph) throws(NetworkError) -> Node
  ) throws(NetworkError) -> Node {
    try graph.require(
      made.shape.rank >= 3 && made.shape[1] == window.horizon && made.shape[2] == window.targets,
      """
      the blocks of normalize should give forecasts [S, H, K] = [\(graph.samples), \(window.horizon), \
      \(window.targets)], and give \(made.shape); end them with 'head', and put 'targets' before what keeps columns \
      apart
      """)
    guard made.shape.rank == 4 else { return try restore(made, 1, &graph) }
    let outputs = made.shape.last
    let merged: Shape = [made.shape[0], made.shape[1], made.shape[2] * outputs]
    if window.reading.holdsValues || graph.givesDraws {
      return try graph.reshape(try restore(try graph.reshape(made, merged), outputs, &graph), made.shape)
    }
    let flat: Shape = [made.shape[0], made.shape[1], made.shape[2]]
    let location = try graph.reshape(try graph.slice(made, axis: 3, from: 0, count: 1), flat)
    let rest = try graph.slice(made, axis: 3, from: 1, count: outputs - 1)
    let level = try graph.reshape(try restore(location, 1, &graph), Shape(flat.axes + [1]))
    return try graph.concatenate([level, rest], axis: 3)
  }

  private static func repeated(_ columns: [Int], _ times: Int) -> [Int] {
    columns.flatMap { [Int](repeating: $0, count: times) }
  }
}

/// Splits series into a moving average and the rest, and adds what the blocks make of each:
/// `decompose: {width: 25, trend: […], season: […]}`.
///
/// The decomposition of DLinear and Autoformer, https://arxiv.org/abs/2205.13504.
struct DecomposeBlock: Block {
  static let name = "decompose"
  private let width: Int
  private let trend: BlockSequence
  private let season: BlockSequence

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    width = try settings.integer("width", default: 25)
    trend = try settings.blocks("trend")
    season = try settings.blocks("season")
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let smooth = try graph.movingAverage(x, width: width)
    let rest = try graph.add(x, try graph.scale(smooth, by: -1))
    let parts: Level = .unknown("what came is not decomposed; stand before 'decompose'")
    return try graph.within(level: parts) { graph throws(NetworkError) in
      let slow = try graph.within("trend") { graph throws(NetworkError) in
        try trend.record(smooth, in: &graph, window)
      }
      let fast = try graph.within("season") { graph throws(NetworkError) in
        try season.record(rest, in: &graph, window)
      }
      return try graph.add(slow, fast)
    }
  }
}
