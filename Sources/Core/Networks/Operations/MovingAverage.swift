private import Tensors

/// Y[t] = Σ X[t + j] / width for j from -h to h, width = 2 h + 1: the trend of each column of X [S, T, C].
///
/// The first and the last value stand for what lies beyond the ends, as in DLinear (Zeng et al.,
/// https://arxiv.org/abs/2205.13504). Each sum is taken anew, in order: a running one would drift. With the
/// ends padded, the sums of all columns are one pass over consecutive floats. Backward: the same sums over Y'
/// with zeros beyond the ends; what falls on the padding goes to the first and the last row.
struct MovingAverage: Operation {
  let samples: Int
  let rows: Int
  let columns: Int
  let width: Int

  var name: String { "moving average" }
  var output: Shape { [samples, rows, columns] }
  /// The padded gradient with a register to read beyond, and its sums.
  var scratchCount: Int { (rows + 4 * half) * columns + 8 + (rows + 2 * half) * columns }
  var backwardReads: BackwardReads { [] }

  private var half: Int { width / 2 }

  /// Sums of `width` elements that lie a row apart; eight floats behind the last are read.
  @inline(__always)
  private func sums(_ padded: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int) {
    let factor = Vector8(repeating: 1 / Float(width))
    var index = 0
    while index < count {
      var sum = Vector8(at: padded + index)
      for step in 1..<max(width, 1) { sum += Vector8(at: padded + index + step * columns) }
      sum *= factor
      if index + 8 <= count {
        sum.store(to: target + index)
      } else {
        for k in 0..<(count - index) { target[index + k] = sum[k] }
      }
      index += 8
    }
  }

  func forward(_ frame: Frame) {
    let count = rows * columns
    let padded = frame.scratch
    Elements.fill(padded + (rows + 2 * half) * columns, count: 8, with: 0)
    for sample in 0..<samples {
      let x = frame.input(0) + sample * count
      for row in 0..<half {
        (padded + row * columns).update(from: x, count: columns)
        (padded + (half + rows + row) * columns).update(from: x + count - columns, count: columns)
      }
      (padded + half * columns).update(from: x, count: count)
      sums(UnsafePointer(padded), into: frame.output + sample * count, count: count)
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    let count = rows * columns
    let edge = half * columns
    let padded = frame.scratch
    let spread = padded + count + 4 * edge + 8
    Elements.fill(padded, count: 2 * edge, with: 0)
    Elements.fill(padded + 2 * edge + count, count: 2 * edge + 8, with: 0)
    for sample in 0..<samples {
      (padded + 2 * edge).update(from: frame.outputGradient + sample * count, count: count)
      sums(UnsafePointer(padded), into: spread, count: count + 2 * edge)
      let target = gradient + sample * count
      Elements.copy(UnsafePointer(spread + edge), into: target, count: count, adding: frame.adds(0))
      for row in 0..<half {
        Elements.copy(UnsafePointer(spread + row * columns), into: target, count: columns, adding: true)
        Elements.copy(
          UnsafePointer(spread + edge + count + row * columns), into: target + count - columns,
          count: columns,
          adding: true)
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].indices.map { index in
      let (sample, row, column) = (index / (rows * columns), index / columns % rows, index % columns)
      var sum = 0.0
      for offset in -half...half {
        let at = min(max(row + offset, 0), rows - 1)
        sum += inputs[0][(sample * rows + at) * columns + column]
      }
      return sum / Double(width)
    }
  }
}

extension Graph {
  /// The centred moving average of each column of X [S, T, C] over `width` steps, an odd number.
  ///
  /// The first and the last value are repeated beyond the ends.
  package mutating func movingAverage(_ x: Node, width: Int) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 3 && x.shape.count > 0, "windows are [samples, steps, columns], not \(x.shape)")
    try require(width > 0 && width % 2 == 1, "a centred moving average has an odd width, not \(width)")
    let operation = MovingAverage(samples: x.shape[0], rows: x.shape[1], columns: x.shape[2], width: width)
    return record(operation, [x])
  }
}
