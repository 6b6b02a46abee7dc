private import Numerics

/// An exact Gaussian process over equally spaced values: a constant mean, a stationary kernel and independent noise.
///
/// The kernel matrix is Toeplitz, T = t₀ R, so a likelihood with its gradient costs O(n²) instead of O(n³), without a
/// matrix: Levinson's recursion gives R⁻¹ y and the first column of R⁻¹ (Golub, Van Loan, «Matrix computations»,
/// 4.7), which holds the whole inverse (Gohberg, Semencul). Nothing is allocated: the caller brings the memory, and a
/// network may fit a process to every window of a batch.
///
/// Parameters are the logarithms of those of the kernel, the logarithm of the noise's variance, and the mean.
package struct EquispacedProcess: Sendable {
  package let kernel: Kernel
  /// n, at least one.
  package let count: Int
  /// The distance between neighbours.
  package let spacing: Double
  /// The furthest place outside of the values that is ever asked for, in steps.
  package let reach: Int

  package init(_ kernel: Kernel, count: Int, spacing: Double, reach: Int = 0) {
    precondition(
      kernel.dimensions == 1, "a kernel over \(kernel.dimensions) dimensions, and a series has one")
    precondition(count > 0 && reach >= 0, "a process over \(count) values that reaches \(reach)")
    self.kernel = kernel
    self.count = count
    self.spacing = spacing
    self.reach = reach
  }

  package var parameterCount: Int { kernel.parameterCount + 2 }
  var noise: Int { kernel.parameterCount }
  var mean: Int { kernel.parameterCount + 1 }

  /// Runs end in zeros, so that whole registers may be read behind them.
  private var stride: Int { (count + reach + 7) / 8 * 8 + 16 }

  /// Doubles that ``likelihood(of:at:gradient:memory:)`` and the others scribble on.
  package var memoryCount: Int {
    7 * stride + KernelRow.count(kernel, capacity: stride) + 4 * parameterCount
  }

  /// The pieces of the caller's memory.
  struct Memory {
    /// Correlations r, the first is 1.
    let r: UnsafeMutablePointer<Double>
    /// The same of the values, last first.
    let reversed: UnsafeMutablePointer<Double>
    /// (1, y): the first column of R⁻¹ times the last prediction error.
    let predictor: UnsafeMutablePointer<Double>
    /// y backwards, its first element last.
    let backwards: UnsafeMutablePointer<Double>
    /// R⁻¹ (values − mean).
    let solution: UnsafeMutablePointer<Double>
    let first: UnsafeMutablePointer<Double>
    let second: UnsafeMutablePointer<Double>
    let row: KernelRow
    let rest: UnsafeMutablePointer<Double>

    init(_ process: EquispacedProcess, _ start: UnsafeMutablePointer<Double>) {
      let stride = process.stride
      r = start
      reversed = start + stride
      predictor = start + 2 * stride
      backwards = start + 3 * stride
      solution = start + 4 * stride
      first = start + 5 * stride
      second = start + 6 * stride
      let kernel = start + 7 * stride
      row = KernelRow(process.kernel, capacity: stride, memory: kernel)
      rest = kernel + KernelRow.count(process.kernel, capacity: stride)
    }
  }

  /// The logarithm of the marginal likelihood, and its derivatives after the parameters where `gradient` is given; nil
  /// where the matrix stays indefinite, see ``factor(_:at:_:wantsLogarithms:withChanges:)``.
  ///
  /// ln p(y) = −½ (y − m)ᵀ T⁻¹ (y − m) − ½ ln |T| − n/2 ln 2π (Rasmussen, Williams, 2.30 and 5.9).
  package func likelihood(
    of values: UnsafePointer<Double>, at parameters: UnsafePointer<Double>,
    gradient: UnsafeMutablePointer<Double>?, memory: UnsafeMutablePointer<Double>
  ) -> (value: Double, jitter: Double)? {
    let memory = Memory(self, memory)
    guard
      let factor = factor(
        values, at: parameters, memory, wantsLogarithms: true, withChanges: gradient != nil)
    else { return nil }
    var fit = 0.0
    for place in 0..<count { fit += (values[place] - parameters[mean]) * memory.solution[place] }
    if let gradient { derive(parameters, memory, factor, into: gradient) }
    let n = Double(count)
    let value =
      -0.5 * (fit / factor.first + n * Elementary.log(factor.first) + factor.logarithms)
      - n * Elementary.halfLogOfTwoPi
    return (value, factor.jitter)
  }

  /// What Levinson's recursion leaves besides `predictor` and `solution`.
  struct Factor {
    /// t₀, with the jitter.
    var first: Double
    /// The last prediction error.
    var error: Double
    /// Σ ln of all prediction errors.
    var logarithms: Double
    /// What was added to the diagonal besides the noise, usually zero.
    var jitter: Double
  }

  /// Solves for the values; where rounding makes the matrix indefinite, 1e-12 to 1e-4 of its diagonal is added to it, as
  /// ``GaussianProcess`` does, and nil is for what even that does not mend.
  func factor(
    _ values: UnsafePointer<Double>, at parameters: UnsafePointer<Double>, _ memory: Memory,
    wantsLogarithms: Bool, withChanges: Bool = false, jitter least: Double = 0
  ) -> Factor? {
    let kernel = evaluate(parameters, memory, count, withChanges: withChanges)
    let diagonal = kernel[0] + Elementary.exp(parameters[noise])
    guard diagonal > 0, diagonal < .infinity else { return nil }
    var jitter = least
    while jitter < 2e-4 * diagonal {
      let first = diagonal + jitter
      let scale = 1 / first
      for lag in 0..<count { memory.r[lag] = kernel[lag] * scale }
      memory.r[0] = 1
      if let solved = solve(values, mean: parameters[mean], memory, wantsLogarithms: wantsLogarithms) {
        return Factor(first: first, error: solved.error, logarithms: solved.logarithms, jitter: jitter)
      }
      jitter = Self.more(than: jitter, of: diagonal)
    }
    return nil
  }

  private static func more(than jitter: Double, of diagonal: Double) -> Double {
    jitter == 0 ? 1e-12 * diagonal : 10 * jitter
  }

  /// The kernel at the first `count` lags, without the noise.
  private func evaluate(
    _ parameters: UnsafePointer<Double>, _ memory: Memory, _ count: Int, withChanges: Bool
  ) -> UnsafeMutablePointer<Double> {
    for node in kernel.nodes {
      guard case .stationary(_, let first, let leaf) = node else { continue }
      let squares = memory.row.squares(leaf)
      let scale = spacing * Elementary.exp(-parameters[first])
      for lag in 0..<count {
        let distance = Double(lag) * scale
        squares[lag] = distance * distance
      }
    }
    return memory.row.evaluate(count, parameters, withChanges: withChanges)
  }

  /// Levinson's recursion: fills `predictor` and `solution`; gives the last prediction error and Σ ln of all of them;
  /// nil where one is not positive.
  private func solve(
    _ values: UnsafePointer<Double>, mean: Double, _ memory: Memory, wantsLogarithms: Bool
  ) -> (error: Double, logarithms: Double)? {
    let n = count
    let (r, reversed, backwards, solution) = (memory.r, memory.reversed, memory.backwards, memory.solution)
    let y = memory.predictor + 1
    for place in 0..<stride {
      memory.predictor[place] = 0
      backwards[place] = 0
      solution[place] = 0
      reversed[place] = 0
    }
    for lag in 0..<n { reversed[n - 1 - lag] = r[lag] }
    memory.predictor[0] = 1
    solution[0] = values[0] - mean
    guard n > 1 else { return (1, 0) }
    var alpha = -r[1]
    var error = 1.0
    var logarithms = 0.0
    y[0] = alpha
    backwards[n - 2] = alpha
    for k in 1..<n {
      error *= 1 - alpha * alpha
      guard error > 0 else { return nil }
      if wantsLogarithms { logarithms += Elementary.log(error) }
      let tail = reversed + (n - 1 - k)
      let mirror = backwards + (n - 1 - k)
      var (forSolution, forPredictor) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      var place = 0
      while place < k {
        let correlation = Runs.load(tail + place)
        forSolution = forSolution.addingProduct(correlation, Runs.load(solution + place))
        forPredictor = forPredictor.addingProduct(correlation, Runs.load(y + place))
        place += 8
      }
      let mu = (values[k] - mean - Runs.total(forSolution)) / error
      let share = SIMD8<Double>(repeating: mu)
      guard k < n - 1 else {
        place = 0
        while place < k {
          Runs.store(
            Runs.load(solution + place).addingProduct(share, Runs.load(mirror + place)), solution + place)
          place += 8
        }
        solution[k] = mu
        break
      }
      alpha = -(r[k + 1] + Runs.total(forPredictor)) / error
      let reflection = SIMD8<Double>(repeating: alpha)
      place = 0
      while place < k {
        let (forward, backward) = (Runs.load(y + place), Runs.load(mirror + place))
        Runs.store(Runs.load(solution + place).addingProduct(share, backward), solution + place)
        Runs.store(forward.addingProduct(reflection, backward), y + place)
        Runs.store(backward.addingProduct(reflection, forward), mirror + place)
        place += 8
      }
      solution[k] = mu
      y[k] = alpha
      backwards[n - 2 - k] = alpha
    }
    return (error, logarithms)
  }

  /// The gradient: sums along the diagonals of α αᵀ − T⁻¹ meet the derivatives of the kernel at each lag.
  ///
  /// The sum of T⁻¹ along the diagonal d is Σ (n − d − 2k) y_k y_{k+d} / (error t₀), with y₀ = 1.
  func derive(
    _ parameters: UnsafePointer<Double>, _ memory: Memory, _ factor: Factor,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    let (n, first) = (count, factor.first)
    let (predictor, solution) = (memory.predictor, memory.solution)
    let (squareScale, inverseScale) = (1 / (first * first), 1 / (factor.error * first))
    let slopes = memory.row.slopes
    let eight = SIMD8<Double>(0, 1, 2, 3, 4, 5, 6, 7)
    for lag in 0..<n {
      var (squares, inverse) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      var weight = SIMD8<Double>(repeating: Double(n - lag)) - 2 * eight
      var place = 0
      while place < n - lag {
        squares = squares.addingProduct(Runs.load(solution + place), Runs.load(solution + place + lag))
        inverse = inverse.addingProduct(
          weight * Runs.load(predictor + place), Runs.load(predictor + place + lag))
        weight -= SIMD8<Double>(repeating: 16)
        place += 8
      }
      let sum = Runs.total(squares) * squareScale - Runs.total(inverse) * inverseScale
      slopes[lag] = lag == 0 ? 0.5 * sum : sum
    }
    for parameter in 0..<parameterCount { gradient[parameter] = 0 }
    gradient[noise] = slopes[0] * Elementary.exp(parameters[noise])
    memory.row.pull(n, into: gradient)
    var total = 0.0
    for place in 0..<n { total += solution[place] }
    gradient[mean] = total / first
  }

  // MARK: What it says

  /// Mean and variance of the process without its noise, at the values' own places; gives the jitter, nil where the
  /// matrix stays indefinite.
  ///
  /// With α = T⁻¹ (y − m), and the jitter in σ²: the mean is y − σ² α, and the variance σ² − σ⁴ diag T⁻¹.
  package func smooth(
    _ values: UnsafePointer<Double>, at parameters: UnsafePointer<Double>,
    mean means: UnsafeMutablePointer<Double>, variance: UnsafeMutablePointer<Double>?,
    memory: UnsafeMutablePointer<Double>
  ) -> Double? {
    let memory = Memory(self, memory)
    guard let factor = factor(values, at: parameters, memory, wantsLogarithms: false) else { return nil }
    let noise = Elementary.exp(parameters[noise]) + factor.jitter
    for place in 0..<count {
      means[place] = values[place] - noise * memory.solution[place] / factor.first
    }
    guard let variance else { return factor.jitter }
    let scale = noise * noise / (factor.error * factor.first)
    var diagonal = 0.0
    for place in 0..<count {
      let (ahead, behind) = (memory.predictor[place], place == 0 ? 0 : memory.predictor[count - place])
      diagonal += ahead * ahead - behind * behind
      variance[place] = max(noise - scale * diagonal, 0)
    }
    return factor.jitter
  }

  /// Means and variances of the process without its noise, 1, 2, … `steps` places behind the last value; gives the
  /// jitter, nil where the matrix stays indefinite.
  ///
  /// What lies before the first value is what lies behind the last of the values read backwards. Variances are what
  /// Schur's recursion, which is Cholesky's factorisation of a Toeplitz matrix in O(n²), leaves on the diagonal
  /// (Kailath, Sayed, «Displacement structure», https://doi.org/10.1137/1037082).
  package func continuation(
    of values: UnsafePointer<Double>, steps: Int, at parameters: UnsafePointer<Double>,
    mean means: UnsafeMutablePointer<Double>, variance: UnsafeMutablePointer<Double>?,
    memory: UnsafeMutablePointer<Double>
  ) -> Double? {
    precondition(steps <= reach, "\(steps) steps are more than the process reaches, \(reach)")
    let memory = Memory(self, memory)
    var least = 0.0
    while let factor = factor(values, at: parameters, memory, wantsLogarithms: false, jitter: least) {
      let kernel = evaluate(parameters, memory, count + steps, withChanges: false)
      for step in 0..<steps {
        var sum = 0.0
        for place in 0..<count { sum += kernel[count + step - place] * memory.solution[place] }
        means[step] = parameters[mean] + sum / factor.first
      }
      guard let variance else { return factor.jitter }
      if reduce(kernel, factor, steps, into: variance, memory) {
        let noise = Elementary.exp(parameters[noise]) + factor.jitter
        for step in 0..<steps { variance[step] = max(variance[step] - noise, 0) }
        return factor.jitter
      }
      least = Self.more(than: factor.jitter, of: factor.first - factor.jitter)
    }
    return nil
  }

  /// Schur's recursion: variances of the noisy values, given the past; false where rounding makes the matrix indefinite.
  private func reduce(
    _ kernel: UnsafePointer<Double>, _ factor: Factor, _ steps: Int,
    into variance: UnsafeMutablePointer<Double>, _ memory: Memory
  ) -> Bool {
    let (n, first) = (count, factor.first)
    let (u, v) = (memory.first, memory.second)
    let root = first.squareRoot()
    for lag in 0..<n + steps {
      u[lag] = kernel[lag] / root
      v[lag] = u[lag]
    }
    u[0] = root
    v[0] = 0
    for step in 0..<steps { variance[step] = first }
    for column in 0..<n {
      for step in 0..<steps {
        let element = u[n + step - column]
        variance[step] -= element * element
      }
      guard column < n - 1 else { break }
      let rho = v[column + 1] / u[0]
      guard abs(rho) < 1 else { return false }
      let scale = 1 / ((1 - rho) * (1 + rho)).squareRoot()
      let below = v + (column + 1)
      for place in 0..<(n + steps - column - 1) {
        let (a, b) = (u[place], below[place])
        u[place] = (a - rho * b) * scale
        below[place] = (b - rho * a) * scale
      }
    }
    return true
  }
}
