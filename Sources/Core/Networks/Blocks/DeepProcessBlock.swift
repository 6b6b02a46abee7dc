private import Artifacts
internal import GaussianProcesses

/// A Gaussian process for each window and target, and a network that corrects it:
/// `gp-encoder: {width: 16, layers: 4, heads: 2, feed_forward: 64, output: 8, dropout: 0.1, steps: 30, share: 0.2}`.
///
/// The process is fitted to the last part of the window; what it makes of the whole window stands beside the window's
/// own rows, and goes through a transformer's encoder with Time2Vec positions. The horizon, as the process sees it,
/// attends to what comes out, and a linear layer turns that into a correction of each step's lower end, mean and upper
/// end: [S, H, K, 3]. With `gives: mean` there is only the mean, [S, H, K].
struct DeepProcessBlock: Block {
  static let name = "gp-encoder"

  enum Part: String, CaseIterable { case band, mean }

  private let width: Int
  private let output: Int
  private let heads: Int
  private let dropout: Float
  private let encoder: BlockSequence
  private let horizon: BlockSequence
  private let kernel: Kernel
  private let steps: Int
  private let rate: Double
  private let share: Double
  private let part: Part

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    width = try settings.integer("width", default: 16)
    output = try settings.integer("output", default: 8)
    heads = try settings.integer("heads", default: 2)
    dropout = try settings.number("dropout", default: 0.1, in: 0...0.99)
    let layers = try settings.integer("layers", default: 4)
    let feedForward = try settings.integer("feed_forward", default: 64)
    let norm: EncoderBlock.Norm = try settings.choice("norm", default: .pre)
    kernel = try settings.kernel("kernel")
    steps = try settings.integer("steps", default: 30, in: 0...10_000)
    rate = Double(try settings.number("rate", default: 0.1, in: 1e-6...10))
    share = Double(try settings.number("share", default: 0.2, in: 0.01...1))
    part = try settings.choice("gives", default: .band)
    let code: JSON = ["position": ["kind": "time2vec"]]
    encoder = try BlockSequence(
      [
        ["linear": ["width": JSON(width)]], code,
        [
          "encoder": [
            "layers": JSON(layers), "heads": JSON(heads), "feed_forward": JSON(feedForward),
            "dropout": .number(Double(dropout)), "norm": .string(norm.rawValue),
          ]
        ],
        ["linear": ["width": JSON(output)]],
      ], path: settings.path)
    horizon = try BlockSequence([["linear": ["width": JSON(output)]], code], path: settings.path)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try window.requireTargetColumns(Self.name, in: graph)
    let columns = try window.columns(of: x, in: graph, for: Self.name)
    let (samples, rows, k) = (x.shape[0], x.shape[1], columns.count)
    let fitted = min(max(Int((share * Double(rows)).rounded()), 2), rows)
    let both = try graph.gaussianProcess(
      x, columns: columns, horizon: window.horizon, kernel: kernel, fitted: fitted, steps: steps, rate: rate)
    let past = try graph.slice(both, axis: 1, from: 0, count: rows)
    let future = try graph.slice(both, axis: 1, from: rows, count: window.horizon)
    let seen = try graph.within("past") { graph throws(NetworkError) in
      try encoder.record(try graph.concatenate([x, past], axis: 2), in: &graph, window)
    }
    let asked = try graph.within("horizon") { graph throws(NetworkError) in
      try horizon.record(future, in: &graph, window)
    }
    let mixed = try graph.within("attention") { graph throws(NetworkError) in
      try graph.crossAttentionLayer(asked, to: seen, heads: heads, dropout: dropout)
    }
    let parts = part == .band ? 3 : 1
    let correction = try graph.within("correction") { graph throws(NetworkError) in
      try graph.linearLayer(mixed, width: k * parts)
    }
    // The process gives all means, then all lower and all upper ends.
    let mean = try graph.slice(future, axis: 2, from: 0, count: k)
    guard part == .band else { return try graph.add(mean, correction) }
    let shape: Shape = [samples, window.horizon, k, 1]
    let ends = [
      try graph.reshape(try graph.slice(future, axis: 2, from: k, count: k), shape),
      try graph.reshape(mean, shape),
      try graph.reshape(try graph.slice(future, axis: 2, from: 2 * k, count: k), shape),
    ]
    let band = try graph.concatenate(ends, axis: 3)
    return try graph.add(band, try graph.reshape(correction, [samples, window.horizon, k, 3]))
  }
}

extension BlockSettings {
  /// The kernel of a Gaussian process over time.
  mutating func kernel(_ name: String) throws(NetworkError) -> Kernel {
    let text = try text(name, default: "scale * matern-5/2")
    do throws(GaussianProcessError) { return try Kernel(text) } catch {
      throw .setting(path: path, name: name, problem: "is no kernel: \(error)")
    }
  }
}
