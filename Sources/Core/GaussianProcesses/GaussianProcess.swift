private import Numerics
package import Tensors

/// An exact Gaussian process: any places, several outputs that share the kernel matrix, a constant mean for each and
/// independent noise.
///
/// Doubles throughout. A likelihood with its gradient is a factorisation, an inverse, and one pass over half of the
/// kernel matrix for all parameters at once: ∂ ln p / ∂θ = ½ tr((α αᵀ − m K⁻¹) ∂K/∂θ) (Rasmussen, Williams,
/// «Gaussian processes for machine learning», 5.9, https://gaussianprocess.org/gpml/). Kernels are evaluated again
/// where they are needed, so that two matrices of [n, n] are all it holds.
///
/// Parameters are the logarithms of those of the kernel, the logarithm of the noise's variance, and the means.
///
/// A class, because it guards memory. Unchecked: ``predict(at:wantsVariance:)`` only reads, and whoever fits holds the
/// only reference.
package final class GaussianProcess: TeamWork, @unchecked Sendable {
  /// What a likelihood is, and what it took.
  package struct Evaluation: Sendable {
    /// ln p(Y), summed over the outputs.
    package var value: Double
    /// Its derivatives after the parameters; empty where none were asked for.
    package var gradient: [Double]
    /// What was added to the diagonal besides the noise, so that the matrix could be factored; usually zero.
    package var jitter: Double
  }

  package let kernel: Kernel
  /// n.
  package let rows: Int
  /// m.
  package let outputs: Int
  /// D.
  package var dimensions: Int { kernel.dimensions }
  package var parameterCount: Int { kernel.parameterCount + 1 + outputs }

  private let team: Team
  let cholesky: TiledCholesky
  /// [D, n].
  private let places: UnsafeMutablePointer<Double>
  /// The places over the length scales, [leaf, D, n].
  let scaled: UnsafeMutablePointer<Double>
  /// [n, m].
  private let targets: [Double]
  /// K⁻¹ (Y − means), [n, m].
  let alpha: UnsafeMutablePointer<Double>
  let parameters: UnsafeMutablePointer<Double>
  /// A gradient a block of rows.
  private let partials: UnsafeMutablePointer<Double>
  private let rowMemory: UnsafeMutablePointer<Double>
  let rowMemoryCount: Int
  var jitter = 0.0
  private var phase = Phase.fill

  private enum Phase { case fill, derive }

  /// Rows of one task.
  private static let block = 32
  /// Columns that are evaluated at once, so that a run stays in the nearest cache.
  static let run = 512

  private var blocks: Int { (rows + Self.block - 1) / Self.block }

  /// `inputs` is [n, D] and `outputs` [n, m]; one that only predicts holds one matrix instead of two, and has no
  /// gradient.
  package init(inputs: Matrix, outputs: Matrix, kernel: Kernel, team: Team, onlyPredicts: Bool = false) {
    precondition(
      inputs.rows == outputs.rows && inputs.columns == kernel.dimensions && inputs.rows > 0,
      """
      inputs of [\(inputs.rows), \(inputs.columns)] and outputs of [\(outputs.rows), \(outputs.columns)] do not fit \
      a kernel over \(kernel.dimensions) dimensions
      """)
    self.kernel = kernel
    self.team = team
    rows = inputs.rows
    self.outputs = outputs.columns
    targets = outputs.values
    let (n, d) = (inputs.rows, inputs.columns)
    cholesky = TiledCholesky(count: n, inverse: !onlyPredicts, team: team)
    places = .allocate(capacity: d * n)
    scaled = .allocate(capacity: kernel.leafCount * d * n)
    scaled.initialize(repeating: 0, count: kernel.leafCount * d * n)
    for row in 0..<n {
      for dimension in 0..<d { places[dimension * n + row] = inputs.values[row * d + dimension] }
    }
    alpha = .allocate(capacity: max(n * outputs.columns, 1))
    let count = kernel.parameterCount + 1 + outputs.columns
    parameters = .allocate(capacity: count)
    let blocks = (n + Self.block - 1) / Self.block
    partials = .allocate(capacity: blocks * count)
    rowMemoryCount = KernelRow.count(kernel, capacity: Self.run)
    rowMemory = .allocate(capacity: blocks * rowMemoryCount)
    rowMemory.initialize(repeating: 0, count: blocks * rowMemoryCount)
  }

  deinit {
    places.deallocate()
    scaled.deallocate()
    alpha.deallocate()
    parameters.deallocate()
    partials.deallocate()
    rowMemory.deallocate()
  }

  /// Matrices of [n, n] in memory at a time.
  package static let copies = 2

  // MARK: Likelihood

  /// The logarithm of the marginal likelihood at some parameters, and its gradient; nil where the kernel matrix is
  /// indefinite even with 1e-4 of its mean diagonal added.
  package func likelihood(at parameters: [Double], wantsGradient: Bool = true) -> Evaluation? {
    guard factor(at: parameters) else { return nil }
    var fit = 0.0
    for index in targets.indices {
      fit += (targets[index] - parameters[kernel.parameterCount + 1 + index % outputs]) * alpha[index]
    }
    let (n, m) = (Double(rows), Double(outputs))
    let value =
      -0.5 * fit - 0.5 * m * cholesky.logDeterminant - n * m * Elementary.halfLogOfTwoPi
    guard value.isFinite else { return nil }
    guard wantsGradient else { return Evaluation(value: value, gradient: [], jitter: jitter) }
    cholesky.formWeights(alpha, columns: outputs)
    return Evaluation(value: value, gradient: gradient(), jitter: jitter)
  }

  /// Leaves L in the matrix and K⁻¹ (Y − means) in `alpha`.
  func factor(at parameters: [Double]) -> Bool {
    precondition(
      parameters.count == parameterCount, "\(parameters.count) parameters, not \(parameterCount)")
    self.parameters.update(from: parameters, count: parameters.count)
    scalePlaces()
    jitter = 0
    var diagonal = 0.0
    while true {
      phase = .fill
      team.run(blocks, self)
      if jitter == 0 {
        for row in 0..<rows { diagonal += cholesky.matrix[row * (rows + 1)] }
        diagonal /= Double(rows)
      }
      if cholesky.factor() { break }
      jitter = jitter == 0 ? 1e-12 * diagonal : 10 * jitter
      guard diagonal > 0, diagonal < .infinity, jitter < 2e-4 * diagonal else { return false }
    }
    for index in targets.indices {
      alpha[index] = targets[index] - parameters[kernel.parameterCount + 1 + index % outputs]
    }
    cholesky.solve(alpha, columns: outputs)
    return true
  }

  private func scalePlaces() {
    let (n, d) = (rows, dimensions)
    for node in kernel.nodes {
      guard case .stationary(_, let first, let leaf) = node else { continue }
      for dimension in 0..<d {
        let factor = Elementary.exp(-parameters[first + (kernel.isPerDimension ? dimension : 0)])
        let (from, to) = (places + dimension * n, scaled + (leaf * d + dimension) * n)
        for row in 0..<n { to[row] = from[row] * factor }
      }
    }
  }

  private func gradient() -> [Double] {
    phase = .derive
    for index in 0..<(blocks * parameterCount) { partials[index] = 0 }
    team.run(blocks, self)
    var gradient = [Double](repeating: 0, count: parameterCount)
    for block in 0..<blocks {
      for index in 0..<parameterCount { gradient[index] += partials[block * parameterCount + index] }
    }
    for row in 0..<rows {
      for output in 0..<outputs {
        gradient[kernel.parameterCount + 1 + output] += alpha[row * outputs + output]
      }
    }
    return gradient
  }

  // MARK: Blocks of rows

  package func perform(_ task: Int) {
    let memory = KernelRow(kernel, capacity: Self.run, memory: rowMemory + task * rowMemoryCount)
    for row in (task * Self.block)..<min((task + 1) * Self.block, rows) {
      var column = 0
      while column <= row {
        let count = min(Self.run, row + 1 - column)
        switch phase {
        case .fill: fill(row, column, count, memory)
        case .derive: derive(row, column, count, memory, into: partials + task * parameterCount)
        }
        column += count
      }
    }
  }

  /// The squared distances of a row's place to those from `column` on.
  private func measure(_ row: Int, _ column: Int, _ count: Int, _ memory: KernelRow) {
    let (n, d) = (rows, dimensions)
    for leaf in 0..<kernel.leafCount {
      let squares = memory.squares(leaf)
      for dimension in 0..<d {
        let others = scaled + (leaf * d + dimension) * n
        let here = others[row]
        if dimension == 0 {
          for place in 0..<count {
            let distance = others[column + place] - here
            squares[place] = distance * distance
          }
        } else {
          for place in 0..<count {
            let distance = others[column + place] - here
            squares[place] += distance * distance
          }
        }
      }
    }
  }

  private func fill(_ row: Int, _ column: Int, _ count: Int, _ memory: KernelRow) {
    measure(row, column, count, memory)
    let values = memory.evaluate(count, parameters, withChanges: false)
    let target = cholesky.matrix + row * rows + column
    for place in 0..<count { target[place] = values[place] }
    if column + count > row {
      target[row - column] += Elementary.exp(parameters[kernel.parameterCount]) + jitter
    }
  }

  /// Adds to the gradient what the weights of a row make of the kernel's derivatives; the lower half stands for both,
  /// and the diagonal for half of itself.
  private func derive(
    _ row: Int, _ column: Int, _ count: Int, _ memory: KernelRow, into gradient: UnsafeMutablePointer<Double>
  ) {
    measure(row, column, count, memory)
    memory.evaluate(count, parameters, withChanges: true)
    let weights = cholesky.matrix + row * rows + column
    let slopes = memory.slopes
    for place in 0..<count { slopes[place] = weights[place] }
    if column + count > row {
      let last = row - column
      slopes[last] *= 0.5
      gradient[kernel.parameterCount] += slopes[last] * Elementary.exp(parameters[kernel.parameterCount])
    }
    memory.pull(count, into: gradient)
    guard kernel.isPerDimension else { return }
    for node in kernel.nodes {
      guard case .stationary(_, let first, let leaf) = node else { continue }
      for dimension in 0..<dimensions {
        let others = scaled + (leaf * dimensions + dimension) * rows
        gradient[first + dimension] += Runs.weightedSquares(
          memory.changes(leaf), others + column, others[row], count: count)
      }
    }
  }
}
