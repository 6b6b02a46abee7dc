/// L = Σ max(q u, (q - 1) u) / (N Q) with u = y - f: the pinball loss, over all elements and Q quantiles.
///
/// Koenker, Bassett, «Regression quantiles», Econometrica 46(1), 1978. N is the number of the target's
/// elements in the whole batch. Backward: f' = -q / (N Q) below the target, (1 - q) / (N Q) above it, and 0
/// on it. The target gets no gradient.
struct QuantileLoss: Operation {
  let count: Int
  let batchElements: Int
  let quantiles: [Float]

  var name: String { "quantile loss" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for element in 0..<count {
      for number in quantiles.indices {
        let q = quantiles[number]
        let under = target[element] - prediction[element * quantiles.count + number]
        sum += Double(under > 0 ? q * under : (q - 1) * under)
      }
    }
    frame.output[0] = Float(sum / Double(batchElements * quantiles.count))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let scale = frame.outputGradient[0] / Float(batchElements * quantiles.count)
      let adds = frame.adds(0)
      for element in 0..<count {
        for number in quantiles.indices {
          let q = quantiles[number]
          let index = element * quantiles.count + number
          let under = target[element] - prediction[index]
          let slope = under > 0 ? -q * scale : under < 0 ? (1 - q) * scale : 0
          gradient[index] = adds ? gradient[index] + slope : slope
        }
      }
    }
    frame.withholdGradient(1, count: count)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for (index, prediction) in inputs[0].enumerated() {
      let q = Double(quantiles[index % quantiles.count])
      let under = inputs[1][index / quantiles.count] - prediction
      sum += max(q * under, (q - 1) * under)
    }
    return [sum / Double(batchElements * quantiles.count)]
  }
}

extension Graph {
  /// The mean pinball loss over the whole batch and these quantiles.
  ///
  /// The prediction is [S, H, K, Q], in the order of `quantiles`.
  package mutating func quantileLoss(
    _ prediction: Node, _ target: Node, quantiles: [Float], batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss(
      "the quantile loss", prediction, target, each: quantiles.count, batchElements: batchElements)
    try require(
      !quantiles.isEmpty && quantiles.allSatisfy { $0 > 0 && $0 < 1 },
      "quantiles lie between 0 and 1, and here they are \(quantiles)")
    let operation = QuantileLoss(
      count: target.shape.count, batchElements: batchElements, quantiles: quantiles)
    return record(operation, [prediction, target])
  }
}
