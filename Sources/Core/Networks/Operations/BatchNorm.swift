private import Tensors

/// Y = scale ⊙ (X - mean) / √(variance + ε) + shift, with mean and variance of each channel over all samples.
///
/// Ioffe, Szegedy, «Batch normalization», https://arxiv.org/abs/1502.03167. Channels are the innermost axis.
/// In training, mean and biased variance are those of the samples at hand, and the mean and the unbiased
/// variance are reported for the running averages; otherwise the running averages take their place. Backward,
/// in training, with N = (X - mean) / √(variance + ε): X' = scale (Y' - mean Y' - N mean(Y' ⊙ N)) /
/// √(variance + ε).
struct BatchNorm: Operation {
  let output: Shape
  let rows: Int
  let columns: Int
  let epsilon: Float

  var name: String { "batch norm" }
  /// For each channel, the mean, 1 / √(variance + ε), and the variance.
  var savedCount: Int { 3 * columns }
  /// Five numbers a channel.
  ///
  /// Forward: its factor. Backward: Σ Y' ⊙ N, Σ Y', and three numbers for X'.
  var scratchCount: Int { 5 * columns }

  func forward(_ frame: Frame) {
    let x = frame.input(0)
    let (mean, inverse, variance) = (frame.saved, frame.saved + columns, frame.saved + 2 * columns)
    if frame.moment.isTraining {
      let share = 1 / Float(rows)
      Elements.sumRows(x, x, rows: rows, columns: columns, into: mean) { a, _, _ in a }
      for column in 0..<columns { mean[column] *= share }
      let center = UnsafePointer(mean)
      Elements.sumRows(x, x, rows: rows, columns: columns, into: variance) { a, _, column in
        let distance = a - run(center, column)
        return distance * distance
      }
      for column in 0..<columns { variance[column] *= share }
    } else {
      Elements.copy(frame.input(3), into: mean, count: columns)
      Elements.copy(frame.input(4), into: variance, count: columns)
    }
    let factor = frame.scratch
    let (one, epsilon) = (Vector8(repeating: 1), Vector8(repeating: epsilon))
    Elements.map(UnsafePointer(variance), into: inverse, count: columns) { one / ($0 + epsilon).root }
    Elements.map(UnsafePointer(inverse), frame.input(1), into: factor, count: columns) { $0 * $1 }
    var place = 0
    let (center, slope) = (UnsafePointer(mean), UnsafePointer(factor))
    for _ in 0..<rows {
      Self.each(columns) { column, count in
        let distance = Self.load(x + place, column, count) - Self.load(center, column, count)
        let y = Self.load(frame.input(2), column, count)
          .addingProduct(distance, Self.load(slope, column, count))
        Self.put(y, frame.output + place, column, count, adding: false)
      }
      place += columns
    }
  }

  func backward(_ frame: Frame) {
    let x = frame.input(0)
    let y = UnsafePointer(frame.outputGradient)
    let (mean, inverse) = (UnsafePointer(frame.saved), frame.saved + columns)
    let (normalSum, plainSum) = (frame.scratch, frame.scratch + columns)
    Elements.sumRows(y, y, rows: rows, columns: columns, into: plainSum) { y, _, _ in y }
    Elements.sumRows(y, x, rows: rows, columns: columns, into: normalSum) { y, x, column in
      y * (x - run(mean, column))
    }
    for column in 0..<columns { normalSum[column] *= inverse[column] }
    if let target = frame.gradient(0) { spread(frame, into: target, adding: frame.adds(0)) }
    if let scale = frame.gradient(1) {
      Elements.copy(UnsafePointer(normalSum), into: scale, count: columns, adding: frame.adds(1))
    }
    if let shift = frame.gradient(2) {
      Elements.copy(UnsafePointer(plainSum), into: shift, count: columns, adding: frame.adds(2))
    }
    guard frame.moment.isTraining else { return }
    if let report = frame.gradient(3) {
      Elements.copy(mean, into: report, count: columns, adding: frame.adds(3))
    }
    if let report = frame.gradient(4) {
      let unbiased = Vector8(repeating: Float(rows) / Float(max(rows - 1, 1)))
      Elements.map(mean + 2 * columns, into: report, count: columns, adding: frame.adds(4)) { $0 * unbiased }
    }
  }

  /// X' = Y' ⊙ factor + (X - mean) ⊙ tilt + constant.
  private func spread(_ frame: Frame, into target: UnsafeMutablePointer<Float>, adding: Bool) {
    let (normalSum, plainSum) = (frame.scratch, frame.scratch + columns)
    let factor = frame.scratch + 2 * columns
    let (tilt, constant) = (factor + columns, factor + 2 * columns)
    let inverse = frame.saved + columns
    // Running averages do not depend on X.
    let share = frame.moment.isTraining ? -1 / Float(rows) : 0
    for column in 0..<columns {
      factor[column] = inverse[column] * frame.input(1)[column]
      constant[column] = factor[column] * plainSum[column] * share
      tilt[column] = factor[column] * inverse[column] * normalSum[column] * share
    }
    let x = frame.input(0)
    let y = UnsafePointer(frame.outputGradient)
    let (mean, scale) = (UnsafePointer(frame.saved), UnsafePointer(factor))
    var place = 0
    for _ in 0..<rows {
      Self.each(columns) { column, count in
        let distance = Self.load(x + place, column, count) - Self.load(mean, column, count)
        let rest = Self.load(UnsafePointer(constant), column, count)
          .addingProduct(distance, Self.load(UnsafePointer(tilt), column, count))
        Self.put(
          rest.addingProduct(Self.load(y + place, column, count), Self.load(scale, column, count)),
          target + place, column, count, adding: adding)
      }
      place += columns
    }
  }

  // MARK: Channels

  /// Eight channels from `column` on, or those that are left.
  @inline(__always)
  private func run(_ values: UnsafePointer<Float>, _ column: Int) -> Vector8 {
    Self.load(values, column, columns - column)
  }

  /// Runs of eight channels, and the last, shorter one.
  @inline(__always)
  private static func each(_ columns: Int, _ body: (_ column: Int, _ count: Int) -> Void) {
    var column = 0
    while column + 8 <= columns {
      body(column, 8)
      column += 8
    }
    if column < columns { body(column, columns - column) }
  }

  @inline(__always)
  private static func load(_ values: UnsafePointer<Float>, _ column: Int, _ count: Int) -> Vector8 {
    count >= 8 ? Vector8(at: values + column) : Vector8(at: values + column, count: count)
  }

  @inline(__always)
  private static func put(
    _ value: Vector8, _ target: UnsafeMutablePointer<Float>, _ column: Int, _ count: Int, adding: Bool
  ) {
    if count >= 8 {
      Elements.put(value, target + column, adding: adding)
    } else {
      Elements.put(value, target + column, first: count, adding: adding)
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var result = inputs[0]
    for column in 0..<columns {
      let x = (0..<rows).map { inputs[0][$0 * columns + column] }
      let mean = x.reduce(0, +) / Double(rows)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
      for row in 0..<rows {
        let normal = (x[row] - mean) / (variance + Double(epsilon)).squareRoot()
        result[row * columns + column] = normal * inputs[1][column] + inputs[2][column]
      }
    }
    return result
  }
}

extension Graph {
  /// Normalises each channel of the innermost axis over all others, then applies `scale` and `shift`.
  ///
  /// The four arrays are [channels]; `runningMean` and `runningVariance` come from
  /// ``observation(_:_:startingAt:momentum:)``.
  package mutating func batchNorm(
    _ x: Node, scale: Node, shift: Node, runningMean: Node, runningVariance: Node, epsilon: Float = 1e-5
  ) throws(NetworkError) -> Node {
    let arrays = [
      ("scale", scale), ("shift", shift), ("running mean", runningMean),
      ("running variance", runningVariance),
    ]
    for (what, node) in arrays {
      try require(
        x.shape.rank > 0 && node.shape == [x.shape.last],
        "a batch norm of \(x.shape) needs a \(what) of [\(x.shape.last)], not \(node.shape)")
    }
    let operation = BatchNorm(output: x.shape, rows: x.shape.rows, columns: x.shape.last, epsilon: epsilon)
    return record(operation, [x, scale, shift, runningMean, runningVariance])
  }
}
