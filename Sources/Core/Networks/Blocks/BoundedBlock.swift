/// Keeps forecasts within bounds of each window's own, and is linear between them: `bounded: {by: window, reach: 1}`.
///
/// The bounds are the smallest and the greatest value of each target in the window, moved apart by `reach` times their
/// distance; a forecast that leaves them learns nothing until another step brings it back. `by: none` does nothing. The
/// bounds of kernel regression, which the loss `bounded` knows, follow from training windows that a network does not keep.
struct BoundedBlock: Block {
  static let name = "bounded"

  enum Kind: String, CaseIterable { case none, window }

  private let kind: Kind
  private let reach: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kind = try settings.choice("by", default: .window)
    reach = try settings.number("reach", default: 1, in: 0...1e6)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    guard kind != .none else { return x }
    try graph.require(
      graph.levels.isEmpty,
      "forecasts are bounded in the units of the windows; put 'bounded' behind 'normalize', not into it")
    let shape: Shape = [graph.samples, window.horizon, window.targets]
    try graph.require(
      x.shape == shape && window.reading.holdsLocation,
      "bounds are those of forecasts [S, H, K] = \(shape) with one number a step, not of \(x.shape)")
    try window.requireTargetColumns(Self.name, in: graph)
    let features = try graph.input(.features, [graph.samples, window.lookback, window.features])
    return try graph.boundedLinear(x, window: try graph.picked(features, window.targetColumns), reach: reach)
  }
}
