/// Layer normalisation over the innermost axis: `layer-norm`.
struct LayerNormBlock: Block {
  static let name = "layer-norm"

  init(_ settings: inout BlockSettings) throws(NetworkError) {}

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.layerNormLayer(x)
  }
}

extension Graph {
  /// Layer normalisation with parameters of its own, `scale` and `shift`.
  mutating func layerNormLayer(_ x: Node) throws(NetworkError) -> Node {
    let scale = parameter("scale", [x.shape.last], .constant(1))
    let shift = parameter("shift", [x.shape.last], .constant(0))
    return try layerNorm(x, scale: scale, shift: shift)
  }
}

/// Batch normalisation over all axes but the innermost: `batch-norm: {momentum: 0.1}`.
///
/// Forecasts use running averages, which training keeps.
struct BatchNormBlock: Block {
  static let name = "batch-norm"
  private let momentum: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    momentum = try settings.number("momentum", default: 0.1, in: 0.0001...1)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.batchNormLayer(x, momentum: momentum)
  }
}

extension Graph {
  /// Batch normalisation with parameters and running averages of its own.
  mutating func batchNormLayer(_ x: Node, momentum: Float = 0.1) throws(NetworkError) -> Node {
    try require(
      !isSharing,
      "steps that share parameters cannot each observe a batch; use 'layer-norm' within 'autoregressive'")
    let width = x.shape.last
    let scale = parameter("scale", [width], .constant(1))
    let shift = parameter("shift", [width], .constant(0))
    let mean = observation("mean", [width], startingAt: 0, momentum: momentum)
    let variance = observation("variance", [width], startingAt: 1, momentum: momentum)
    return try batchNorm(x, scale: scale, shift: shift, runningMean: mean, runningVariance: variance)
  }
}
