private import Tensors

/// Y = (X - μ) / σ · a + b: each column of each window by its own statistics, X [S, T, C].
///
/// Reversible instance normalisation (Kim et al., ICLR 2022, https://openreview.net/forum?id=cGDAkQo1C0p); a
/// and b, one a column, may be absent. Backward, with n = (X - μ) / σ and N' = Y' a: X' = N' / σ, μ' = -Σ N'
/// / σ, σ' = -Σ N' n / σ, a' = Σ Y' n, b' = Σ Y'.
struct InstanceNorm: Operation {
  let samples: Int
  let rows: Int
  let columns: Int
  let hasScale: Bool
  let hasShift: Bool

  var name: String { "instance norm" }
  var output: Shape { [samples, rows, columns] }
  var scratchCount: Int { 3 * pattern.count + 2 * columns }

  private var pattern: RowPattern { RowPattern(rows: rows, columns: columns) }
  private var shiftIndex: Int { hasScale ? 3 : 2 }

  func forward(_ frame: Frame) {
    let pattern = pattern
    let (center, factor, shift) = (
      frame.scratch, frame.scratch + pattern.count, frame.scratch + 2 * pattern.count
    )
    if hasShift {
      shift.update(from: frame.input(shiftIndex), count: columns)
      pattern.spread(shift)
    }
    for sample in 0..<samples {
      let statistics = frame.input(1) + sample * 2 * columns
      let target = frame.output + sample * rows * columns
      center.update(from: statistics, count: columns)
      for column in 0..<columns {
        factor[column] = (hasScale ? frame.input(2)[column] : 1) / statistics[columns + column]
      }
      pattern.spread(center)
      pattern.spread(factor)
      pattern.map(
        frame.input(0) + sample * rows * columns, UnsafePointer(center), UnsafePointer(factor), into: target
      ) { ($0 - $1) * $2 }
      if hasShift { pattern.map(UnsafePointer(target), UnsafePointer(shift), into: target) { $0 + $1 } }
    }
  }

  func backward(_ frame: Frame) {
    let pattern = pattern
    let (center, factor) = (frame.scratch, frame.scratch + pattern.count)
    let partials = frame.scratch + 2 * pattern.count
    let slopes = partials + pattern.count
    let products = slopes + columns
    for sample in 0..<samples {
      let x = frame.input(0) + sample * rows * columns
      let given = UnsafePointer(frame.outputGradient + sample * rows * columns)
      let statistics = frame.input(1) + sample * 2 * columns
      center.update(from: statistics, count: columns)
      for column in 0..<columns {
        factor[column] = (hasScale ? frame.input(2)[column] : 1) / statistics[columns + column]
      }
      pattern.spread(center)
      pattern.spread(factor)
      if let gradient = frame.gradient(0) {
        pattern.map(
          given, UnsafePointer(factor), into: gradient + sample * rows * columns, adding: frame.adds(0)
        ) { $0 * $1 }
      }
      let wantsScale = hasScale && frame.gradient(2) != nil
      let wantsShift = hasShift && frame.gradient(shiftIndex) != nil
      guard frame.gradient(1) != nil || wantsScale || wantsShift else { continue }
      pattern.sum(given, center, partials: partials, into: slopes) { slope, _ in slope }
      pattern.sum(x, given, center, partials: partials, into: products) { ($0 - $2) * $1 }
      for column in 0..<columns { products[column] /= statistics[columns + column] }
      if let gradient = frame.gradient(1) {
        let target = gradient + sample * 2 * columns
        for column in 0..<columns {
          let first = -slopes[column] * factor[column]
          let second = -products[column] * factor[column]
          target[column] = frame.adds(1) ? target[column] + first : first
          target[columns + column] = frame.adds(1) ? target[columns + column] + second : second
        }
      }
      if hasScale, let gradient = frame.gradient(2) {
        Elements.copy(
          UnsafePointer(products), into: gradient, count: columns, adding: sample > 0 || frame.adds(2))
      }
      if hasShift, let gradient = frame.gradient(shiftIndex) {
        Elements.copy(
          UnsafePointer(slopes), into: gradient, count: columns, adding: sample > 0 || frame.adds(shiftIndex))
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].indices.map { index in
      let (sample, column) = (index / (rows * columns), index % columns)
      let center = inputs[1][sample * 2 * columns + column]
      let deviation = inputs[1][sample * 2 * columns + columns + column]
      let scale = hasScale ? inputs[2][column] : 1
      let shift = hasShift ? inputs[shiftIndex][column] : 0
      return (inputs[0][index] - center) / deviation * scale + shift
    }
  }
}

extension Graph {
  /// Each column of each window of X [S, T, C] by its own centre and deviation.
  ///
  /// Then times `scale` [C] plus `shift` [C]. Gives the statistics too, [S, 2, C], which
  /// ``denormalize(_:statistics:columns:scale:shift:epsilon:)`` takes back.
  package mutating func instanceNorm(
    _ x: Node, scale: Node? = nil, shift: Node? = nil, epsilon: Float = 1e-5, center: InstanceCenter = .mean
  ) throws(NetworkError) -> (normalized: Node, statistics: Node) {
    try require(
      x.shape.rank == 3 && x.shape.count > 0,
      "an instance norm takes [samples, steps, columns], not \(x.shape)")
    let columns = x.shape[2]
    for (name, node) in [("scale", scale), ("shift", shift)] {
      guard let node else { continue }
      try require(
        node.shape.count == columns,
        "an instance norm of \(x.shape) needs a \(name) of [\(columns)], not \(node.shape)")
    }
    try require(epsilon > 0, "an instance norm needs an epsilon above 0, not \(epsilon)")
    let statistics = record(
      InstanceStatistics(
        samples: x.shape[0], rows: x.shape[1], columns: columns, epsilon: epsilon, center: center), [x])
    let operation = InstanceNorm(
      samples: x.shape[0], rows: x.shape[1], columns: columns, hasScale: scale != nil, hasShift: shift != nil)
    let normalized = record(operation, [x, statistics] + [scale, shift].compactMap(\.self))
    return (normalized, statistics)
  }
}
