private import COpenBLAS
private import Numerics

/// The Cholesky factor of a symmetric positive definite matrix of [n, n], in double precision (LAPACK `dpotrf`).
///
/// Its last bits are those of the kernels that OpenBLAS chose for the processor (``Kernels``).
///
/// A matrix that rounding has made indefinite gets a little more on its diagonal, ten times as much at each attempt.
package struct Cholesky: Sendable {
  /// n.
  package let count: Int
  /// What was added to the diagonal; zero unless it had to be.
  package let jitter: Double
  /// The factor, [n, n]; what lies across the diagonal from it is without meaning.
  private let factor: [Double]

  private static let half = CChar(UInt8(ascii: "U"))
  /// OpenBLAS's own threads, whose number changes the bytes, are turned off once.
  private static let threadsAreOff: Void = openblas_set_num_threads(1)

  /// Factors `matrix`; nil when it is far from positive definite, or holds something that is not a number.
  ///
  /// The attempts add 0, then 1e-12, 1e-11, … 1e-4 of the mean of the diagonal.
  package init?(_ matrix: Matrix) {
    precondition(
      matrix.rows == matrix.columns, "a matrix of [\(matrix.rows), \(matrix.columns)] has no Cholesky factor")
    count = matrix.rows
    _ = Self.threadsAreOff
    let diagonal = (0..<matrix.rows).reduce(0.0) { $0 + matrix.values[$1 * (matrix.rows + 1)] }
    let mean = diagonal / Double(max(matrix.rows, 1))
    var jitter = 0.0
    while true {
      if let factor = Self.factor(matrix, jitter: jitter) {
        self.factor = factor
        self.jitter = jitter
        return
      }
      jitter = jitter == 0 ? 1e-12 * mean : 10 * jitter
      guard mean > 0, jitter < 2e-4 * mean else { return nil }
    }
  }

  /// ln |A|.
  package var logDeterminant: Double {
    (0..<count).reduce(0) { $0 + 2 * Elementary.log(factor[$1 * (count + 1)]) }
  }

  /// The x of A x = b, [n].
  package func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == count, "a matrix of [\(count), \(count)] does not fit \(b.count) right sides")
    var x = b
    let n = Int32(count)
    guard count > 0 else { return x }
    let status = LAPACKE_dpotrs(LAPACK_COL_MAJOR, Self.half, n, 1, factor, n, &x, n)
    precondition(status == 0, "dpotrs refused its argument \(-status)")
    return x
  }

  /// A⁻¹, [n, n], symmetric to the bit.
  package func inverse() -> Matrix {
    var values = factor
    let n = Int32(count)
    if count > 0 {
      let status = LAPACKE_dpotri(LAPACK_COL_MAJOR, Self.half, n, &values, n)
      precondition(status == 0, "dpotri refused its argument \(-status)")
    }
    // Column by column the upper half is what row by row is the lower one.
    for row in 0..<count {
      for column in 0..<row { values[column * count + row] = values[row * count + column] }
    }
    return Matrix(rows: count, columns: count, values: values)
  }

  private static func factor(_ matrix: Matrix, jitter: Double) -> [Double]? {
    var values = matrix.values
    for index in 0..<matrix.rows { values[index * (matrix.rows + 1)] += jitter }
    guard matrix.rows > 0 else { return values }
    // The matrix is symmetric, so its rows may be read as columns, and LAPACKE copies nothing.
    let n = Int32(matrix.rows)
    return LAPACKE_dpotrf(LAPACK_COL_MAJOR, half, n, &values, n) == 0 ? values : nil
  }
}
