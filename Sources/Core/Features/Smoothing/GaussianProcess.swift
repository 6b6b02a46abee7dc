private import Numerics
private import Tensors

/// An exact Gaussian process over equally spaced values, the first at −1 and the last at 1: a constant mean, a scaled
/// Matérn kernel and independent noise.
///
/// O(n³) a likelihood: for windows, not for whole series.
struct GaussianProcess {
  /// What it is fitted by.
  struct Parameters: Equatable, Sendable {
    var mean: Double
    /// The variance of the process.
    var variance: Double
    var lengthScale: Double
    /// The variance of the noise.
    var noise: Double
  }

  /// The logarithm of the marginal likelihood, and its derivatives after each parameter.
  struct Likelihood: Sendable {
    var value: Double
    var gradient: Parameters
  }

  let kernel: MaternKernel
  /// [n], at least two.
  let values: [Double]

  init(_ values: [Double], kernel: MaternKernel) {
    precondition(values.count > 1, "a Gaussian process over a range needs two values, not \(values.count)")
    self.kernel = kernel
    self.values = values
  }

  /// ln p(y) = −½ (y − m)ᵀ K⁻¹ (y − m) − ½ ln |K| − n/2 ln 2π (Rasmussen, Williams, 2.30 and 5.9); nil where K is not
  /// positive definite.
  ///
  /// K depends on distances alone, so its derivatives meet only sums along the diagonals of α αᵀ − K⁻¹.
  func likelihood(at parameters: Parameters) -> Likelihood? {
    let n = values.count
    guard let factor = Cholesky(covariance(parameters)) else { return nil }
    let residuals = values.map { $0 - parameters.mean }
    let alpha = factor.solve(residuals)
    let inverse = factor.inverse()
    var gradient = Parameters(mean: alpha.reduce(0, +), variance: 0, lengthScale: 0, noise: 0)
    for lag in 0..<n {
      var sum = 0.0
      for row in 0..<(n - lag) { sum += alpha[row] * alpha[row + lag] - inverse.values[row * n + row + lag] }
      let weight = lag == 0 ? 0.5 : 1
      let (value, change) = kernel(distance(lag) / parameters.lengthScale)
      gradient.variance += weight * sum * value
      gradient.lengthScale += weight * sum * parameters.variance * change / parameters.lengthScale
      if lag == 0 { gradient.noise = weight * sum }
    }
    let fit = zip(residuals, alpha).reduce(0) { $0 + $1.0 * $1.1 }
    let value = -0.5 * (fit + factor.logDeterminant) - Double(n) * Elementary.halfLogOfTwoPi
    return Likelihood(value: value, gradient: gradient)
  }

  /// What the process most likely is, without the noise, at places counted in steps from the first value; nil where K is
  /// not positive definite.
  func posteriorMean(at places: Range<Int>, _ parameters: Parameters) -> [Double]? {
    guard let factor = Cholesky(covariance(parameters)) else { return nil }
    let alpha = factor.solve(values.map { $0 - parameters.mean })
    let furthest = max(abs(places.lowerBound), abs(places.upperBound)) + values.count
    let kernel = (0...furthest).map { self.kernel(distance($0) / parameters.lengthScale).value }
    return places.map { place in
      var sum = 0.0
      for index in alpha.indices { sum += kernel[abs(place - index)] * alpha[index] }
      return parameters.mean + parameters.variance * sum
    }
  }

  /// K + σ² I, [n, n].
  private func covariance(_ parameters: Parameters) -> Matrix {
    let n = values.count
    let lags = (0..<n).map { parameters.variance * kernel(distance($0) / parameters.lengthScale).value }
    var matrix = Matrix(rows: n, columns: n)
    for row in 0..<n {
      for column in 0..<n { matrix.values[row * n + column] = lags[abs(row - column)] }
      matrix.values[row * (n + 1)] += parameters.noise
    }
    return matrix
  }

  /// How far apart values are that stand `lag` steps apart.
  private func distance(_ lag: Int) -> Double { 2 * Double(lag) / Double(values.count - 1) }
}
