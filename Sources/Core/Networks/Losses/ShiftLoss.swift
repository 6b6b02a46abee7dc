/// L = Σ w[s] Σ (f[h] - y[h + s])² / (H - |s|) · H / N over the shifts s = -m … m: the squared error at several
/// shifts in time.
///
/// The steps that both have are compared. w[s] = q^|s| / Σ q^|k|, so q = 0 is the mean squared error, and q = 1
/// takes all shifts alike. A forecast that comes a step early or late is punished less than one that does not
/// come at all; in exchange the best forecast is not the expectation of each step but one smoothed over its
/// neighbours. Backward: f'[h] = Σ 2 w[s] (f[h] - y[h + s]) / (H - |s|) · H / N. The target gets no gradient.
struct ShiftLoss: Operation {
  let paths: Paths
  /// m.
  let shifts: Int
  /// w[s] H / (H - |s|) for s = 0 … m.
  let weights: [Double]
  let batchElements: Int

  init(paths: Paths, shifts: Int, decay: Double, batchElements: Int) {
    self.paths = paths
    self.shifts = shifts
    self.batchElements = batchElements
    var powers = [1.0]
    for _ in 0..<shifts { powers.append(powers[powers.count - 1] * decay) }
    let sum = powers[0] + 2 * powers.dropFirst().reduce(0, +)
    let steps = Double(paths.steps)
    weights = powers.enumerated().map { $1 / sum * steps / (steps - Double($0)) }
  }

  var name: String { "shift loss" }
  var output: Shape { [1] }
  var work: Int { paths.elements * (2 * shifts + 1) }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for path in 0..<paths.count {
      let first = paths.first(path)
      for shift in -shifts...shifts {
        var squares = 0.0
        for step in max(0, -shift)..<(paths.steps - max(0, shift)) {
          let error =
            Double(prediction[first + step * paths.columns])
            - Double(target[first + (step + shift) * paths.columns])
          squares += error * error
        }
        sum += weights[abs(shift)] * squares
      }
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let factor = 2 * Double(frame.outputGradient[0]) / Double(batchElements)
      let adds = frame.adds(0)
      for path in 0..<paths.count {
        let first = paths.first(path)
        for step in 0..<paths.steps {
          let index = first + step * paths.columns
          var slope = 0.0
          for shift in max(-shifts, -step)...min(shifts, paths.steps - 1 - step) {
            slope +=
              weights[abs(shift)]
              * (Double(prediction[index]) - Double(target[index + shift * paths.columns]))
          }
          frame.give(factor * slope, gradient, index, adding: adds)
        }
      }
    }
    frame.withholdGradient(1, count: paths.elements)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for path in 0..<paths.count {
      let (f, y) = (paths.elements(path, of: inputs[0]), paths.elements(path, of: inputs[1]))
      for (step, value) in f.enumerated() {
        for (other, target) in y.enumerated() where abs(step - other) <= shifts {
          sum += weights[abs(step - other)] * (value - target) * (value - target)
        }
      }
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The squared error at the shifts -`shifts` … `shifts`, of which each weighs `decay` times the one nearer to
  /// none.
  package mutating func shiftLoss(
    _ prediction: Node, _ target: Node, shifts: Int, decay: Float, batchElements: Int
  ) throws(NetworkError) -> Node {
    try require(shifts >= 1, "the shift loss needs one step of shift or more, not \(shifts)")
    let paths = try requirePaths(
      "the shift loss at \(shifts) steps", prediction, target, least: shifts + 1, batchElements: batchElements
    )
    try require((0...1).contains(decay), "the shift loss needs a decay from 0 to 1, not \(decay)")
    let operation = ShiftLoss(
      paths: paths, shifts: shifts, decay: Double(decay), batchElements: batchElements)
    return record(operation, [prediction, target])
  }
}
