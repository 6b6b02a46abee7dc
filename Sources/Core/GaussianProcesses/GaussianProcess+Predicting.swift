private import Numerics
package import Tensors

extension GaussianProcess {
  /// Makes ready to predict at some parameters; nil where the kernel matrix is indefinite, else the jitter.
  package func condition(on parameters: [Double]) -> Double? { factor(at: parameters) ? jitter : nil }

  /// Means, [b, m], and the variance of the process without its noise, [b], at some places, [b, D]; after
  /// ``condition(on:)``.
  ///
  /// The variance is k(x, x) − ‖L⁻¹ k(x)‖², the same for all outputs. Reads only, so several threads may ask at once.
  package func predict(at inputs: Matrix, wantsVariance: Bool = true) -> (mean: Matrix, variance: [Double]) {
    precondition(inputs.columns == dimensions, "places of \(inputs.columns) dimensions, not \(dimensions)")
    let (n, b) = (rows, inputs.rows)
    guard b > 0 else { return (Matrix(rows: 0, columns: outputs), []) }
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: rowMemoryCount)
    memory.initialize(repeating: 0, count: rowMemoryCount)
    defer { memory.deallocate() }
    let row = KernelRow(kernel, capacity: Self.run, memory: memory)
    let atZero = prior(row)
    var cross = Matrix(rows: n, columns: b)
    cross.values.withUnsafeMutableBufferPointer { cross in
      guard let start = cross.baseAddress else { return }
      for place in 0..<b { self.cross(inputs, place, row, into: start + place, stride: b) }
    }
    var mean = cross.transposedTimes(
      Matrix(rows: n, columns: outputs, values: Array(UnsafeBufferPointer(start: alpha, count: n * outputs))))
    for index in mean.values.indices {
      mean.values[index] += parameters[kernel.parameterCount + 1 + index % outputs]
    }
    guard wantsVariance else { return (mean, []) }
    let variance = cross.values.withUnsafeMutableBufferPointer { cross -> [Double] in
      guard let cross = cross.baseAddress else { return [] }
      cholesky.solveHalf(cross, columns: b)
      return (0..<b).map { index in
        var left = atZero
        for place in 0..<n { left -= cross[place * b + index] * cross[place * b + index] }
        return max(left, 0)
      }
    }
    return (mean, variance)
  }

  /// The variance of the noise that ``condition(on:)`` was given.
  package var noise: Double { Elementary.exp(parameters[kernel.parameterCount]) }

  /// k(x, x).
  private func prior(_ memory: KernelRow) -> Double {
    for leaf in 0..<kernel.leafCount { memory.squares(leaf)[0] = 0 }
    return memory.evaluate(1, parameters, withChanges: false)[0]
  }

  /// The kernel of the place `index` with all rows, down a column of [n, stride].
  private func cross(
    _ inputs: Matrix, _ index: Int, _ memory: KernelRow, into target: UnsafeMutablePointer<Double>,
    stride: Int
  ) {
    let (n, d) = (rows, dimensions)
    var column = 0
    while column < n {
      let count = min(Self.run, n - column)
      for node in kernel.nodes {
        guard case .stationary(_, let first, let leaf) = node else { continue }
        let squares = memory.squares(leaf)
        for place in 0..<count { squares[place] = 0 }
        for dimension in 0..<d {
          let factor = Elementary.exp(-parameters[first + (kernel.isPerDimension ? dimension : 0)])
          let here = inputs.values[index * d + dimension] * factor
          let others = scaled + (leaf * d + dimension) * n + column
          for place in 0..<count {
            let distance = others[place] - here
            squares[place] += distance * distance
          }
        }
      }
      let values = memory.evaluate(count, parameters, withChanges: false)
      for place in 0..<count { target[(column + place) * stride] = values[place] }
      column += count
    }
  }
}
