private import Tensors

/// Y = scale ⊙ (X - mean) / √(variance + ε) + shift, with the mean and variance of each row.
///
/// Ba, Kiros, Hinton, «Layer normalization», https://arxiv.org/abs/1607.06450. A row is the innermost axis;
/// its variance is the biased one. Backward, with N = (X - mean) / √(variance + ε), G = Y' ⊙ scale and means
/// over a row: X' = (G - mean G - N mean(G ⊙ N)) / √(variance + ε), scale' = Σ Y' ⊙ N and shift' = Σ Y'.
struct LayerNorm: Operation {
  let output: Shape
  let rows: Int
  let columns: Int
  let epsilon: Float

  var name: String { "layer norm" }
  /// For each row, the mean and 1 / √(variance + ε).
  var savedCount: Int { 2 * rows }
  /// The gradients of scale and shift.
  var scratchCount: Int { 2 * columns }

  func forward(_ frame: Frame) {
    let (scale, shift) = (frame.input(1), frame.input(2))
    let share = 1 / Float(columns)
    for row in 0..<rows {
      let x = frame.input(0) + row * columns
      let y = frame.output + row * columns
      let mean = Elements.sum(x, x, count: columns) { a, _ in a } * share
      let center = Vector8(repeating: mean)
      let variance = Elements.sum(x, x, count: columns) { a, _ in (a - center) * (a - center) } * share
      let root = Vector8(repeating: 1) / Vector8(repeating: variance + epsilon).root
      frame.saved[2 * row] = mean
      frame.saved[2 * row + 1] = root[0]
      var column = 0
      while column + 8 <= columns {
        let normal = (Vector8(at: x + column) - center) * root
        Vector8(at: shift + column).addingProduct(normal, Vector8(at: scale + column)).store(to: y + column)
        column += 8
      }
      if column < columns {
        let rest = columns - column
        let normal = (Vector8(at: x + column, count: rest) - center) * root
        Vector8(at: shift + column, count: rest)
          .addingProduct(normal, Vector8(at: scale + column, count: rest)).store(first: rest, to: y + column)
      }
    }
  }

  func backward(_ frame: Frame) {
    let (scaleSum, shiftSum) = (frame.scratch, frame.scratch + columns)
    Elements.fill(scaleSum, count: 2 * columns, with: 0)
    for row in 0..<rows {
      let sums = gather(frame, row, into: scaleSum, shiftSum)
      if let x = frame.gradient(0) {
        spread(frame, row, sums, into: x + row * columns, adding: frame.adds(0))
      }
    }
    if let scale = frame.gradient(1) {
      Elements.copy(UnsafePointer(scaleSum), into: scale, count: columns, adding: frame.adds(1))
    }
    if let shift = frame.gradient(2) {
      Elements.copy(UnsafePointer(shiftSum), into: shift, count: columns, adding: frame.adds(2))
    }
  }

  /// Adds a row to the gradients of scale and shift, and gives Σ G and Σ G ⊙ N.
  @inline(__always)
  private func gather(
    _ frame: Frame, _ row: Int, into scaleSum: UnsafeMutablePointer<Float>,
    _ shiftSum: UnsafeMutablePointer<Float>
  ) -> (plain: Float, normal: Float) {
    let x = frame.input(0) + row * columns
    let slope = frame.outputGradient + row * columns
    let scale = frame.input(1)
    let center = Vector8(repeating: frame.saved[2 * row])
    let root = Vector8(repeating: frame.saved[2 * row + 1])
    var (plain, weighted) = (Vector8.zero, Vector8.zero)
    var column = 0
    while column + 8 <= columns {
      let y = Vector8(at: slope + column)
      let normal = (Vector8(at: x + column) - center) * root
      Vector8(at: scaleSum + column).addingProduct(y, normal).store(to: scaleSum + column)
      (Vector8(at: shiftSum + column) + y).store(to: shiftSum + column)
      let g = y * Vector8(at: scale + column)
      plain += g
      weighted = weighted.addingProduct(g, normal)
      column += 8
    }
    if column < columns {
      // What is behind the row counts as a slope of zero.
      let rest = columns - column
      let y = Vector8(at: UnsafePointer(slope + column), count: rest)
      let normal = (Vector8(at: x + column, count: rest) - center) * root
      Vector8(at: UnsafePointer(scaleSum + column), count: rest).addingProduct(y, normal)
        .store(first: rest, to: scaleSum + column)
      (Vector8(at: UnsafePointer(shiftSum + column), count: rest) + y).store(
        first: rest, to: shiftSum + column)
      let g = y * Vector8(at: scale + column, count: rest)
      plain += g
      weighted = weighted.addingProduct(g, normal)
    }
    return (plain.total, weighted.total)
  }

  /// Gives a row of X its gradient.
  @inline(__always)
  private func spread(
    _ frame: Frame, _ row: Int, _ sums: (plain: Float, normal: Float),
    into target: UnsafeMutablePointer<Float>,
    adding: Bool
  ) {
    let x = frame.input(0) + row * columns
    let slope = UnsafePointer(frame.outputGradient + row * columns)
    let scale = frame.input(1)
    let share = 1 / Float(columns)
    let inverse = frame.saved[2 * row + 1]
    let center = Vector8(repeating: frame.saved[2 * row])
    let root = Vector8(repeating: inverse)
    let constant = Vector8(repeating: -inverse * sums.plain * share)
    let tilt = Vector8(repeating: -inverse * inverse * sums.normal * share)
    var column = 0
    while column + 8 <= columns {
      let g = Vector8(at: slope + column) * Vector8(at: scale + column)
      let rest = constant.addingProduct(Vector8(at: x + column) - center, tilt)
      Elements.put(rest.addingProduct(g, root), target + column, adding: adding)
      column += 8
    }
    if column < columns {
      let count = columns - column
      let g = Vector8(at: slope + column, count: count) * Vector8(at: scale + column, count: count)
      let rest = constant.addingProduct(Vector8(at: x + column, count: count) - center, tilt)
      Elements.put(rest.addingProduct(g, root), target + column, first: count, adding: adding)
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var result = inputs[0]
    for row in 0..<rows {
      let x = inputs[0][(row * columns)..<((row + 1) * columns)]
      let mean = x.reduce(0, +) / Double(columns)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
      for column in 0..<columns {
        let normal = (x[row * columns + column] - mean) / (variance + Double(epsilon)).squareRoot()
        result[row * columns + column] = normal * inputs[1][column] + inputs[2][column]
      }
    }
    return result
  }
}

extension Graph {
  /// Normalises each row of the innermost axis, then applies `scale` and `shift`, both [length of that axis].
  package mutating func layerNorm(
    _ x: Node, scale: Node, shift: Node, epsilon: Float = 1e-5
  ) throws(NetworkError) -> Node {
    for (what, node) in [("scale", scale), ("shift", shift)] {
      try require(
        x.shape.rank > 0 && node.shape == [x.shape.last],
        "a layer norm of \(x.shape) needs a \(what) of [\(x.shape.last)], not \(node.shape)")
    }
    let operation = LayerNorm(output: x.shape, rows: x.shape.rows, columns: x.shape.last, epsilon: epsilon)
    return record(operation, [x, scale, shift])
  }
}
