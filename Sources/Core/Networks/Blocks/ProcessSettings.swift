internal import GaussianProcesses

/// How a block's Gaussian processes are fitted by Adam: `kernel: scale * matern-5/2`, `steps`, `rate: 0.1` and `share`,
/// the part of the window, its end, that they are fitted to.
struct ProcessSettings {
  let kernel: Kernel
  let steps: Int
  let rate: Double
  let share: Double

  init(_ settings: inout BlockSettings, steps: Int = 50, share: Double = 1) throws(NetworkError) {
    kernel = try settings.kernel("kernel")
    self.steps = try settings.integer("steps", default: steps, in: 0...10_000)
    rate = try settings.double("rate", default: 0.1, in: 1e-6...10)
    self.share = try settings.double("share", default: share, in: 0.01...1)
  }

  /// Lower end, mean and upper end of each target, of the window's rows and of those of the horizon: [S, L + H, 3 K].
  func bands(
    of x: Node, in graph: inout Graph, _ window: WindowShape, horizon: Int, for block: String
  ) throws(NetworkError) -> Node {
    try window.requireTargetColumns(block, in: graph)
    let columns = try window.columns(of: x, in: graph, for: block)
    let rows = x.shape[1]
    return try graph.processByAdam(
      x, columns: columns, horizon: horizon, shift: window.shift, kernel: kernel,
      fitted: min(max(Int((share * Double(rows)).rounded()), 2), rows), steps: steps, rate: rate)
  }
}

extension BlockSettings {
  /// The kernel of a Gaussian process over time.
  fileprivate mutating func kernel(_ name: String) throws(NetworkError) -> Kernel {
    let text = try text(name, default: "scale * matern-5/2")
    do throws(GaussianProcessError) { return try Kernel(text) } catch {
      throw .setting(path: path, name: name, problem: "is no kernel: \(error)")
    }
  }
}
