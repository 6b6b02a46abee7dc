/// Windows as rows of a matrix, gathered when a product needs them and forgotten after it.
package enum WindowMatrix {
  /// The last `lookback` rows of each of K columns up to each origin, oldest first: [B K, L], the windows of
  /// one origin next to each other.
  ///
  /// With `subtractLast` the last value is taken off; `last`, [B K], is then that value, and zeros otherwise.
  package static func gather(
    _ table: [Float], columns: Int, origins: ArraySlice<Int64>, lookback: Int, subtractLast: Bool
  ) -> (windows: Matrix, last: [Double]) {
    var matrix = Matrix(rows: origins.count * columns, columns: lookback)
    var last = [Double](repeating: 0, count: origins.count * columns)
    table.withUnsafeBufferPointer { table in
      matrix.values.withUnsafeMutableBufferPointer { out in
        for (window, origin) in origins.enumerated() {
          for column in 0..<columns {
            let row = window * columns + column
            let end = Int(origin) * columns + column
            let base = subtractLast ? Double(table[end]) : 0
            last[row] = base
            var source = end - (lookback - 1) * columns
            for step in 0..<lookback {
              out[row * lookback + step] = Double(table[source]) - base
              source += columns
            }
          }
        }
      }
    }
    return (matrix, last)
  }
}
