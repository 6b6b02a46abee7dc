private import Numerics

/// L = Σ ln(1 + e^-u) / ln 2 / N with u = β (f - l) (y - l) / σ²: a smooth count of wrong directions.
///
/// l is the last known value, so f - l and y - l are the predicted move and the true one. Their product is
/// the margin of a classifier of directions, and ln(1 + e^-u) the logistic loss of that margin, which has the
/// right sign as its minimiser (Bartlett, Jordan, McAuliffe, «Convexity, classification, and risk bounds»,
/// JASA 101(473), 2006). Divided by ln 2, it lies above the share of wrong directions, and a forecast that
/// never moves has 1. As the margin grows with the true move, large moves weigh more, as they do in a profit.
/// It rewards ever larger moves ever less, so it belongs beside a loss of values, not in place of one. σ is
/// the size of a typical move, and β the steepness. Backward: f' = -β (y - l) / σ² / (1 + e^u) / ln 2 / N.
/// Target and last value get no gradient.
struct DirectionLoss: Operation {
  let samples: Int
  let steps: Int
  let columns: Int
  /// Whether values are not already moves.
  let hasLast: Bool
  let batchElements: Int
  /// β / σ².
  let steepness: Double

  private static let inverseLogOfTwo = 1.442_695_040_888_963_407_36

  var name: String { "direction loss" }
  var output: Shape { [1] }

  @inline(__always)
  private func last(_ frame: Frame, _ index: Int) -> Double {
    hasLast ? Double(frame.input(2)[index / (steps * columns) * columns + index % columns]) : 0
  }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for index in 0..<samples * steps * columns {
      let last = last(frame, index)
      sum += Softplus.value(
        -steepness * (Double(prediction[index]) - last) * (Double(target[index]) - last))
    }
    frame.output[0] = Float(sum * Self.inverseLogOfTwo / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    let count = samples * steps * columns
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let factor = Double(frame.outputGradient[0]) * Self.inverseLogOfTwo / Double(batchElements)
      let adds = frame.adds(0)
      for index in 0..<count {
        let last = last(frame, index)
        let move = steepness * (Double(target[index]) - last)
        let slope = -move * Softplus.slope(-move * (Double(prediction[index]) - last))
        frame.give(factor * slope, gradient, index, adding: adds)
      }
    }
    frame.withholdGradient(1, count: count)
    if hasLast { frame.withholdGradient(2, count: samples * columns) }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for (index, prediction) in inputs[0].enumerated() {
      let last = hasLast ? inputs[2][index / (steps * columns) * columns + index % columns] : 0
      let margin = steepness * (prediction - last) * (inputs[1][index] - last)
      sum += Elementary.log(1 + Elementary.exp(-margin)) / Elementary.log(2)
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// A smooth share of wrong directions over the whole batch.
  ///
  /// Prediction and target [S, H, K] are seen from `last` [S, K], or from zero; `scale` is the size of a
  /// typical move.
  package mutating func directionLoss(
    _ prediction: Node, _ target: Node, last: Node? = nil, sharpness: Float = 1, scale: Float = 1,
    batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss("the direction loss", prediction, target, batchElements: batchElements)
    let shape = target.shape
    try require(shape.rank == 3, "the direction loss takes targets [samples, steps, columns], not \(shape)")
    if let last {
      try require(
        last.shape == [shape[0], shape[2]],
        """
        the direction loss on targets of \(shape) needs last values of [\(shape[0]), \(shape[2])], not \
        \(last.shape)
        """
      )
    }
    try require(
      sharpness > 0 && scale > 0,
      "sharpness and scale are above 0, and here they are \(sharpness) and \(scale)")
    let operation = DirectionLoss(
      samples: shape[0], steps: shape[1], columns: shape[2], hasLast: last != nil,
      batchElements: batchElements,
      steepness: Double(sharpness) / (Double(scale) * Double(scale)))
    return record(operation, [prediction, target] + [last].compactMap(\.self))
  }
}
