private import GaussianProcesses

/// A Gaussian process for each window and target, fitted to it on the fly:
/// `gp-forecast: {kernel: scale * matern-5/2, steps: 50, rate: 0.1, share: 1, gives: forecast}`.
///
/// Gives means, lower and upper ends of the targets: of the horizon, [S, H, 3 K], of the window itself, `gives: past`,
/// or of both, one behind the other. `share` is the part of the window, its end, that the process is fitted to.
struct GaussianProcessBlock: Block {
  static let name = "gp-forecast"

  enum Part: String, CaseIterable { case forecast, past, both }

  private let kernel: Kernel
  private let steps: Int
  private let rate: Double
  private let share: Double
  private let part: Part

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kernel = try settings.kernel("kernel")
    steps = try settings.integer("steps", default: 50, in: 0...10_000)
    rate = Double(try settings.number("rate", default: 0.1, in: 1e-6...10))
    share = Double(try settings.number("share", default: 1, in: 0.01...1))
    part = try settings.choice("gives", default: .forecast)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try window.requireTargetColumns(Self.name, in: graph)
    let columns = try window.columns(of: x, in: graph, for: Self.name)
    let fitted = min(max(Int((share * Double(x.shape[1])).rounded()), 2), x.shape[1])
    let both = try graph.gaussianProcess(
      x, columns: columns, horizon: part == .past ? 0 : window.horizon, kernel: kernel, fitted: fitted,
      steps: steps, rate: rate)
    guard part == .forecast else { return both }
    return try graph.slice(both, axis: 1, from: x.shape[1], count: window.horizon)
  }
}

extension WindowShape {
  /// Where the targets stand among the columns of windows, which are all features or the targets alone.
  func columns(
    of x: Node, in graph: Graph, for block: String
  ) throws(NetworkError) -> [Int] {
    try graph.require(
      x.shape.rank == 3 && [targets, features].contains(x.shape.last),
      """
      '\(block)' takes windows [S, L, C] of the \(targets) targets or of all \(features) features, not \(x.shape); put \
      it before what mixes columns
      """)
    return x.shape.last == targets ? Array(0..<targets) : targetColumns
  }
}
