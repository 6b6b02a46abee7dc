private import GaussianProcesses

/// Puts what a Gaussian process makes of the targets beside the features, and its forecast behind them:
/// `gp-features: {fit: grid, kernel: matern-5/2, lengths: 12, noises: 8}`.
///
/// [S, L, F] becomes [S, L + H, F + 3 K]: of each target the lower end, the mean and the upper end of two deviations. The
/// features of the rows that have not come are zero; put 'normalize' around it, so that zero is where the window is.
/// Every window's processes are fitted by themselves and to it alone: nothing of what is forecast is among their inputs.
/// `fit: grid` takes the likeliest process of a grid (``GridProcessForecast``); `fit: adam` has the settings of
/// 'gp-forecast' (``AdamProcessForecast``).
struct ProcessFeaturesBlock: Block {
  static let name = "gp-features"

  private enum Method: String, CaseIterable { case grid, adam }

  private enum Fit {
    case grid(Kernel.Form, lengths: Int, noises: Int)
    case adam(ProcessSettings)
  }

  private let fit: Fit

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    let method: Method = try settings.choice("fit", default: .grid)
    switch method {
    case .grid:
      let kernel: Kernel.Form = try settings.choice("kernel", default: .matern52)
      guard kernel != .rbf else {
        throw .setting(
          path: settings.path, name: "kernel",
          problem: "is for fit: adam; the filter of a grid takes matern-1/2, matern-3/2 or matern-5/2")
      }
      fit = .grid(
        kernel, lengths: try settings.integer("lengths", default: 12, in: 1...1000),
        noises: try settings.integer("noises", default: 8, in: 1...1000))
    case .adam: fit = .adam(try ProcessSettings(&settings))
    }
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let bands = try bands(of: x, in: &graph, window)
    // A constant, so that nothing depends on it that could be a parameter.
    let unknown: Shape = [x.shape[0], window.horizon, x.shape.last]
    let zeros = graph.constant([Float](repeating: 0, count: unknown.count), unknown)
    return try graph.concatenate([try graph.concatenate([x, zeros], axis: 1), bands], axis: 2)
  }

  private func bands(
    of x: Node, in graph: inout Graph, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    switch fit {
    case .adam(let process):
      return try process.bands(of: x, in: &graph, window, horizon: window.horizon, for: Self.name)
    case .grid(let kernel, let lengths, let noises):
      let columns = try window.columns(of: x, in: graph, for: Self.name)
      let targets = columns == Array(0..<x.shape.last) ? x : try graph.picked(x, columns)
      return try graph.processByGrid(
        targets, horizon: window.horizon, shift: window.shift, kernel: kernel, lengths: lengths,
        noises: noises)
    }
  }
}
