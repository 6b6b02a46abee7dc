private import Tensors

/// L = Σ (max(l - f, 0) + max(f - u, 0)) / N: how far predictions f lie outside of the bounds l and u.
///
/// N is the number of elements of the whole batch. Backward: f' = 1 / N above, -1 / N below, 0 between; bounds get no
/// gradient.
struct BoundCrossing: Operation {
  let count: Int
  let batchElements: Int

  var name: String { "bound crossing" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let (prediction, bounds) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for index in 0..<count {
      let value = prediction[index]
      if value > bounds[2 * index + 1] {
        sum += Double(value - bounds[2 * index + 1])
      } else if value < bounds[2 * index] {
        sum += Double(bounds[2 * index] - value)
      }
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, bounds) = (frame.input(0), frame.input(1))
      let slope = frame.outputGradient[0] / Float(batchElements)
      let adds = frame.adds(0)
      for index in 0..<count {
        let value = prediction[index]
        let own = value > bounds[2 * index + 1] ? slope : value < bounds[2 * index] ? -slope : 0
        gradient[index] = adds ? gradient[index] + own : own
      }
    }
    frame.withholdGradient(1, count: 2 * count)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    let sum = inputs[0].enumerated().reduce(0.0) { sum, element in
      let (lower, upper) = (inputs[1][2 * element.offset], inputs[1][2 * element.offset + 1])
      return sum + max(lower - element.element, 0) + max(element.element - upper, 0)
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// How far a prediction [S, H, K] lies outside of its bounds [S, H, K, 2], as a mean over the whole batch.
  package mutating func boundCrossing(
    _ prediction: Node, _ bounds: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try require(
      bounds.shape == Shape(prediction.shape.axes + [2]) && prediction.shape.count > 0,
      "predictions of \(prediction.shape) have bounds of two numbers each, not \(bounds.shape)")
    try require(
      batchElements >= prediction.shape.count,
      "a batch of \(batchElements) elements cannot have \(prediction.shape.count) in one slice")
    return record(
      BoundCrossing(count: prediction.shape.count, batchElements: batchElements), [prediction, bounds])
  }
}
