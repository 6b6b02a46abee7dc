import Numerics
import Tensors
import Testing

private func random(_ rows: Int, _ columns: Int, _ purpose: String) -> Matrix {
  let stream = RandomStream(seed: 5, purpose: purpose)
  return Matrix(rows: rows, columns: columns, values: (0..<(rows * columns)).map(stream.normal(at:)))
}

@Test(arguments: [(0, 2, 3), (1, 1, 1), (2, 3, 4), (17, 33, 9), (5, 0, 2)])
func `A product is the sum of products`(m: Int, k: Int, n: Int) {
  let (a, b) = (random(m, k, "a"), random(k, n, "b"))
  let product = a.times(b)
  for row in 0..<m {
    for column in 0..<n {
      let expected = (0..<k).reduce(0.0) { $0 + a.values[row * k + $1] * b.values[$1 * n + column] }
      #expect(abs(product.values[row * n + column] - expected) < 1e-12)
    }
  }
}

@Test(arguments: [1, 2, 5, 40])
func `The solution solves the equations`(n: Int) throws {
  let factor = random(n, n, "f")
  let a = factor.times(factor.transposed)
  let b = random(n, 3, "right")
  let x = try #require(Matrix.solve(a, ridge: 0.5, b))
  var left = a
  for index in 0..<n { left.values[index * n + index] += 0.5 }
  for (found, wanted) in zip(left.times(x).values, b.values) { #expect(abs(found - wanted) < 1e-8) }
}

@Test func `Equations that are not positive definite have no solution`() {
  #expect(
    Matrix.solve(Matrix(rows: 2, columns: 2, values: [1, 2, 2, 1]), ridge: 0, Matrix(rows: 2, columns: 1))
      == nil)
}
