private import Numerics

extension GaussianProcess {
  /// How hyper-parameters were found.
  package struct Fit: Sendable {
    package var parameters: [Double]
    /// ln p(Y) there.
    package var likelihood: Double
    /// One row a step: likelihood and jitter.
    package var path: [Evaluation]
    package var evaluations: Int
    package var stop: Ascent.Stop
    /// The greatest that was added to the diagonal on the way, and what the result needs.
    package var greatestJitter: Double
    package var jitter: Double
  }

  /// Variances and length scales stay between 1e-5 and 1e5, as scikit-learn has it; the noise is 1e-8 at least, and
  /// means may be anything.
  package var bounds: [ClosedRange<Double>] {
    let far = Elementary.log(1e5)
    let kernels = [ClosedRange<Double>](repeating: -far...far, count: kernel.parameterCount)
    let means = [ClosedRange<Double>](repeating: -1e9...1e9, count: outputs)
    return kernels + [Elementary.log(1e-8)...far] + means
  }

  /// Climbs the likelihood; throws where the kernel matrix of the start is indefinite.
  ///
  /// `progress` is told of each evaluation's number; means may be held where they are.
  package func fit(
    from start: [Double], by method: Ascent.Method, steps: Int, holdingMeans: Bool = false,
    progress: (Int) -> Void = { _ in }
  ) throws(GaussianProcessError) -> Fit {
    var greatest = 0.0
    var count = 0
    var bounds = bounds
    if holdingMeans {
      for index in (kernel.parameterCount + 1)..<parameterCount {
        bounds[index] = start[index]...start[index]
      }
    }
    let ascent = Ascent(method, steps: steps, bounds: bounds)
    let found = ascent.run(from: start, value: \.value, gradient: \.gradient) { point in
      count += 1
      progress(count)
      let made = likelihood(at: point)
      if let made { greatest = max(greatest, made.jitter) }
      return made
    }
    guard let found else { throw .indefinite(rows: rows, jitter: 1e-4) }
    return Fit(
      parameters: found.point, likelihood: found.evaluation.value, path: found.path,
      evaluations: found.evaluations, stop: found.stop, greatestJitter: greatest,
      jitter: found.evaluation.jitter)
  }
}
