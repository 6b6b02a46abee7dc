/// A Gaussian process for each window and target, fitted to it by Adam:
/// `gp-forecast: {kernel: scale * matern-5/2, steps: 50, rate: 0.1, share: 1, gives: forecast}`.
///
/// Gives lower end, mean and upper end of each target: of the horizon, [S, H, 3 K], of the window itself, `gives: past`,
/// or of both, one behind the other. `share` is the part of the window, its end, that the process is fitted to.
struct ProcessForecastBlock: Block {
  static let name = "gp-forecast"

  enum Part: String, CaseIterable { case forecast, past, both }

  private let process: ProcessSettings
  private let part: Part

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    process = try ProcessSettings(&settings)
    part = try settings.choice("gives", default: .forecast)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let bands = try process.bands(
      of: x, in: &graph, window, horizon: part == .past ? 0 : window.horizon, for: Self.name)
    guard part == .forecast else { return bands }
    return try graph.slice(bands, axis: 1, from: x.shape[1], count: window.horizon)
  }
}
