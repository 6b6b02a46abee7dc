private import Numerics
private import Tensors

/// Y[.., 0] = X[.., 0] and Y[.., j] = sin X[.., j]: the first column as a trend, and all others as waves.
///
/// Behind a linear layer it is Time2Vec of several features (Kazemi et al., https://arxiv.org/abs/1907.05321), each row
/// by itself. Backward: X' = Y' on the trend, and Y' cos X on the waves.
struct Waves: Operation {
  let output: Shape
  let rows: Int
  let columns: Int

  var name: String { "waves" }

  func forward(_ frame: Frame) {
    for row in 0..<rows {
      let (x, y) = (frame.input(0) + row * columns, frame.output + row * columns)
      y[0] = x[0]
      Elements.map(x + 1, into: y + 1, count: columns - 1) { $0.sine }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    let adding = frame.adds(0)
    for row in 0..<rows {
      let (x, slope) = (frame.input(0) + row * columns, frame.outputGradient + row * columns)
      let target = gradient + row * columns
      target[0] = adding ? target[0] + slope[0] : slope[0]
      Elements.map(x + 1, UnsafePointer(slope + 1), into: slope + 1, count: columns - 1) { $1 * $0.cosine }
      Elements.copy(UnsafePointer(slope + 1), into: target + 1, count: columns - 1, adding: adding)
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].enumerated().map { $0.offset % columns == 0 ? $0.element : Elementary.sin($0.element) }
  }
}

extension Graph {
  /// The first place of the innermost axis as it is, and the sines of all others.
  package mutating func waves(_ x: Node) throws(NetworkError) -> Node {
    try require(
      x.shape.rank > 0 && x.shape.last > 1, "a trend and its waves are two columns at least, not \(x.shape)")
    return record(Waves(output: x.shape, rows: x.shape.rows, columns: x.shape.last), [x])
  }
}
