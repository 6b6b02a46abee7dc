private import COpenBLAS

extension Matrix {
  /// Solves (A + λ I) X = B for a symmetric positive semi-definite A of [n, n] and B of [n, m], by Cholesky's
  /// factorisation (LAPACK `dpotrf` and `dpotrs`); nil when A + λ I is not positive definite in double precision.
  package static func solve(_ a: Matrix, ridge lambda: Double, _ b: Matrix) -> Matrix? {
    precondition(
      a.rows == a.columns && a.rows == b.rows,
      "A of [\(a.rows), \(a.columns)] does not fit B of [\(b.rows), \(b.columns)]")
    let n = Int32(a.rows)
    var factor = a.values
    for index in 0..<a.rows { factor[index * a.columns + index] += lambda }
    // A is symmetric, so its rows may be read as columns, and LAPACKE copies nothing.
    guard LAPACKE_dpotrf(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, &factor, n) == 0 else { return nil }
    var right = b.transposed
    let status = LAPACKE_dpotrs(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, Int32(b.columns), factor, n, &right.values, n)
    precondition(status == 0, "dpotrs refused its argument \(-status)")
    return right.transposed
  }
}
