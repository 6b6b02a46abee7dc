private import Tensors

/// Y = A B for each of many pairs of matrices: A [.., rows, depth], B [.., depth, columns].
///
/// Backward: A' = Y' Bᵀ and B' = Aᵀ Y'.
struct Product: Operation {
  let output: Shape
  let pairs: Int
  let rows: Int
  let depth: Int
  let columns: Int

  var name: String { "product" }
  var scratchCount: Int {
    max(
      MatrixProduct.scratchCount(columns: columns, depth: depth),
      MatrixProduct.scratchCount(columns: depth, depth: columns),
      MatrixProduct.scratchCount(columns: columns, depth: rows))
  }

  func forward(_ frame: Frame) {
    for pair in 0..<pairs {
      MatrixProduct.multiply(
        left(frame, pair), right(frame, pair), into: frame.output + pair * rows * columns, stride: columns,
        rows: rows, columns: columns, depth: depth, scratch: frame.scratch)
    }
  }

  func backward(_ frame: Frame) {
    if let a = frame.gradient(0) {
      for pair in 0..<pairs {
        MatrixProduct.multiply(
          slope(frame, pair), right(frame, pair).transposed, into: a + pair * rows * depth, stride: depth,
          rows: rows, columns: depth, depth: columns, start: frame.adds(0) ? .present : .zero,
          scratch: frame.scratch)
      }
    }
    if let b = frame.gradient(1) {
      for pair in 0..<pairs {
        MatrixProduct.multiply(
          left(frame, pair).transposed, slope(frame, pair), into: b + pair * depth * columns, stride: columns,
          rows: depth, columns: columns, depth: rows, start: frame.adds(1) ? .present : .zero,
          scratch: frame.scratch)
      }
    }
  }

  private func left(_ frame: Frame, _ pair: Int) -> MatrixProduct.Operand {
    MatrixProduct.Operand(frame.input(0) + pair * rows * depth, stride: depth)
  }

  private func right(_ frame: Frame, _ pair: Int) -> MatrixProduct.Operand {
    MatrixProduct.Operand(frame.input(1) + pair * depth * columns, stride: columns)
  }

  private func slope(_ frame: Frame, _ pair: Int) -> MatrixProduct.Operand {
    MatrixProduct.Operand(UnsafePointer(frame.outputGradient) + pair * rows * columns, stride: columns)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: output.count)
    for pair in 0..<pairs {
      for row in 0..<rows {
        for column in 0..<columns {
          result[(pair * rows + row) * columns + column] = (0..<depth).reduce(0) { sum, k in
            sum + inputs[0][(pair * rows + row) * depth + k]
              * inputs[1][(pair * depth + k) * columns + column]
          }
        }
      }
    }
    return result
  }
}

extension Graph {
  /// The matrix products of pairs: `a` [.., M, K] and `b` [.., K, N], whose leading axes are equal.
  package mutating func product(_ a: Node, _ b: Node) throws(NetworkError) -> Node {
    let (rank, left, right) = (a.shape.rank, a.shape.axes, b.shape.axes)
    try require(
      rank >= 2 && right.count == rank && left[..<(rank - 2)] == right[..<(rank - 2)]
        && left[rank - 1] == right[rank - 2],
      "\(a.shape) and \(b.shape) have no product; [.., M, K] and [.., K, N] do")
    let operation = Product(
      output: a.shape.replacingLast(right[rank - 1]), pairs: left[..<(rank - 2)].reduce(1, *),
      rows: left[rank - 2], depth: left[rank - 1], columns: right[rank - 1])
    return record(operation, [a, b])
  }
}
