import Numerics
import Tensors
import Testing

/// B Bᵀ + I of seeded numbers.
private func positiveDefinite(_ n: Int) -> Matrix {
  let stream = RandomStream(seed: 5, purpose: "test.cholesky")
  let b = Matrix(rows: n, columns: n, values: (0..<n * n).map { stream.normal(at: $0) })
  var a = b.times(b.transposed)
  for index in 0..<n { a.values[index * (n + 1)] += 1 }
  return a
}

@Test(arguments: [0, 1, 2, 7, 40])
func `What it solves and inverts gives back the matrix`(n: Int) throws {
  let a = positiveDefinite(n)
  let factor = try #require(Cholesky(a))
  #expect(factor.jitter == 0)
  let wanted = (0..<n).map { Double($0) - 1.5 }
  let right = a.times(Matrix(rows: n, columns: 1, values: wanted)).values
  for (x, y) in zip(factor.solve(right), wanted) { #expect(abs(x - y) < 1e-10) }
  let product = a.times(factor.inverse())
  for row in 0..<n {
    for column in 0..<n { #expect(abs(product.values[row * n + column] - (row == column ? 1 : 0)) < 1e-10) }
  }
}

@Test func `The logarithm of a determinant is that of the product of a diagonal`() throws {
  let a = Matrix(rows: 3, columns: 3, values: [2, 0, 0, 0, 3, 0, 0, 0, 0.5])
  let factor = try #require(Cholesky(a))
  #expect(abs(factor.logDeterminant - Elementary.log(3)) < 1e-15)
}

@Test func `A singular matrix gets a little on its diagonal, and says how much`() throws {
  let ones = Matrix(rows: 20, columns: 20, values: [Double](repeating: 1, count: 400))
  let factor = try #require(Cholesky(ones))
  #expect(factor.jitter > 0 && factor.jitter < 1e-10)
}

@Test(arguments: [[1, 2, 2, 1], [-1, 0, 0, -1], [.nan, 0, 0, 1]])
func `A matrix that is far from positive definite has none`(values: [Double]) {
  #expect(Cholesky(Matrix(rows: 2, columns: 2, values: values)) == nil)
}
