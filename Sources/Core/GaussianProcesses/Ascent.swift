/// Finds where a smooth function is greatest, between bounds: L-BFGS or Adam; deterministic.
package struct Ascent: Sendable {
  package enum Method: Sendable, Equatable {
    /// L-BFGS (Nocedal, Wright, «Numerical optimization», 7.4), projected to the bounds, with a line search that halves
    /// by interpolation until the value rises enough (Armijo).
    case quasiNewton
    /// Kingma, Ba, https://arxiv.org/abs/1412.6980.
    case adam(rate: Double)
  }

  package enum Stop: String, Sendable {
    case flat = "the gradient is zero to 1e-5"
    case settled = "the value rises by less than 1e-9 of itself"
    case steps = "all steps were taken"
    case stuck = "no step along the gradient rises"
  }

  /// Where it ended, and the way there.
  package struct Result<Evaluation: Sendable>: Sendable {
    package var point: [Double]
    package var evaluation: Evaluation
    /// What each step accepted, that of the start first.
    package var path: [Evaluation]
    package var evaluations: Int
    package var stop: Stop
  }

  package var method: Method
  /// The greatest number of steps.
  package var steps: Int
  /// A range for each coordinate.
  package var bounds: [ClosedRange<Double>]

  package init(_ method: Method, steps: Int, bounds: [ClosedRange<Double>]) {
    self.method = method
    self.steps = steps
    self.bounds = bounds
  }

  /// Starts from `start`; nil where the function has no value there.
  ///
  /// `evaluate` gives nil where there is no value, and a line search then turns back.
  package func run<Evaluation: Sendable>(
    from start: [Double], value: (Evaluation) -> Double, gradient: (Evaluation) -> [Double],
    evaluate: ([Double]) -> Evaluation?
  ) -> Result<Evaluation>? {
    let start = clamped(start)
    guard let first = evaluate(start) else { return nil }
    var result = Result(point: start, evaluation: first, path: [first], evaluations: 1, stop: .steps)
    switch method {
    case .adam(let rate): climb(&result, rate, value, gradient, evaluate)
    case .quasiNewton: search(&result, value, gradient, evaluate)
    }
    return result
  }

  private func clamped(_ point: [Double]) -> [Double] {
    zip(point, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }
  }

  /// The gradient without what leads out of the bounds.
  private func projected(_ gradient: [Double], at point: [Double]) -> [Double] {
    point.indices.map { index in
      let isAtEnd =
        gradient[index] > 0
        ? point[index] >= bounds[index].upperBound : point[index] <= bounds[index].lowerBound
      return isAtEnd ? 0 : gradient[index]
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  // MARK: Adam

  /// The best point that was met is the result.
  private func climb<Evaluation>(
    _ result: inout Result<Evaluation>, _ rate: Double, _ value: (Evaluation) -> Double,
    _ gradient: (Evaluation) -> [Double], _ evaluate: ([Double]) -> Evaluation?
  ) {
    var (point, here) = (result.point, result.evaluation)
    var first = [Double](repeating: 0, count: point.count)
    var second = first
    var (firstDecay, secondDecay) = (1.0, 1.0)
    for _ in 0..<steps {
      let slopes = gradient(here)
      firstDecay *= 0.9
      secondDecay *= 0.999
      for index in point.indices {
        first[index] = 0.9 * first[index] + 0.1 * slopes[index]
        second[index] = 0.999 * second[index] + 0.001 * slopes[index] * slopes[index]
        let size = (second[index] / (1 - secondDecay)).squareRoot() + 1e-8
        point[index] += rate * (first[index] / (1 - firstDecay)) / size
      }
      point = clamped(point)
      result.evaluations += 1
      guard let next = evaluate(point) else {
        result.stop = .stuck
        return
      }
      here = next
      result.path.append(next)
      if value(next) > value(result.evaluation) { (result.point, result.evaluation) = (point, next) }
    }
  }

  // MARK: L-BFGS

  private static let memory = 10

  private func search<Evaluation>(
    _ result: inout Result<Evaluation>, _ value: (Evaluation) -> Double,
    _ gradient: (Evaluation) -> [Double], _ evaluate: ([Double]) -> Evaluation?
  ) {
    var pairs: [(s: [Double], y: [Double], rho: Double)] = []
    for _ in 0..<steps {
      let (point, here) = (result.point, result.evaluation)
      let slopes = projected(gradient(here), at: point)
      let greatest = slopes.map(abs).max() ?? 0
      guard greatest > 1e-5 else {
        result.stop = .flat
        return
      }
      var direction = projected(Self.product(slopes, pairs), at: point)
      if !(dot(direction, slopes) > 0) {
        direction = slopes
        pairs = []
      }
      // Without curvature the length of a step is not known: parameters are logarithms, and one is far.
      var length = pairs.isEmpty ? min(1, 1 / greatest) : 1
      var accepted: (point: [Double], evaluation: Evaluation)?
      for _ in 0..<30 {
        let candidate = clamped(zip(point, direction).map { $0 + length * $1 })
        let rise = dot(slopes, zip(candidate, point).map { $0 - $1 })
        result.evaluations += 1
        guard let made = evaluate(candidate) else {
          length *= 0.1
          continue
        }
        let gained = value(made) - value(here)
        if gained >= 1e-4 * rise, gained.isFinite {
          accepted = (candidate, made)
          break
        }
        // The greatest of the parabola through what is known, kept within a tenth and a half.
        let parabola = rise > gained ? 0.5 * rise / (rise - gained) : 0.5
        length *= min(max(parabola, 0.1), 0.5)
      }
      guard let accepted else {
        if pairs.isEmpty {
          result.stop = .stuck
          return
        }
        pairs = []
        continue
      }
      let before = gradient(here)
      let s = zip(accepted.point, point).map { $0 - $1 }
      let y = zip(before, gradient(accepted.evaluation)).map { $0 - $1 }
      let curvature = dot(s, y)
      if curvature > 1e-10 * dot(y, y) {
        pairs.append((s, y, 1 / curvature))
        if pairs.count > Self.memory { pairs.removeFirst() }
      }
      (result.point, result.evaluation) = accepted
      result.path.append(accepted.evaluation)
      let (old, new) = (value(here), value(accepted.evaluation))
      if new - old <= 1e-9 * max(abs(old), abs(new), 1) {
        result.stop = .settled
        return
      }
    }
  }

  /// The inverse curvature times the gradient: two loops over the last steps.
  private static func product(
    _ gradient: [Double], _ pairs: [(s: [Double], y: [Double], rho: Double)]
  ) -> [Double] {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var q = gradient
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = pair.rho * dot(pair.s, q)
      factors.append(factor)
      for index in q.indices { q[index] -= factor * pair.y[index] }
    }
    if let last = pairs.last {
      let scale = 1 / (last.rho * dot(last.y, last.y))
      for index in q.indices { q[index] *= scale }
    }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      let other = pair.rho * dot(pair.y, q)
      for index in q.indices { q[index] += (factor - other) * pair.s[index] }
    }
    return q
  }
}
