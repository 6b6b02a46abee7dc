private import Tensors

/// Z = (Y - b) / (a + ε²) · σ + μ: a forecast Y [S, H, K] back in the units of its window.
///
/// The inverse of an instance norm as RevIN has it (Kim et al., ICLR 2022,
/// https://openreview.net/forum?id=cGDAkQo1C0p), with ε² against division by zero. Each of the K columns
/// belongs to one of the C that were normalised. Backward, with r = 1 / (a + ε²): Y' = Z' r σ, μ' = Σ Z', σ'
/// = r Σ Z' (Y - b), b' = -r σ Σ Z', a' = -r² σ Σ Z' (Y - b).
struct Denormalize: Operation {
  let output: Shape
  /// For each column of the forecast, the one of the window.
  let columns: [Int]
  let windowColumns: Int
  let hasScale: Bool
  let hasShift: Bool
  let epsilon: Float

  var name: String { "denormalize" }
  var scratchCount: Int { 3 * pattern.count + 2 * columns.count }

  private var pattern: RowPattern { RowPattern(rows: output[1], columns: columns.count) }
  private var shiftIndex: Int { hasScale ? 3 : 2 }

  /// What Y is multiplied by before σ.
  @inline(__always)
  private func inverse(_ frame: Frame, _ column: Int) -> Float {
    hasScale ? 1 / (frame.input(2)[column] + epsilon * epsilon) : 1
  }

  /// Lays out the patterns of b and of r σ for one sample.
  @inline(__always)
  private func prepare(
    _ frame: Frame, _ statistics: UnsafePointer<Float>, _ shift: UnsafeMutablePointer<Float>,
    _ factor: UnsafeMutablePointer<Float>
  ) {
    for (k, column) in columns.enumerated() {
      shift[k] = hasShift ? frame.input(shiftIndex)[column] : 0
      factor[k] = inverse(frame, column) * statistics[windowColumns + column]
    }
    pattern.spread(shift)
    pattern.spread(factor)
  }

  func forward(_ frame: Frame) {
    let pattern = pattern
    let (shift, factor, center) = (
      frame.scratch, frame.scratch + pattern.count, frame.scratch + 2 * pattern.count
    )
    let count = pattern.rows * pattern.columns
    for sample in 0..<output[0] {
      let statistics = frame.input(1) + sample * 2 * windowColumns
      let target = frame.output + sample * count
      prepare(frame, statistics, shift, factor)
      for (k, column) in columns.enumerated() { center[k] = statistics[column] }
      pattern.spread(center)
      pattern.map(
        frame.input(0) + sample * count, UnsafePointer(shift), UnsafePointer(factor), into: target
      ) { ($0 - $1) * $2 }
      pattern.map(UnsafePointer(target), UnsafePointer(center), into: target) { $0 + $1 }
    }
  }

  func backward(_ frame: Frame) {
    let pattern = pattern
    let (shift, factor) = (frame.scratch, frame.scratch + pattern.count)
    let partials = frame.scratch + 2 * pattern.count
    let slopes = frame.scratch + 3 * pattern.count
    let products = slopes + columns.count
    let count = pattern.rows * pattern.columns
    let statisticsGradient = frame.gradient(1)
    let scaleGradient = hasScale ? frame.gradient(2) : nil
    let shiftGradient = hasShift ? frame.gradient(shiftIndex) : nil
    // Columns that the forecast does not have get zero.
    if let statisticsGradient, !frame.adds(1) {
      Elements.fill(statisticsGradient, count: output[0] * 2 * windowColumns, with: 0)
    }
    if let scaleGradient, !frame.adds(2) { Elements.fill(scaleGradient, count: windowColumns, with: 0) }
    if let shiftGradient, !frame.adds(shiftIndex) {
      Elements.fill(shiftGradient, count: windowColumns, with: 0)
    }
    for sample in 0..<output[0] {
      let statistics = frame.input(1) + sample * 2 * windowColumns
      let given = UnsafePointer(frame.outputGradient + sample * count)
      prepare(frame, statistics, shift, factor)
      if let gradient = frame.gradient(0) {
        pattern.map(
          given, UnsafePointer(factor), into: gradient + sample * count, adding: frame.adds(0)
        ) { $0 * $1 }
      }
      guard statisticsGradient != nil || scaleGradient != nil || shiftGradient != nil else { continue }
      pattern.sum(given, shift, partials: partials, into: slopes) { slope, _ in slope }
      pattern.sum(
        frame.input(0) + sample * count, given, UnsafePointer(shift), partials: partials, into: products
      ) { ($0 - $2) * $1 }
      for (k, column) in columns.enumerated() {
        let r = inverse(frame, column)
        if let statisticsGradient {
          statisticsGradient[sample * 2 * windowColumns + column] += slopes[k]
          statisticsGradient[(sample * 2 + 1) * windowColumns + column] += r * products[k]
        }
        if let scaleGradient { scaleGradient[column] -= r * factor[k] * products[k] }
        if let shiftGradient { shiftGradient[column] -= factor[k] * slopes[k] }
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    let count = output[1] * output[2]
    return inputs[0].indices.map { index in
      let (sample, column) = (index / count, columns[index % output[2]])
      let center = inputs[1][sample * 2 * windowColumns + column]
      let deviation = inputs[1][(sample * 2 + 1) * windowColumns + column]
      let scale = hasScale ? inputs[2][column] + Double(epsilon) * Double(epsilon) : 1
      let shift = hasShift ? inputs[shiftIndex][column] : 0
      return (inputs[0][index] - shift) / scale * deviation + center
    }
  }
}

extension Graph {
  /// A forecast Y [S, H, K] back in the units of its window.
  ///
  /// An instance norm took the `statistics` [S, 2, C]; `columns` says for each of the K columns which of the
  /// C it continues.
  package mutating func denormalize(
    _ y: Node, statistics: Node, columns: [Int], scale: Node? = nil, shift: Node? = nil, epsilon: Float = 1e-5
  ) throws(NetworkError) -> Node {
    try require(
      y.shape.rank == 3 && y.shape.count > 0, "a forecast is [samples, steps, columns], not \(y.shape)")
    try require(
      statistics.shape.rank == 3 && statistics.shape[0] == y.shape[0] && statistics.shape[1] == 2,
      "a forecast of \(y.shape) needs statistics of [\(y.shape[0]), 2, columns], not \(statistics.shape)")
    let windowColumns = statistics.shape[2]
    try requireColumns(columns, of: windowColumns, for: y)
    for (name, node) in [("scale", scale), ("shift", shift)] {
      guard let node else { continue }
      try require(
        node.shape.count == windowColumns,
        "statistics of \(statistics.shape) need a \(name) of [\(windowColumns)], not \(node.shape)")
    }
    let operation = Denormalize(
      output: y.shape, columns: columns, windowColumns: windowColumns, hasScale: scale != nil,
      hasShift: shift != nil, epsilon: epsilon)
    return record(operation, [y, statistics] + [scale, shift].compactMap(\.self))
  }

  /// Refuses a list that does not name one of the window's columns for each of the forecast's.
  func requireColumns(_ columns: [Int], of windowColumns: Int, for forecast: Node) throws(NetworkError) {
    try require(
      columns.count == forecast.shape.last && columns.allSatisfy { 0..<windowColumns ~= $0 },
      """
      a forecast of \(forecast.shape) needs \(forecast.shape.last) columns out of \(windowColumns), not \
      \(columns)
      """)
  }
}
