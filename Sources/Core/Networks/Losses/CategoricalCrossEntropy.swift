private import Numerics

/// L = Σ (ln Σ e^x[c] - x[y]) / N: the cross entropy of softmax(x) with the class y.
///
/// The prediction has a logit for each of C classes, the target the number of the right one, from 0 to C - 1;
/// another number makes the loss not a number. The greatest logit is taken out before exponentials. N is the
/// number of the target's elements in the whole batch. Backward: x' = (softmax(x) - [c = y]) / N. The target
/// gets no gradient.
struct CategoricalCrossEntropy: Operation {
  let count: Int
  let classes: Int
  let batchElements: Int

  var name: String { "categorical cross entropy" }
  var output: Shape { [1] }

  /// The greatest of an element's logits, and the sum of the exponentials of what they are below it.
  @inline(__always)
  private func partition(_ logits: UnsafePointer<Float>) -> (greatest: Double, sum: Double) {
    var greatest = logits[0]
    for code in 1..<max(classes, 1) where logits[code] > greatest { greatest = logits[code] }
    var sum = 0.0
    for code in 0..<classes { sum += Elementary.exp(Double(logits[code]) - Double(greatest)) }
    return (Double(greatest), sum)
  }

  func forward(_ frame: Frame) {
    let target = frame.input(1)
    var sum = 0.0
    for index in 0..<count {
      let logits = frame.input(0) + index * classes
      guard let code = Int(exactly: target[index]), 0..<classes ~= code else {
        sum = .nan
        break
      }
      let parts = partition(logits)
      sum += parts.greatest + Elementary.log(parts.sum) - Double(logits[code])
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let target = frame.input(1)
      let factor = Double(frame.outputGradient[0]) / Double(batchElements)
      let adds = frame.adds(0)
      for index in 0..<count {
        let logits = frame.input(0) + index * classes
        let parts = partition(logits)
        for code in 0..<classes {
          let share = Elementary.exp(Double(logits[code]) - parts.greatest) / parts.sum
          let slope = Float(code) == target[index] ? share - 1 : share
          frame.give(factor * slope, gradient, index * classes + code, adding: adds)
        }
      }
    }
    frame.withholdGradient(1, count: count)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for (index, target) in inputs[1].enumerated() {
      let logits = inputs[0][index * classes..<(index + 1) * classes]
      let greatest = logits.max() ?? 0
      let exponentials = logits.map { Elementary.exp($0 - greatest) }
      sum -= Elementary.log(exponentials[Int(target)] / exponentials.reduce(0, +))
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean cross entropy over the whole batch of softmax(x) and the right classes.
  ///
  /// `logits` is [S, H, K, C], and the target [S, H, K] has numbers of classes.
  package mutating func categoricalCrossEntropy(
    _ logits: Node, _ target: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss(
      "the categorical cross entropy", logits, target, each: logits.shape.last, batchElements: batchElements)
    let operation = CategoricalCrossEntropy(
      count: target.shape.count, classes: logits.shape.last, batchElements: batchElements)
    return record(operation, [logits, target])
  }
}
