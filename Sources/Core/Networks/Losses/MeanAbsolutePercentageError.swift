/// L = Σ |y - f| / max(|y|, ε) / N, ε = 10⁻⁶: a fraction, not a percentage.
///
/// N is the number of elements of the whole batch. Only targets that stay away from zero give it a meaning.
/// Backward: f' = sign(f - y) / (max(|y|, ε) N). The target gets no gradient.
struct MeanAbsolutePercentageError: Operation {
  let count: Int
  let batchElements: Int

  static let floor: Float = 1e-6

  var name: String { "mean absolute percentage error" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for index in 0..<count {
      sum += Double(abs(target[index] - prediction[index]) / max(abs(target[index]), Self.floor))
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let factor = frame.outputGradient[0] / Float(batchElements)
      let adds = frame.adds(0)
      for index in 0..<count {
        let size = factor / max(abs(target[index]), Self.floor)
        let difference = prediction[index] - target[index]
        let slope = difference > 0 ? size : difference < 0 ? -size : 0
        gradient[index] = adds ? gradient[index] + slope : slope
      }
    }
    frame.withholdGradient(1, count: count)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    let sum = zip(inputs[0], inputs[1]).reduce(0) { sum, pair in
      sum + abs(pair.1 - pair.0) / max(abs(pair.1), Double(Self.floor))
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean over the whole batch of |y - f| / |y|, as a fraction.
  package mutating func meanAbsolutePercentageError(
    _ prediction: Node, _ target: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss("the mean absolute percentage error", prediction, target, batchElements: batchElements)
    return record(
      MeanAbsolutePercentageError(count: target.shape.count, batchElements: batchElements),
      [prediction, target])
  }
}
