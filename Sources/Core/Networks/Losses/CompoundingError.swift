/// L = Σ w[h] (f - y)² / N with w[h] = H r^h / Σ r^k: a squared error that weighs more, or less, the later it is.
///
/// Steps h count from 0. The weights have a mean of one, so that a rate of 1 is the mean squared error and a
/// learning rate means the same for any r and H. Backward: f' = 2 w[h] (f - y) / N, and -f' for y.
struct CompoundingError: Operation {
  let paths: Paths
  /// w, one a step.
  let weights: [Float]
  let batchElements: Int

  init(paths: Paths, rate: Double, batchElements: Int) {
    self.paths = paths
    self.batchElements = batchElements
    // From the heaviest step down, so that a long horizon cannot overflow.
    let steps = paths.steps
    var powers = [Double](repeating: 1, count: steps)
    for distance in 1..<max(steps, 1) {
      let (step, before) = rate > 1 ? (steps - 1 - distance, steps - distance) : (distance, distance - 1)
      powers[step] = powers[before] * (rate > 1 ? 1 / rate : rate)
    }
    let mean = powers.reduce(0, +) / Double(steps)
    weights = powers.map { Float($0 / mean) }
  }

  var name: String { "compounding error" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    var index = 0
    for _ in 0..<paths.samples {
      for step in 0..<paths.steps {
        var squares: Float = 0
        for _ in 0..<paths.columns {
          let error = prediction[index] - target[index]
          squares += error * error
          index += 1
        }
        sum += Double(weights[step] * squares)
      }
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    give(frame, 0, sign: 1)
    give(frame, 1, sign: -1)
  }

  private func give(_ frame: Frame, _ input: Int, sign: Float) {
    guard let gradient = frame.gradient(input) else { return }
    let (prediction, target) = (frame.input(0), frame.input(1))
    let factor = sign * 2 * frame.outputGradient[0] / Float(batchElements)
    let adds = frame.adds(input)
    var index = 0
    for _ in 0..<paths.samples {
      for step in 0..<paths.steps {
        let weight = factor * weights[step]
        for _ in 0..<paths.columns {
          let slope = weight * (prediction[index] - target[index])
          gradient[index] = adds ? gradient[index] + slope : slope
          index += 1
        }
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for path in 0..<paths.count {
      let (f, y) = (paths.elements(path, of: inputs[0]), paths.elements(path, of: inputs[1]))
      for step in 0..<paths.steps { sum += Double(weights[step]) * (f[step] - y[step]) * (f[step] - y[step]) }
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The squared error whose weight grows by `rate` from step to step, the weights having a mean of one.
  package mutating func compoundingError(
    _ prediction: Node, _ target: Node, rate: Float = 1.1, batchElements: Int
  ) throws(NetworkError) -> Node {
    let paths = try requirePaths(
      "the compounding error", prediction, target, least: 1, batchElements: batchElements)
    try require(rate > 0 && rate.isFinite, "the compounding error needs a rate above 0, not \(rate)")
    return record(
      CompoundingError(paths: paths, rate: Double(rate), batchElements: batchElements), [prediction, target])
  }
}
