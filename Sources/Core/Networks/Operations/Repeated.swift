private import Tensors

/// Y[s, t] = X[s] for T steps: a vector as a sequence that says the same at each step.
///
/// Backward: X' = Σ Y' over the steps, first to last.
struct Repeated: Operation {
  let samples: Int
  let steps: Int
  let columns: Int

  var name: String { "repeated" }
  var output: Shape { [samples, steps, columns] }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    for sample in 0..<samples {
      Elements.copyRows(
        frame.input(0) + sample * columns, stride: 0, into: frame.output + sample * steps * columns,
        stride: columns, rows: steps, columns: columns)
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    for sample in 0..<samples {
      Elements.sumRows(
        UnsafePointer(frame.outputGradient + sample * steps * columns), rows: steps, columns: columns,
        into: gradient + sample * columns, adding: frame.adds(0))
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<samples).flatMap { sample in
      (0..<steps).flatMap { _ in inputs[0][(sample * columns)..<((sample + 1) * columns)] }
    }
  }
}

extension Graph {
  /// The same vector at each of `steps` steps: [S, D] to [S, T, D].
  package mutating func repeated(_ x: Node, steps: Int) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 2 && steps > 0, "a vector [S, D] is repeated over steps, not \(x.shape) over \(steps)")
    return record(Repeated(samples: x.shape[0], steps: steps, columns: x.shape[1]), [x])
  }
}
