private import Tensors

/// L = Σ (f - y)² / N.
///
/// N is the number of elements of the whole batch. Backward: f' = 2 (f - y) / N.
struct MeanSquaredError: Operation {
  let count: Int
  let batchElements: Int

  var name: String { "mean squared error" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let sum = Pairs.sum(frame.input(0), frame.input(1), count: count) { ($0 - $1) * ($0 - $1) }
    frame.output[0] = sum / Float(batchElements)
  }

  func backward(_ frame: Frame) {
    Pairs.backward(frame, count: count, factor: 2 / Float(batchElements)) { $0 }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    [zip(inputs[0], inputs[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(batchElements)]
  }
}

extension Graph {
  /// Σ (f - y)² / N, N being the number of elements of the whole batch.
  package mutating func meanSquaredError(
    _ prediction: Node, _ target: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss("the mean squared error", prediction, target, batchElements: batchElements)
    return record(
      MeanSquaredError(count: target.shape.count, batchElements: batchElements), [prediction, target])
  }
}
