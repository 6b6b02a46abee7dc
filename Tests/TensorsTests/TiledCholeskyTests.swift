import Numerics
import Tensors
import Testing

/// B Bᵀ + n I of seeded numbers.
private func positiveDefinite(_ n: Int) -> Matrix {
  let stream = RandomStream(seed: 5, purpose: "test.cholesky")
  let b = Matrix(rows: n, columns: n, values: (0..<n * n).map { stream.normal(at: $0) })
  var a = b.times(b.transposed)
  for index in 0..<n { a.values[index * (n + 1)] += Double(n) }
  return a
}

@Test(arguments: [1, 2, 63, 191, 192, 193, 400])
func `Tiles give the factor, the solution and the inverse of the whole`(n: Int) throws {
  let a = positiveDefinite(n)
  let whole = try #require(Cholesky(a))
  let tiled = TiledCholesky(count: n, inverse: true, team: Team(threads: 2))
  for index in 0..<n * n { tiled.matrix[index] = a.values[index] }
  #expect(tiled.factor())
  #expect(abs(tiled.logDeterminant - whole.logDeterminant) < 1e-10 * abs(whole.logDeterminant) + 1e-12)

  let right = (0..<2 * n).map { Double($0 % 7) - 2.5 }
  var x = right
  let first = whole.solve((0..<n).map { right[2 * $0] })
  x.withUnsafeMutableBufferPointer { if let x = $0.baseAddress { tiled.solve(x, columns: 2) } }
  for row in 0..<n { #expect(abs(x[2 * row] - first[row]) < 1e-12) }

  var one = (0..<n).map { right[2 * $0] }
  one.withUnsafeMutableBufferPointer { if let x = $0.baseAddress { tiled.solve(x, columns: 1) } }
  for row in 0..<n { #expect(abs(one[row] - first[row]) < 1e-12) }

  let inverse = whole.inverse()
  x.withUnsafeMutableBufferPointer { if let x = $0.baseAddress { tiled.formWeights(x, columns: 2) } }
  for row in 0..<n {
    for column in 0...row {
      let products = x[2 * row] * x[2 * column] + x[2 * row + 1] * x[2 * column + 1]
      let wanted = products - 2 * inverse.values[row * n + column]
      #expect(abs(tiled.matrix[row * n + column] - wanted) < 1e-12)
    }
  }
}

@Test(arguments: [3, 300])
func `A matrix that is indefinite in its last tile is told`(n: Int) {
  var a = positiveDefinite(n)
  a.values[n * n - 1] = -1
  let tiled = TiledCholesky(count: n, inverse: false, team: Team(threads: 1))
  for index in 0..<n * n { tiled.matrix[index] = a.values[index] }
  #expect(!tiled.factor())
}
