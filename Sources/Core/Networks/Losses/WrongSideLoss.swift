/// L = Σ ρ(min(s (f - l), 0)) / N with s = sign(y - l), and ρ the smooth L1 loss: how far a forecast lies on the
/// wrong side of the last value.
///
/// l is the last known value, or zero where values are moves already. A forecast on the right side costs
/// nothing, and one on the wrong side what smooth L1 makes of its distance from l, so value and slope are
/// continuous where the side changes: a mask that switches an error on and off by signs has a jump there. A
/// target that does not move has no wrong side. With d = min(s (f - l), 0), ρ(d) = d² / 2β up to |d| = β, and
/// |d| - β / 2 beyond. Backward: f' = s max(d / β, -1) / N. Target and last value get no gradient.
struct WrongSideLoss: Operation {
  let paths: Paths
  let beta: Float
  /// Whether values are not already moves.
  let hasLast: Bool
  let batchElements: Int

  var name: String { "wrong side loss" }
  var output: Shape { [1] }

  @inline(__always)
  private func last(_ frame: Frame, _ index: Int) -> Float {
    let columns = paths.columns
    return hasLast ? frame.input(2)[index / (paths.steps * columns) * columns + index % columns] : 0
  }

  /// s, and d below zero.
  @inline(__always)
  private func side(_ prediction: Float, _ target: Float, _ last: Float) -> (sign: Float, depth: Float) {
    let sign: Float = target > last ? 1 : target < last ? -1 : 0
    return (sign, min(sign * (prediction - last), 0))
  }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for index in 0..<paths.elements {
      let depth = -side(prediction[index], target[index], last(frame, index)).depth
      sum += Double(depth < beta ? depth * depth / (2 * beta) : depth - beta / 2)
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let factor = Double(frame.outputGradient[0]) / Double(batchElements)
      let adds = frame.adds(0)
      for index in 0..<paths.elements {
        let (sign, depth) = side(prediction[index], target[index], last(frame, index))
        frame.give(factor * Double(sign * max(depth / beta, -1)), gradient, index, adding: adds)
      }
    }
    frame.withholdGradient(1, count: paths.elements)
    if hasLast { frame.withholdGradient(2, count: paths.count) }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    let (width, beta) = (paths.steps * paths.columns, Double(beta))
    for (index, prediction) in inputs[0].enumerated() {
      let last = hasLast ? inputs[2][index / width * paths.columns + index % paths.columns] : 0
      let move = inputs[1][index] - last
      guard move != 0, (prediction - last) * move < 0 else { continue }
      let distance = abs(prediction - last)
      sum += distance <= beta ? distance * distance / (2 * beta) : distance - beta / 2
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean over the whole batch of smooth L1 of how far forecasts lie on the wrong side of `last` [S, K], or
  /// of zero.
  package mutating func wrongSideLoss(
    _ prediction: Node, _ target: Node, last: Node? = nil, beta: Float = 1, batchElements: Int
  ) throws(NetworkError) -> Node {
    let paths = try requirePaths(
      "the wrong side loss", prediction, target, least: 1, batchElements: batchElements)
    try require(beta > 0 && beta.isFinite, "the wrong side loss needs a beta above 0, not \(beta)")
    if let last {
      try require(
        last.shape == [paths.samples, paths.columns],
        """
        the wrong side loss on targets of \(target.shape) needs last values of [\(paths.samples), \(paths.columns)], \
        not \(last.shape)
        """)
    }
    let operation = WrongSideLoss(
      paths: paths, beta: beta, hasLast: last != nil, batchElements: batchElements)
    return record(operation, [prediction, target] + [last].compactMap(\.self))
  }
}
