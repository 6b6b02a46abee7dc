/// L = Σ ((e[h] - ē)² + λ ē²) / N with e = f - y and ē its mean over the steps of a path: the squared error of
/// courses about their own level, and λ times that of the levels.
///
/// With λ = 1 it is the mean squared error, because Σ e² = Σ (e - ē)² + H ē²; below, the shape of a path counts
/// more than where it lies, and with 0 the level is not learnt at all. Backward: f' = 2 (e[h] - ē + λ ē) / N, and
/// -f' for y.
struct TimeCentredError: Operation {
  let paths: Paths
  let level: Float
  let batchElements: Int

  var name: String { "time-centred error" }
  var output: Shape { [1] }

  /// ē.
  @inline(__always)
  private func mean(_ frame: Frame, _ path: Int) -> Double {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    var index = paths.first(path)
    for _ in 0..<paths.steps {
      sum += Double(prediction[index] - target[index])
      index += paths.columns
    }
    return sum / Double(paths.steps)
  }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for path in 0..<paths.count {
      let mean = mean(frame, path)
      var index = paths.first(path)
      for _ in 0..<paths.steps {
        let centred = Double(prediction[index] - target[index]) - mean
        sum += centred * centred
        index += paths.columns
      }
      sum += Double(level) * Double(paths.steps) * mean * mean
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    give(frame, 0, sign: 1)
    give(frame, 1, sign: -1)
  }

  private func give(_ frame: Frame, _ input: Int, sign: Double) {
    guard let gradient = frame.gradient(input) else { return }
    let (prediction, target) = (frame.input(0), frame.input(1))
    let factor = sign * 2 * Double(frame.outputGradient[0]) / Double(batchElements)
    let adds = frame.adds(input)
    for path in 0..<paths.count {
      let mean = mean(frame, path)
      var index = paths.first(path)
      for _ in 0..<paths.steps {
        let error = Double(prediction[index] - target[index])
        frame.give(factor * (error - mean + Double(level) * mean), gradient, index, adding: adds)
        index += paths.columns
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for path in 0..<paths.count {
      let (f, y) = (paths.elements(path, of: inputs[0]), paths.elements(path, of: inputs[1]))
      let (levelOfF, levelOfY) = (f.reduce(0, +) / Double(f.count), y.reduce(0, +) / Double(y.count))
      for (a, b) in zip(f, y) {
        let centred = (a - levelOfF) - (b - levelOfY)
        sum += centred * centred + Double(level) * (levelOfF - levelOfY) * (levelOfF - levelOfY)
      }
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The squared error of paths less their mean over the steps, and `level` times that of the means.
  package mutating func timeCentredError(
    _ prediction: Node, _ target: Node, level: Float, batchElements: Int
  ) throws(NetworkError) -> Node {
    let paths = try requirePaths(
      "the time-centred error", prediction, target, least: 2, batchElements: batchElements)
    try require(
      level >= 0 && level.isFinite, "the time-centred error needs a level of 0 or more, not \(level)")
    return record(
      TimeCentredError(paths: paths, level: level, batchElements: batchElements), [prediction, target])
  }
}
