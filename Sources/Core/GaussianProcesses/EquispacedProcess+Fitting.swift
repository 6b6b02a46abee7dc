private import Numerics

extension EquispacedProcess {
  /// The least variance of the noise where Adam fits, which keeps the matrix well away from singular.
  package static let leastNoise = 1e-4

  /// Climbs the likelihood by Adam and leaves the parameters; gives the greatest jitter on the way, nil where a matrix
  /// stayed indefinite or a parameter is no finite number.
  ///
  /// As GPyTorch has it: the likelihood counts per value; variances and length scales are softplus of what Adam moves,
  /// which all starts at zero, so that they start at ln 2; the noise is 1e-4 at least
  /// (https://docs.gpytorch.ai/en/stable/likelihoods.html).
  ///
  /// `start` is where Adam begins, in its own numbers (``start(for:)``); zeros without it.
  package func fit(
    _ values: UnsafePointer<Double>, steps: Int, rate: Double, from start: UnsafePointer<Double>? = nil,
    into parameters: UnsafeMutablePointer<Double>, memory own: UnsafeMutablePointer<Double>
  ) -> Double? {
    let memory = Memory(self, own)
    let count = parameterCount
    let (raw, gradient) = (memory.rest, memory.rest + count)
    let (first, second) = (memory.rest + 2 * count, memory.rest + 3 * count)
    for index in 0..<count {
      raw[index] = start?[index] ?? 0
      first[index] = 0
      second[index] = 0
    }
    var (firstDecay, secondDecay) = (1.0, 1.0)
    var jitter = 0.0
    for _ in 0..<steps {
      place(raw, into: parameters)
      guard
        let factor = factor(values, at: parameters, memory, wantsLogarithms: false, withChanges: true)
      else { return nil }
      jitter = max(jitter, factor.jitter)
      derive(parameters, memory, factor, into: gradient)
      firstDecay *= 0.9
      secondDecay *= 0.999
      for index in 0..<count {
        let slope = gradient[index] * steepness(raw[index], parameters[index], index) / Double(self.count)
        first[index] = 0.9 * first[index] + 0.1 * slope
        second[index] = 0.999 * second[index] + 0.001 * slope * slope
        let size = (second[index] / (1 - secondDecay)).squareRoot() + 1e-8
        raw[index] += rate * (first[index] / (1 - firstDecay)) / size
      }
    }
    place(raw, into: parameters)
    for index in 0..<count where !parameters[index].isFinite { return nil }
    return jitter
  }

  /// The numbers of Adam that stand for some parameters.
  package func start(for parameters: [Double]) -> [Double] {
    parameters.enumerated().map { index, parameter in
      guard index != mean else { return parameter }
      // The inverse of softplus.
      let value = max(Elementary.exp(parameter) - (index == noise ? Self.leastNoise : 0), 1e-9)
      return value + Elementary.log(-Elementary.expMinusOne(-value))
    }
  }

  /// The parameters that stand for what Adam moves.
  private func place(_ raw: UnsafeMutablePointer<Double>, into parameters: UnsafeMutablePointer<Double>) {
    for index in 0..<mean {
      parameters[index] = Elementary.log((index == noise ? Self.leastNoise : 0) + Softplus.value(raw[index]))
    }
    parameters[mean] = raw[mean]
  }

  /// The derivative of a parameter after what Adam moves.
  private func steepness(_ raw: Double, _ parameter: Double, _ index: Int) -> Double {
    index == mean ? 1 : Elementary.exp(-parameter) / (1 + Elementary.exp(-raw))
  }
}
