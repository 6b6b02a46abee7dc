private import COpenBLAS

/// A matrix of doubles, row after row.
package struct Matrix: Sendable {
  package let rows: Int
  package let columns: Int
  /// The elements, [rows, columns].
  package var values: [Double]

  package init(rows: Int, columns: Int, values: [Double]) {
    precondition(
      values.count == rows * columns, "\(values.count) elements do not fill a matrix of [\(rows), \(columns)]"
    )
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix of zeros.
  package init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Double](repeating: 0, count: rows * columns))
  }

  /// The product with `other`: [m, k] times [k, n] is [m, n].
  package func times(_ other: Matrix) -> Matrix {
    product(with: other, transposing: false, rows: rows, inner: columns)
  }

  /// The product of this one's transpose with `other`: [k, m] and [k, n] give [m, n].
  package func transposedTimes(_ other: Matrix) -> Matrix {
    product(with: other, transposing: true, rows: columns, inner: rows)
  }

  private func product(with other: Matrix, transposing: Bool, rows: Int, inner: Int) -> Matrix {
    precondition(
      inner == other.rows,
      "a matrix of [\(rows), \(inner)] cannot multiply one of [\(other.rows), \(other.columns)]")
    var product = Matrix(rows: rows, columns: other.columns)
    guard rows > 0, inner > 0, other.columns > 0 else { return product }
    cblas_dgemm(
      CblasRowMajor, transposing ? CblasTrans : CblasNoTrans, CblasNoTrans, blasint(rows),
      blasint(other.columns), blasint(inner), 1, values, blasint(columns), other.values,
      blasint(other.columns), 0, &product.values, blasint(other.columns))
    return product
  }

  package var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result.values[column * rows + row] = values[row * columns + column] }
    }
    return result
  }
}
