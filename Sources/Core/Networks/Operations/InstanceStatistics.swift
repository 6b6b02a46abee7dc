private import Tensors

/// What an instance norm takes away from each column of a window, and divides by: [S, T, C] → [S, 2, C].
///
/// The first row is the centre, μ = Σ x / T or the last value; the second is the deviation, √(Σ (x - μ)² / T
/// + ε), about the mean in either case (Kim et al., «Reversible instance normalization», ICLR 2022,
/// https://openreview.net/forum?id=cGDAkQo1C0p, and its code). Sums are taken over differences from the last
/// value, so that prices far from zero lose no digits. Backward: X' = μ' / T + σ' (x - μ) / (T σ).
struct InstanceStatistics: Operation {
  let samples: Int
  let rows: Int
  let columns: Int
  let epsilon: Float
  let center: InstanceCenter

  var name: String { "instance statistics" }
  var output: Shape { [samples, 2, columns] }
  /// The means.
  var savedCount: Int { samples * columns }
  var scratchCount: Int { 3 * pattern.count }
  var backwardReads: BackwardReads { [.inputs, .output] }

  private var pattern: RowPattern { RowPattern(rows: rows, columns: columns) }

  func forward(_ frame: Frame) {
    let pattern = pattern
    let offset = frame.scratch
    let partials = offset + pattern.count
    let row = partials + pattern.count
    for sample in 0..<samples {
      let x = frame.input(0) + sample * rows * columns
      let last = x + (rows - 1) * columns
      let mean = frame.saved + sample * columns
      let first = frame.output + sample * 2 * columns
      let deviation = first + columns
      offset.update(from: last, count: columns)
      pattern.spread(offset)
      pattern.sum(x, offset, partials: partials, into: row) { $0 - $1 }
      for column in 0..<columns { mean[column] = last[column] + row[column] / Float(rows) }
      offset.update(from: mean, count: columns)
      pattern.spread(offset)
      pattern.sum(x, offset, partials: partials, into: row) { ($0 - $1) * ($0 - $1) }
      for column in 0..<columns {
        deviation[column] = (row[column] / Float(rows) + epsilon).squareRoot()
        first[column] = center == .mean ? mean[column] : last[column]
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    let pattern = pattern
    let (mean, slope, shift) = (
      frame.scratch, frame.scratch + pattern.count, frame.scratch + 2 * pattern.count
    )
    for sample in 0..<samples {
      let x = frame.input(0) + sample * rows * columns
      let target = gradient + sample * rows * columns
      let given = frame.outputGradient + sample * 2 * columns
      let deviation = frame.output + sample * 2 * columns + columns
      mean.update(from: frame.saved + sample * columns, count: columns)
      for column in 0..<columns {
        slope[column] = given[columns + column] / (Float(rows) * deviation[column])
        shift[column] = center == .mean ? given[column] / Float(rows) : 0
      }
      pattern.spread(mean)
      pattern.spread(slope)
      pattern.map(
        x, UnsafePointer(mean), UnsafePointer(slope), into: target, adding: frame.adds(0)
      ) { ($0 - $1) * $2 }
      switch center {
      case .mean:
        pattern.spread(shift)
        pattern.map(UnsafePointer(target), UnsafePointer(shift), into: target) { $0 + $1 }
      case .last:
        let last = target + (rows - 1) * columns
        for column in 0..<columns { last[column] += given[column] }
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: output.count)
    for sample in 0..<samples {
      for column in 0..<columns {
        let values = (0..<rows).map { inputs[0][(sample * rows + $0) * columns + column] }
        let mean = values.reduce(0, +) / Double(rows)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
        result[sample * 2 * columns + column] = center == .mean ? mean : values[rows - 1]
        result[sample * 2 * columns + columns + column] = (variance + Double(epsilon)).squareRoot()
      }
    }
    return result
  }
}

/// What an instance norm takes for the middle of a window.
package enum InstanceCenter: String, Sendable, CaseIterable {
  case mean
  /// The newest value.
  case last
}
