private import GaussianProcesses

/// Puts a Gaussian process's account of the targets beside the features, and its forecast behind them:
/// `gp-features: {kernel: matern-5/2, lengths: 12, noises: 8}`.
///
/// [S, L, F] becomes [S, L + H, F + 3 K]: of each target the lower end, the mean and the upper end of two deviations. The
/// features of the rows that have not come are zero; put 'normalize' around it, so that zero is where the window is.
/// Every window's processes are fitted by themselves and to it alone, see ``ProcessForecast``: nothing of what is
/// forecast is among their inputs.
struct ProcessFeaturesBlock: Block {
  static let name = "gp-features"
  private let kernel: MaternOrder
  private let lengths: Int
  private let noises: Int

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kernel = try settings.choice("kernel", default: .fiveHalves)
    lengths = try settings.integer("lengths", default: 12, in: 1...1000)
    noises = try settings.integer("noises", default: 8, in: 1...1000)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(
      x.shape.rank == 3 && [window.features, window.targets].contains(x.shape.last),
      "processes are fitted to windows [S, L, F] before columns are mixed, not to \(x.shape)")
    try window.requireTargetColumns(Self.name, in: graph)
    let targets =
      x.shape.last == window.features ? try TargetsBlock().record(x, in: &graph, window) : x
    let account = try graph.processForecast(
      targets, horizon: window.horizon, kernel: kernel, lengths: lengths, noises: noises)
    // A constant, so that nothing depends on it that could be a parameter.
    let unknown: Shape = [x.shape[0], window.horizon, x.shape.last]
    let zeros = graph.constant([Float](repeating: 0, count: unknown.count), unknown)
    return try graph.concatenate([try graph.concatenate([x, zeros], axis: 1), account], axis: 2)
  }
}
