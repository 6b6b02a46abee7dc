package import Artifacts

/// Windows as rows of a matrix, gathered when a product needs them and forgotten after it.
package enum WindowMatrix {
  /// The last `lookback` rows of each target's own column up to each origin, oldest first: [B K, L], the windows of
  /// one origin next to each other.
  ///
  /// With `subtractLast` the last value is taken off; `last`, [B K], is then that value, and zeros otherwise.
  package static func ofTargets(
    _ table: WindowTable, origins: ArraySlice<Int>, lookback: Int, subtractLast: Bool
  ) -> (windows: Matrix, last: [Double]) {
    let columns = table.signature.targetColumns
    let (rows, width) = (table.signature.lookback, table.signature.features.count)
    var matrix = Matrix(rows: origins.count * columns.count, columns: lookback)
    var last = [Double](repeating: 0, count: origins.count * columns.count)
    var row = 0
    forEachWindow(of: table, origins) { inputs in
      for column in columns {
        let base = subtractLast ? Double(inputs[(rows - 1) * width + column]) : 0
        last[row] = base
        for step in 0..<lookback {
          matrix.values[row * lookback + step] =
            Double(inputs[(rows - lookback + step) * width + column]) - base
        }
        row += 1
      }
    }
    return (matrix, last)
  }

  /// All features of the last `lookback` rows up to each origin, row after row: [B, L F].
  package static func ofFeatures(
    _ table: WindowTable, origins: ArraySlice<Int>, lookback: Int
  ) -> Matrix {
    let (rows, width) = (table.signature.lookback, table.signature.features.count)
    var matrix = Matrix(rows: origins.count, columns: lookback * width)
    var position = 0
    forEachWindow(of: table, origins) { inputs in
      for index in ((rows - lookback) * width)..<(rows * width) {
        matrix.values[position] = Double(inputs[index])
        position += 1
      }
    }
    return matrix
  }

  /// The labels of each origin in the units of the model, [B, H K].
  package static func ofLabels(_ table: WindowTable, origins: ArraySlice<Int>) -> Matrix {
    let width = table.signature.horizon * table.signature.targets.count
    var matrix = Matrix(rows: origins.count, columns: width)
    var position = 0
    withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { labels in
      for origin in origins {
        table.read(windowAt: origin, inputs: nil, labels: labels.baseAddress)
        for label in labels.prefix(width) {
          matrix.values[position] = Double(label)
          position += 1
        }
      }
    }
    return matrix
  }

  private static func forEachWindow(
    of table: WindowTable, _ origins: ArraySlice<Int>, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let count = table.signature.lookback * table.signature.features.count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { inputs in
      for origin in origins {
        table.read(windowAt: origin, inputs: inputs.baseAddress, labels: nil)
        body(inputs)
      }
    }
  }
}
