private import Numerics
private import Tensors

/// Y[s, t] = (w[t] τ[s, t] + b, sin(W[t] τ[s, t] + B)): a time as one trend and D - 1 waves.
///
/// Time2Vec (Kazemi et al., https://arxiv.org/abs/1907.05321) with weights of their own for each of the T
/// positions: τ [S, T], w [T, 1], b [1], W [T, D - 1], B [D - 1]. Backward, with Z' = Y' cos(W τ + B) on the
/// waves: τ' = w Y'₀ + Σ Z' W, w' = Σ Y'₀ τ, b' = Σ Y'₀, W' = Σ Z' τ, B' = Σ Z'.
struct TimeToVec: Operation {
  let samples: Int
  let steps: Int
  /// D - 1.
  let waves: Int

  var name: String { "time2vec" }
  var output: Shape { [samples, steps, waves + 1] }

  func forward(_ frame: Frame) {
    let (tau, weight, bias) = (frame.input(0), frame.input(1), frame.input(2))
    for sample in 0..<samples {
      for step in 0..<steps {
        let time = tau[sample * steps + step]
        let times = Vector8(repeating: time)
        let target = frame.output + (sample * steps + step) * (waves + 1)
        target[0] = weight[step] * time + bias[0]
        Elements.map(frame.input(3) + step * waves, frame.input(4), into: target + 1, count: waves) {
          $1.addingProduct($0, times).sine
        }
      }
    }
  }

  func backward(_ frame: Frame) {
    let (tau, weight) = (frame.input(0), frame.input(1))
    let counts = (samples * steps, steps, 1, steps * waves, waves)
    prepare(frame, 0, counts.0)
    prepare(frame, 1, counts.1)
    prepare(frame, 2, counts.2)
    prepare(frame, 3, counts.3)
    prepare(frame, 4, counts.4)
    for sample in 0..<samples {
      for step in 0..<steps {
        let time = tau[sample * steps + step]
        let times = Vector8(repeating: time)
        let given = frame.outputGradient + (sample * steps + step) * (waves + 1)
        let slopes = given + 1
        let weights = frame.input(3) + step * waves
        Elements.map(weights, frame.input(4), UnsafePointer(slopes), into: slopes, count: waves) {
          $2 * $1.addingProduct($0, times).cosine
        }
        if let gradient = frame.gradient(0) {
          gradient[sample * steps + step] +=
            weight[step] * given[0] + Pairs.sum(weights, UnsafePointer(slopes), count: waves) { $0 * $1 }
        }
        if let gradient = frame.gradient(1) { gradient[step] += given[0] * time }
        if let gradient = frame.gradient(2) { gradient[0] += given[0] }
        if let gradient = frame.gradient(3) {
          Elements.map(UnsafePointer(slopes), into: gradient + step * waves, count: waves, adding: true) {
            $0 * times
          }
        }
        if let gradient = frame.gradient(4) {
          Elements.copy(UnsafePointer(slopes), into: gradient, count: waves, adding: true)
        }
      }
    }
  }

  /// What is to be set begins with zeros, so that every part can be added.
  @inline(__always)
  private func prepare(_ frame: Frame, _ index: Int, _ count: Int) {
    if let gradient = frame.gradient(index), !frame.adds(index) {
      Elements.fill(gradient, count: count, with: 0)
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var result: [Double] = []
    for (index, time) in inputs[0].enumerated() {
      let step = index % steps
      result.append(inputs[1][step] * time + inputs[2][0])
      for wave in 0..<waves {
        result.append(Elementary.sin(inputs[3][step * waves + wave] * time + inputs[4][wave]))
      }
    }
    return result
  }
}

extension Graph {
  /// Time2Vec: times τ [S, T] as [S, T, D], a linear element and D - 1 sines.
  ///
  /// Weights are [T, 1] and [T, D - 1], biases [1] and [D - 1].
  package mutating func timeToVec(
    _ tau: Node, linearWeight: Node, linearBias: Node, periodicWeights: Node, periodicBiases: Node
  ) throws(NetworkError) -> Node {
    try require(tau.shape.rank == 2 && tau.shape.count > 0, "times are [samples, steps], not \(tau.shape)")
    let steps = tau.shape[1]
    try require(
      linearWeight.shape == [steps, 1] && linearBias.shape.count == 1,
      """
      times of \(tau.shape) need a linear weight of [\(steps), 1] and a bias of [1], not \
      \(linearWeight.shape) and \(linearBias.shape)
      """)
    try require(
      periodicWeights.shape.rank == 2 && periodicWeights.shape[0] == steps && periodicWeights.shape[1] > 0
        && periodicBiases.shape.count == periodicWeights.shape[1],
      """
      times of \(tau.shape) need periodic weights of [\(steps), waves] and biases of [waves], not \
      \(periodicWeights.shape) and \(periodicBiases.shape)
      """)
    let operation = TimeToVec(samples: tau.shape[0], steps: steps, waves: periodicWeights.shape[1])
    return record(operation, [tau, linearWeight, linearBias, periodicWeights, periodicBiases])
  }
}
