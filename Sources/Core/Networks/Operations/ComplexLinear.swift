private import Tensors

/// Y = X W + b in complex numbers, row by row: X [rows, n], W [n, m], b [m], each number a real and an imaginary part.
///
/// One real product of twice the size. The row of W that X's real part meets is as it lies in memory, (Re, Im) by
/// column; that of the imaginary part is the same times i, (-Im, Re). Backward, with Ŵ that matrix: X' = Y' Ŵᵀ, and
/// with G = Xᵀ Y': Re' = G[2i, 2j] + G[2i+1, 2j+1], Im' = G[2i, 2j+1] - G[2i+1, 2j], b' = Σ Y'.
struct ComplexLinear: Operation {
  let output: Shape
  let rows: Int
  /// n.
  let inputs: Int
  /// m.
  let outputs: Int
  let hasBias: Bool

  var name: String { "complex linear" }
  var work: Int { 4 * rows * inputs * outputs }
  /// Ŵ or G, and what a product needs.
  var scratchCount: Int {
    4 * inputs * outputs
      + max(
        MatrixProduct.scratchCount(columns: 2 * outputs, depth: 2 * inputs),
        MatrixProduct.scratchCount(columns: 2 * outputs, depth: rows),
        MatrixProduct.scratchCount(columns: 2 * inputs, depth: 2 * outputs))
  }

  func forward(_ frame: Frame) {
    expand(frame.input(1), into: frame.scratch)
    MatrixProduct.multiply(
      .init(frame.input(0), stride: 2 * inputs), .init(UnsafePointer(frame.scratch), stride: 2 * outputs),
      into: frame.output, stride: 2 * outputs, rows: rows, columns: 2 * outputs, depth: 2 * inputs,
      start: hasBias ? .bias(frame.input(2)) : .zero, scratch: frame.scratch + 4 * inputs * outputs)
  }

  func backward(_ frame: Frame) {
    let slope = UnsafePointer(frame.outputGradient)
    let (matrix, rest) = (frame.scratch, frame.scratch + 4 * inputs * outputs)
    if let x = frame.gradient(0) {
      expand(frame.input(1), into: matrix)
      MatrixProduct.multiply(
        .init(slope, stride: 2 * outputs),
        MatrixProduct.Operand(UnsafePointer(matrix), stride: 2 * outputs).transposed, into: x,
        stride: 2 * inputs, rows: rows, columns: 2 * inputs, depth: 2 * outputs,
        start: frame.adds(0) ? .present : .zero, scratch: rest)
    }
    if let weight = frame.gradient(1) {
      MatrixProduct.multiply(
        MatrixProduct.Operand(frame.input(0), stride: 2 * inputs).transposed,
        .init(slope, stride: 2 * outputs), into: matrix, stride: 2 * outputs, rows: 2 * inputs,
        columns: 2 * outputs, depth: rows, scratch: rest)
      collect(UnsafePointer(matrix), into: weight, adding: frame.adds(1))
    }
    if hasBias, let bias = frame.gradient(2) {
      Elements.sumRows(slope, rows: rows, columns: 2 * outputs, into: bias, adding: frame.adds(2))
    }
  }

  /// Ŵ [2 n, 2 m].
  private func expand(_ weight: UnsafePointer<Float>, into matrix: UnsafeMutablePointer<Float>) {
    let width = 2 * outputs
    for row in 0..<inputs {
      let from = weight + row * width
      let real = matrix + 2 * row * width
      let imaginary = real + width
      real.update(from: from, count: width)
      for column in 0..<outputs {
        imaginary[2 * column] = -from[2 * column + 1]
        imaginary[2 * column + 1] = from[2 * column]
      }
    }
  }

  private func collect(
    _ matrix: UnsafePointer<Float>, into weight: UnsafeMutablePointer<Float>, adding: Bool
  ) {
    let width = 2 * outputs
    for row in 0..<inputs {
      let real = matrix + 2 * row * width
      let imaginary = real + width
      let target = weight + row * width
      for column in 0..<outputs {
        let first = real[2 * column] + imaginary[2 * column + 1]
        let second = real[2 * column + 1] - imaginary[2 * column]
        target[2 * column] = adding ? target[2 * column] + first : first
        target[2 * column + 1] = adding ? target[2 * column + 1] + second : second
      }
    }
  }

  func reference(_ values: [[Double]]) -> [Double] {
    var result: [Double] = []
    for row in 0..<rows {
      for column in 0..<outputs {
        var (real, imaginary) = (hasBias ? values[2][2 * column] : 0, hasBias ? values[2][2 * column + 1] : 0)
        for k in 0..<inputs {
          let (a, b) = (values[0][2 * (row * inputs + k)], values[0][2 * (row * inputs + k) + 1])
          let place = 2 * (k * outputs + column)
          let (c, d) = (values[1][place], values[1][place + 1])
          real += a * c - b * d
          imaginary += a * d + b * c
        }
        result += [real, imaginary]
      }
    }
    return result
  }
}

extension Graph {
  /// X W + b in complex numbers over the axis before the last: [..., n, 2] → [..., m, 2].
  ///
  /// `weight` is [n, m, 2] and `bias` [m, 2], real parts before imaginary ones.
  package mutating func complexLinear(_ x: Node, weight: Node, bias: Node?) throws(NetworkError) -> Node {
    let rank = x.shape.rank
    try require(
      rank >= 2 && x.shape.last == 2 && x.shape.count > 0, "complex numbers are [..., n, 2], not \(x.shape)")
    let inputs = x.shape[rank - 2]
    try require(
      weight.shape.rank == 3 && weight.shape[0] == inputs && weight.shape[2] == 2,
      "complex numbers of \(x.shape) need a weight of [\(inputs), outputs, 2], not \(weight.shape)")
    let outputs = weight.shape[1]
    if let bias {
      try require(
        bias.shape.count == 2 * outputs,
        "a complex weight of \(weight.shape) needs a bias of [\(outputs), 2], not \(bias.shape)")
    }
    let operation = ComplexLinear(
      output: Shape(x.shape.axes.dropLast(2) + [outputs, 2]), rows: x.shape.count / (2 * inputs),
      inputs: inputs, outputs: outputs, hasBias: bias != nil)
    return record(operation, [x, weight] + (bias.map { [$0] } ?? []))
  }
}
