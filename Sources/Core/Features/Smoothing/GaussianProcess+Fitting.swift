private import Numerics

extension GaussianProcess {
  /// The least noise, which keeps the matrix well away from singular.
  private static let leastNoise = 1e-4

  /// Parameters after `steps` of Adam up the likelihood; nil where a matrix on the way was not positive definite.
  ///
  /// As GPyTorch has it: the likelihood counts per value; variances and the length scale are softplus of what Adam
  /// moves, which all starts at zero, so that they start at ln 2; the noise is 1e-4 at least
  /// (https://docs.gpytorch.ai/en/stable/likelihoods.html).
  func fitted(steps: Int, rate: Double) -> Parameters? {
    var raw = [0.0, 0.0, 0.0, 0.0]
    var (first, second) = (raw, raw)
    var (firstDecay, secondDecay) = (1.0, 1.0)
    for _ in 0..<steps {
      guard let gradient = likelihood(at: Self.parameters(raw))?.gradient else { return nil }
      firstDecay *= 0.9
      secondDecay *= 0.999
      for (index, slope) in Self.slopes(gradient, raw).enumerated() {
        let slope = slope / Double(values.count)
        first[index] = 0.9 * first[index] + 0.1 * slope
        second[index] = 0.999 * second[index] + 0.001 * slope * slope
        let size = (second[index] / (1 - secondDecay)).squareRoot() + 1e-8
        raw[index] += rate * (first[index] / (1 - firstDecay)) / size
      }
    }
    return Self.parameters(raw)
  }

  private static func parameters(_ raw: [Double]) -> Parameters {
    Parameters(
      mean: raw[0], variance: softplus(raw[1]), lengthScale: softplus(raw[2]),
      noise: leastNoise + softplus(raw[3]))
  }

  /// The derivatives after what Adam moves.
  private static func slopes(_ gradient: Parameters, _ raw: [Double]) -> [Double] {
    [
      gradient.mean, gradient.variance * sigmoid(raw[1]), gradient.lengthScale * sigmoid(raw[2]),
      gradient.noise * sigmoid(raw[3]),
    ]
  }

  /// ln(1 + eˣ).
  private static func softplus(_ x: Double) -> Double {
    max(x, 0) + Elementary.logOnePlus(Elementary.exp(-abs(x)))
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + Elementary.exp(-x)) }
}
