/// The same on arrays, for those who look at one series at a time.
extension EquispacedProcess {
  /// The parameters after `steps` of Adam; nil where a matrix on the way was not positive definite.
  package func fitted(
    _ values: [Double], steps: Int, rate: Double, from start: [Double]? = nil
  ) -> [Double]? {
    require(values)
    let start = start ?? [Double](repeating: 0, count: parameterCount)
    var parameters = [Double](repeating: 0, count: parameterCount)
    let isFitted = withMemory { memory in
      values.withUnsafeBufferPointer { values in
        parameters.withUnsafeMutableBufferPointer { parameters in
          guard let values = values.baseAddress, let parameters = parameters.baseAddress else { return false }
          return fit(values, steps: steps, rate: rate, from: start, into: parameters, memory: memory)
        }
      }
    }
    return isFitted ? parameters : nil
  }

  /// The logarithm of the marginal likelihood, and its gradient; nil where the matrix is not positive definite.
  package func likelihood(
    of values: [Double], at parameters: [Double]
  ) -> (value: Double, gradient: [Double])? {
    require(values)
    var gradient = [Double](repeating: 0, count: parameterCount)
    let value = withMemory { memory in
      values.withUnsafeBufferPointer { values in
        gradient.withUnsafeMutableBufferPointer { gradient in
          values.baseAddress.flatMap {
            likelihood(of: $0, at: parameters, gradient: gradient.baseAddress, memory: memory)
          }
        }
      }
    }
    return value.map { ($0, gradient) }
  }

  /// Means and variances of the process without its noise.
  package struct Posterior: Sendable {
    package var mean: [Double]
    package var variance: [Double]
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
    ) -> Bool
  ) -> Posterior? {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count + 1) { both in
      guard let start = both.baseAddress, withMemory({ body(start, start + count, $0) }) else { return nil }
      return Posterior(mean: Array(both[..<count]), variance: Array(both[count..<2 * count]))
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
