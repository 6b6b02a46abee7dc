private import Numerics

/// How likely values are under ``BoxCox`` with each λ.
///
/// With z = ln x − mean of ln x the logarithm of the likelihood is, but for a constant, −n/2 ln Var(w) with
/// w = (e^(λz) − 1) / λ: the values' size has left it, and with it the cancellation. z is counted in its deviations, so
/// that the search is the same for a coin and a mountain.
struct BoxCoxLikelihood {
  /// z in deviations, [n].
  private let z: [Double]
  private let deviation: Double
  let geometricMean: Double

  /// `values` are positive, and there is at least one.
  init(_ values: TrainingValues) {
    var logarithms: [Double] = []
    logarithms.reserveCapacity(values.count)
    for run in values.runs {
      for value in run { logarithms.append(Elementary.log(value)) }
    }
    let mean = logarithms.reduce(0, +) / Double(logarithms.count)
    let squares = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let isConstant = logarithms.allSatisfy { $0 == logarithms[0] }
    let deviation = isConstant ? 0 : (squares / Double(logarithms.count)).squareRoot()
    self.deviation = deviation
    geometricMean = Elementary.exp(mean)
    z = deviation == 0 ? [] : logarithms.map { ($0 - mean) / deviation }
  }

  /// The λ of the largest likelihood; 1, which changes nothing, for values that are all the same.
  func maximum() -> Double {
    guard let largest = z.lazy.map(abs).max() else { return 1 }
    var (low, high) = (-2 / largest, 2 / largest)
    var (below, above) = (slope(at: low), slope(at: high))
    while below > 0 { (low, below) = (2 * low, slope(at: 2 * low)) }
    while above < 0 { (high, above) = (2 * high, slope(at: 2 * high)) }
    return root(between: (low, below), and: (high, above)) / deviation
  }

  /// The zero of the slope by the Illinois method: straight lines between the ends, of which the one that stays counts
  /// half.
  private func root(between low: (x: Double, y: Double), and high: (x: Double, y: Double)) -> Double {
    var (low, high) = (low, high)
    var last = low.x
    for _ in 0..<100 {
      guard high.y > low.y else { break }
      let x = (low.x * high.y - high.x * low.y) / (high.y - low.y)
      let y = slope(at: x)
      if y == 0 || abs(x - last) <= 1e-14 * (high.x - low.x) + 1e-15 * abs(x) { return x }
      if y < 0 {
        if last == low.x { high.y /= 2 }
        low = (x, y)
      } else {
        if last == high.x { low.y /= 2 }
        high = (x, y)
      }
      last = x
    }
    return last
  }

  /// d/dμ of ½ ln Var(w) at μ = λ · deviation: negative below the maximum of the likelihood, positive above it.
  private func slope(at mu: Double) -> Double {
    var w = [Double](repeating: 0, count: z.count)
    var change = w
    var (sum, changes) = (0.0, 0.0)
    for index in z.indices {
      let (quotient, derivative) = Self.quotient(mu * z[index])
      w[index] = z[index] * quotient
      change[index] = z[index] * z[index] * derivative
      sum += w[index]
      changes += change[index]
    }
    let (mean, meanChange) = (sum / Double(z.count), changes / Double(z.count))
    var (variance, covariance) = (0.0, 0.0)
    for index in z.indices {
      let difference = w[index] - mean
      variance += difference * difference
      covariance += difference * (change[index] - meanChange)
    }
    return covariance / variance
  }

  /// (e^u − 1) / u and its derivative (u e^u − e^u + 1) / u².
  private static func quotient(_ u: Double) -> (value: Double, derivative: Double) {
    guard u != 0 else { return (1, 0.5) }
    let difference = Elementary.expMinusOne(u)
    guard abs(u) < 0.5 else { return (difference / u, (u * (difference + 1) - difference) / (u * u)) }
    // Near zero the difference cancels: Σ u^k (k + 1) / (k + 2)!, by Horner's rule.
    var sum = 0.0
    var k = 14.0
    while k >= 1 {
      sum = (sum + 1) * u * (k + 1) / (k * (k + 2))
      k -= 1
    }
    return (difference / u, (sum + 1) / 2)
  }
}
