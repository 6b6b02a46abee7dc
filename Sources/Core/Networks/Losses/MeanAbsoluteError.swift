private import Tensors

/// L = Σ |f - y| / N.
///
/// N is the number of elements of the whole batch. Backward: f' = sign(f - y) / N, and 0 where they are
/// equal.
struct MeanAbsoluteError: Operation {
  let count: Int
  let batchElements: Int

  var name: String { "mean absolute error" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let sum = Pairs.sum(frame.input(0), frame.input(1), count: count) { ($0 - $1).magnitude }
    frame.output[0] = sum / Float(batchElements)
  }

  func backward(_ frame: Frame) {
    Pairs.backward(frame, count: count, factor: 1 / Float(batchElements)) { Pairs.sign($0) }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    [zip(inputs[0], inputs[1]).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(batchElements)]
  }
}

extension Graph {
  /// Σ |f - y| / N, N being the number of elements of the whole batch.
  package mutating func meanAbsoluteError(
    _ prediction: Node, _ target: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss("the mean absolute error", prediction, target, batchElements: batchElements)
    return record(
      MeanAbsoluteError(count: target.shape.count, batchElements: batchElements), [prediction, target])
  }
}
