/// L = Σ 2 |y - f| / (|y| + |f|) / N, and 0 where both are 0: a fraction between 0 and 2, not a percentage.
///
/// Makridakis, «Accuracy measures», International Journal of Forecasting 9(4), 1993, as the M4 competition
/// has it but for the factor of 100. N is the number of elements of the whole batch. Backward, with s = |y| +
/// |f|: f' = 2 (sign(f - y) s - |y - f| sign(f)) / (s² N). The target gets no gradient.
struct SymmetricMeanAbsolutePercentageError: Operation {
  let count: Int
  let batchElements: Int

  var name: String { "symmetric mean absolute percentage error" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for index in 0..<count {
      let size = abs(target[index]) + abs(prediction[index])
      if size != 0 { sum += Double(2 * abs(target[index] - prediction[index]) / size) }
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let factor = 2 * Double(frame.outputGradient[0]) / Double(batchElements)
      let adds = frame.adds(0)
      for index in 0..<count {
        let (f, y) = (Double(prediction[index]), Double(target[index]))
        let size = abs(y) + abs(f)
        let side: Double = f > y ? 1 : f < y ? -1 : 0
        let sign: Double = f > 0 ? 1 : f < 0 ? -1 : 0
        let slope = size == 0 ? 0 : (side * size - abs(y - f) * sign) / (size * size)
        frame.give(factor * slope, gradient, index, adding: adds)
      }
    }
    frame.withholdGradient(1, count: count)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    let sum = zip(inputs[0], inputs[1]).reduce(0) { sum, pair in
      let size = abs(pair.0) + abs(pair.1)
      return sum + (size == 0 ? 0 : 2 * abs(pair.0 - pair.1) / size)
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean over the whole batch of 2 |y - f| / (|y| + |f|), as a fraction between 0 and 2.
  package mutating func symmetricMeanAbsolutePercentageError(
    _ prediction: Node, _ target: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss(
      "the symmetric mean absolute percentage error", prediction, target, batchElements: batchElements)
    let operation = SymmetricMeanAbsolutePercentageError(
      count: target.shape.count, batchElements: batchElements)
    return record(operation, [prediction, target])
  }
}
