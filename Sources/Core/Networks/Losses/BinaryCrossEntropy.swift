private import Numerics

/// L = Σ (max(x, 0) - x y + ln(1 + e^-|x|)) / N: the cross entropy of σ(x) with a target between 0 and 1.
///
/// The prediction x is a logit: this form neither overflows nor takes the logarithm of zero. N is the number
/// of elements of the whole batch. Backward: x' = (σ(x) - y) / N. The target gets no gradient.
struct BinaryCrossEntropy: Operation {
  let count: Int
  let batchElements: Int

  var name: String { "binary cross entropy" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let (logits, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for index in 0..<count {
      let x = Double(logits[index])
      sum += Softplus.value(x) - x * Double(target[index])
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (logits, target) = (frame.input(0), frame.input(1))
      let factor = Double(frame.outputGradient[0]) / Double(batchElements)
      let adds = frame.adds(0)
      for index in 0..<count {
        let slope = Softplus.slope(Double(logits[index])) - Double(target[index])
        frame.give(factor * slope, gradient, index, adding: adds)
      }
    }
    frame.withholdGradient(1, count: count)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    let sum = zip(inputs[0], inputs[1]).reduce(0) { sum, pair in
      let (x, y) = pair
      let positive = max(x, 0)
      return sum + positive - x * y + Softplus.value(-abs(x))
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean cross entropy over the whole batch of targets from 0 to 1.
  ///
  /// The prediction has the logits of their probabilities.
  package mutating func binaryCrossEntropy(
    _ logits: Node, _ target: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss("the binary cross entropy", logits, target, batchElements: batchElements)
    return record(
      BinaryCrossEntropy(count: target.shape.count, batchElements: batchElements), [logits, target])
  }
}
