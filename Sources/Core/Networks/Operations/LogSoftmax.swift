private import Numerics
private import Tensors

/// Y = X - log Σ e^X over each row of the innermost axis.
///
/// The greatest element is taken off first, so nothing overflows. Backward: X' = Y' - e^Y Σ Y'.
struct LogSoftmax: Operation {
  let output: Shape
  let rows: Int
  let columns: Int

  var name: String { "log softmax" }
  var backwardReads: BackwardReads { .output }

  func forward(_ frame: Frame) {
    for row in 0..<rows {
      let x = frame.input(0) + row * columns
      let y = frame.output + row * columns
      let greatest = Vector8(repeating: Elements.greatest(x, count: columns))
      let sum = Elements.sum(x, x, count: columns) { a, _ in (a - greatest).exponential }
      let logarithm = Vector8(repeating: sum).logarithm
      Elements.map(x, into: y, count: columns) { ($0 - greatest) - logarithm }
    }
  }

  func backward(_ frame: Frame) {
    guard let target = frame.gradient(0) else { return }
    for row in 0..<rows {
      let y = UnsafePointer(frame.output + row * columns)
      let slope = UnsafePointer(frame.outputGradient + row * columns)
      let sum = Vector8(repeating: Elements.sum(slope, slope, count: columns) { a, _ in a })
      Elements.map(slope, y, into: target + row * columns, count: columns, adding: frame.adds(0)) {
        $0 - $1.exponential * sum
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<rows).flatMap { row in
      let x = inputs[0][(row * columns)..<((row + 1) * columns)]
      let greatest = x.max() ?? 0
      let logarithm = Elementary.log(x.reduce(0) { $0 + Elementary.exp($1 - greatest) })
      return x.map { ($0 - greatest) - logarithm }
    }
  }
}

extension Graph {
  /// The logarithms of shares that add up to one along the innermost axis.
  package mutating func logSoftmax(_ x: Node) -> Node {
    record(LogSoftmax(output: x.shape, rows: x.shape.rows, columns: x.shape.last), [x])
  }
}
