private import Tensors

/// Y = X - X[T - 1]: each window [T, C] as differences from its newest row.
///
/// The normalisation of NLinear (Zeng et al., https://arxiv.org/abs/2205.13504). Backward: X' = Y', and the
/// newest row also gets -Σ Y'.
struct SubtractLast: Operation {
  let samples: Int
  let rows: Int
  let columns: Int

  var name: String { "subtract last" }
  var output: Shape { [samples, rows, columns] }
  var scratchCount: Int { 2 * pattern.count }
  var backwardReads: BackwardReads { [] }

  private var pattern: RowPattern { RowPattern(rows: rows, columns: columns) }

  func forward(_ frame: Frame) {
    let pattern = pattern
    for sample in 0..<samples {
      let x = frame.input(0) + sample * rows * columns
      frame.scratch.update(from: x + (rows - 1) * columns, count: columns)
      pattern.spread(frame.scratch)
      pattern.map(x, frame.scratch, into: frame.output + sample * rows * columns) { $0 - $1 }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    let pattern = pattern
    let (sum, partials) = (frame.scratch, frame.scratch + pattern.count)
    for sample in 0..<samples {
      let given = UnsafePointer(frame.outputGradient + sample * rows * columns)
      let target = gradient + sample * rows * columns
      pattern.sum(given, given, partials: partials, into: sum) { slope, _ in slope }
      Elements.copy(given, into: target, count: rows * columns, adding: frame.adds(0))
      for column in 0..<columns { target[(rows - 1) * columns + column] -= sum[column] }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].indices.map { index in
      let (sample, column) = (index / (rows * columns), index % columns)
      return inputs[0][index] - inputs[0][((sample + 1) * rows - 1) * columns + column]
    }
  }
}

/// Z = Y + X[T - 1]: a forecast [H, K] of differences on top of the newest row of its window [T, C].
///
/// Backward: Y' = Z', and the newest row of X gets Σ Z'.
struct AddLast: Operation {
  let output: Shape
  /// For each column of the forecast, the one of the window.
  let columns: [Int]
  let windowRows: Int
  let windowColumns: Int

  var name: String { "add last" }
  var scratchCount: Int { 2 * pattern.count }
  var backwardReads: BackwardReads { [] }

  private var pattern: RowPattern { RowPattern(rows: output[1], columns: columns.count) }

  func forward(_ frame: Frame) {
    let pattern = pattern
    let count = pattern.rows * pattern.columns
    for sample in 0..<output[0] {
      let last = frame.input(1) + ((sample + 1) * windowRows - 1) * windowColumns
      for (k, column) in columns.enumerated() { frame.scratch[k] = last[column] }
      pattern.spread(frame.scratch)
      pattern.map(
        frame.input(0) + sample * count, frame.scratch, into: frame.output + sample * count
      ) { $0 + $1 }
    }
  }

  func backward(_ frame: Frame) {
    let pattern = pattern
    let count = pattern.rows * pattern.columns
    if let gradient = frame.gradient(0) {
      Elements.copy(
        UnsafePointer(frame.outputGradient), into: gradient, count: output.count, adding: frame.adds(0))
    }
    guard let gradient = frame.gradient(1) else { return }
    if !frame.adds(1) { Elements.fill(gradient, count: output[0] * windowRows * windowColumns, with: 0) }
    let (sum, partials) = (frame.scratch, frame.scratch + pattern.count)
    for sample in 0..<output[0] {
      let given = UnsafePointer(frame.outputGradient + sample * count)
      let last = gradient + ((sample + 1) * windowRows - 1) * windowColumns
      pattern.sum(given, given, partials: partials, into: sum) { slope, _ in slope }
      for (k, column) in columns.enumerated() { last[column] += sum[k] }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    let count = output[1] * output[2]
    return inputs[0].indices.map { index in
      let last = ((index / count + 1) * windowRows - 1) * windowColumns
      return inputs[0][index] + inputs[1][last + columns[index % output[2]]]
    }
  }
}

extension Graph {
  /// Each window of X [S, T, C] as differences from its newest row.
  package mutating func subtractLast(_ x: Node) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 3 && x.shape.count > 0, "windows are [samples, steps, columns], not \(x.shape)")
    return record(SubtractLast(samples: x.shape[0], rows: x.shape[1], columns: x.shape[2]), [x])
  }

  /// A forecast Y [S, H, K] of differences on top of the newest rows of X [S, T, C].
  ///
  /// `columns` says for each of the K columns which of the C it continues.
  package mutating func addLast(_ y: Node, _ x: Node, columns: [Int]) throws(NetworkError) -> Node {
    try require(
      y.shape.rank == 3 && y.shape.count > 0, "a forecast is [samples, steps, columns], not \(y.shape)")
    try require(
      x.shape.rank == 3 && x.shape[0] == y.shape[0] && x.shape.count > 0,
      "a forecast of \(y.shape) needs windows of [\(y.shape[0]), steps, columns], not \(x.shape)")
    try requireColumns(columns, of: x.shape[2], for: y)
    let operation = AddLast(
      output: y.shape, columns: columns, windowRows: x.shape[1], windowColumns: x.shape[2])
    return record(operation, [y, x])
  }
}
