/// The same on arrays, for those who look at one series at a time.
extension EquispacedProcess {
  /// The parameters after `steps` of Adam; nil where a matrix on the way stayed indefinite.
  package func fitted(
    _ values: [Double], steps: Int, rate: Double, from start: [Double]? = nil
  ) -> [Double]? {
    require(values)
    var parameters = [Double](repeating: 0, count: parameterCount)
    let jitter = withMemory { memory in
      fit(values, steps: steps, rate: rate, from: start, into: &parameters, memory: memory)
    }
    return jitter == nil ? nil : parameters
  }

  /// A likelihood, and what it took.
  package struct Evaluation: Sendable {
    package var value: Double
    /// After the parameters.
    package var gradient: [Double]
    /// What was added to the diagonal besides the noise; usually zero.
    package var jitter: Double
  }

  /// The logarithm of the marginal likelihood, and its gradient; nil where the matrix stays indefinite.
  package func likelihood(of values: [Double], at parameters: [Double]) -> Evaluation? {
    require(values)
    var gradient = [Double](repeating: 0, count: parameterCount)
    let made = withMemory { likelihood(of: values, at: parameters, gradient: &gradient, memory: $0) }
    return made.map { Evaluation(value: $0.value, gradient: gradient, jitter: $0.jitter) }
  }

  /// Means and variances of the process without its noise.
  package struct Posterior: Sendable {
    package var mean: [Double]
    package var variance: [Double]
    /// What was added to the diagonal besides the noise; usually zero.
    package var jitter: Double
  }

  /// At the values' own places.
  package func smoothed(_ values: [Double], at parameters: [Double]) -> Posterior? {
    require(values)
    return posterior(count) { mean, variance, memory in
      smooth(values, at: parameters, mean: mean, variance: variance, memory: memory)
    }
  }

  /// At `steps` places behind the last value.
  package func continued(_ values: [Double], by steps: Int, at parameters: [Double]) -> Posterior? {
    require(values)
    return posterior(steps) { mean, variance, memory in
      continuation(
        of: values, steps: steps, at: parameters, mean: mean, variance: variance, memory: memory)
    }
  }

  private func posterior(
    _ count: Int,
    _ body: (
      UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>
    ) -> Double?
  ) -> Posterior? {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count + 1) { both in
      guard let start = both.baseAddress, let jitter = withMemory({ body(start, start + count, $0) }) else {
        return nil
      }
      return Posterior(
        mean: Array(both[..<count]), variance: Array(both[count..<2 * count]), jitter: jitter)
    }
  }

  private func withMemory<Result>(_ body: (UnsafeMutablePointer<Double>) -> Result) -> Result {
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: memoryCount)
    memory.initialize(repeating: 0, count: memoryCount)
    defer { memory.deallocate() }
    return body(memory)
  }

  private func require(_ values: [Double]) {
    precondition(values.count == count, "a process over \(count) values got \(values.count)")
  }
}
