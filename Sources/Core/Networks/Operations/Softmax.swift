private import Numerics
private import Tensors

/// Y = e^X / Σ e^X over each row of the innermost axis.
///
/// The greatest element is taken off first, so nothing overflows. Backward: X' = Y ⊙ (Y' - Σ Y' ⊙ Y).
struct Softmax: Operation {
  let output: Shape
  let rows: Int
  let columns: Int

  var name: String { "softmax" }
  var backwardReads: BackwardReads { .output }

  func forward(_ frame: Frame) {
    for row in 0..<rows {
      let x = frame.input(0) + row * columns
      let y = frame.output + row * columns
      let greatest = Vector8(repeating: Elements.greatest(x, count: columns))
      var sum = Vector8.zero
      var column = 0
      while column + 8 <= columns {
        let power = (Vector8(at: x + column) - greatest).exponential
        power.store(to: y + column)
        sum += power
        column += 8
      }
      let rest = columns - column
      if rest > 0 {
        let power = (Vector8(at: x + column, count: rest) - greatest).exponential
        power.store(first: rest, to: y + column)
        sum += power.first(rest)
      }
      let share = Vector8(repeating: 1 / sum.total)
      column = 0
      while column + 8 <= columns {
        (Vector8(at: y + column) * share).store(to: y + column)
        column += 8
      }
      if rest > 0 {
        (Vector8(at: UnsafePointer(y + column), count: rest) * share).store(first: rest, to: y + column)
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let target = frame.gradient(0) else { return }
    let adding = frame.adds(0)
    for row in 0..<rows {
      let y = UnsafePointer(frame.output + row * columns)
      let slope = UnsafePointer(frame.outputGradient + row * columns)
      let x = target + row * columns
      let mean = Vector8(repeating: Elements.sum(slope, y, count: columns) { $0 * $1 })
      var column = 0
      while column + 8 <= columns {
        let y = Vector8(at: y + column)
        Elements.put(y * (Vector8(at: slope + column) - mean), x + column, adding: adding)
        column += 8
      }
      if column < columns {
        let rest = columns - column
        let y = Vector8(at: y + column, count: rest)
        let distance = Vector8(at: slope + column, count: rest) - mean
        Elements.put(y * distance, x + column, first: rest, adding: adding)
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<rows).flatMap { row in
      let x = inputs[0][(row * columns)..<((row + 1) * columns)]
      let greatest = x.max() ?? 0
      let powers = x.map { Elementary.exp($0 - greatest) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
  }
}

extension Graph {
  /// Shares that add up to one along the innermost axis.
  package mutating func softmax(_ x: Node) -> Node {
    record(Softmax(output: x.shape, rows: x.shape.rows, columns: x.shape.last), [x])
  }
}
