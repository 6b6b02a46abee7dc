private import Tensors

/// L = Σ ρ(f - y) / N with ρ(d) = d² / 2 up to |d| = δ, and δ (|d| - δ / 2) beyond.
///
/// Huber, «Robust estimation of a location parameter», Annals of Mathematical Statistics 35(1), 1964. With c
/// = min(|d|, δ) both cases are c (|d| - c / 2). Backward: f' = min(max(d, -δ), δ) / N.
struct Huber: Operation {
  let count: Int
  let batchElements: Int
  let delta: Float

  var name: String { "huber" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let limit = Vector8(repeating: delta)
    let half = Vector8(repeating: 0.5)
    let sum = Pairs.sum(frame.input(0), frame.input(1), count: count) { prediction, target in
      let size = (prediction - target).magnitude
      let near = size.atMost(limit)
      return near * (size - near * half)
    }
    frame.output[0] = sum / Float(batchElements)
  }

  func backward(_ frame: Frame) {
    let limit = Vector8(repeating: delta)
    Pairs.backward(frame, count: count, factor: 1 / Float(batchElements)) { $0.atMost(limit).atLeast(-limit) }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    let limit = Double(delta)
    let sum = zip(inputs[0], inputs[1]).reduce(0) { sum, pair in
      let size = abs(pair.0 - pair.1)
      return sum + (size <= limit ? size * size / 2 : limit * (size - limit / 2))
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean over the whole batch of (f - y)² / 2 up to a difference of `delta`, and of the tangent beyond.
  package mutating func huber(
    _ prediction: Node, _ target: Node, delta: Float = 1, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss("the Huber loss", prediction, target, batchElements: batchElements)
    try require(delta > 0 && delta.isFinite, "the Huber loss needs a delta above 0, not \(delta)")
    return record(
      Huber(count: target.shape.count, batchElements: batchElements, delta: delta), [prediction, target])
  }
}

extension Graph {
  /// The mean over the whole batch of (f - y)² / 2β up to a difference of `beta`, and of the tangent beyond: the
  /// smooth L1 loss, which is Huber's with δ = β, divided by β (Girshick, https://arxiv.org/abs/1504.08083).
  package mutating func smoothAbsolute(
    _ prediction: Node, _ target: Node, beta: Float = 1, batchElements: Int
  ) throws(NetworkError) -> Node {
    try require(beta > 0 && beta.isFinite, "the smooth L1 loss needs a beta above 0, not \(beta)")
    let loss = try huber(prediction, target, delta: beta, batchElements: batchElements)
    return beta == 1 ? loss : scale(loss, by: 1 / beta)
  }
}
