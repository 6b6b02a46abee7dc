private import Numerics

/// L = Σ (½ ln 2π + s + ½ z²) / N with z = (y - m) e^-s: how unlikely a normal distribution finds the target.
///
/// The prediction has the mean m and the logarithm s of the deviation for each of the target's elements (Nix,
/// Weigend, «Estimating the mean and variance of the target probability distribution», ICNN 1994). N is the
/// number of the target's elements in the whole batch; s counts as ±10 beyond that and has no gradient there.
/// Backward: m' = -z e^-s / N, s' = (1 - z²) / N. The target gets no gradient.
struct GaussianLikelihood: Operation {
  let count: Int
  let batchElements: Int

  static let limit = 10.0

  var name: String { "gaussian likelihood" }
  var output: Shape { [1] }

  /// Within ±``limit``; what is not a number stays so.
  @inline(__always)
  static func clamped(_ x: Double) -> Double { x > limit ? limit : x < -limit ? -limit : x }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for index in 0..<count {
      let logDeviation = Self.clamped(Double(prediction[2 * index + 1]))
      let z = (Double(target[index]) - Double(prediction[2 * index])) * Elementary.exp(-logDeviation)
      sum += Elementary.halfLogOfTwoPi + logDeviation + 0.5 * z * z
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let factor = Double(frame.outputGradient[0]) / Double(batchElements)
      let adds = frame.adds(0)
      for index in 0..<count {
        let given = Double(prediction[2 * index + 1])
        let precision = Elementary.exp(-Self.clamped(given))
        let z = (Double(target[index]) - Double(prediction[2 * index])) * precision
        frame.give(-factor * z * precision, gradient, 2 * index, adding: adds)
        let slope = abs(given) > Self.limit ? 0 : 1 - z * z
        frame.give(factor * slope, gradient, 2 * index + 1, adding: adds)
      }
    }
    frame.withholdGradient(1, count: count)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for (index, target) in inputs[1].enumerated() {
      let deviation = Elementary.exp(min(max(inputs[0][2 * index + 1], -Self.limit), Self.limit))
      let difference = target - inputs[0][2 * index]
      sum += 0.5 * Elementary.log(2 * .pi * deviation * deviation)
      sum += difference * difference / (2 * deviation * deviation)
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean negative log-likelihood of normal distributions over the whole batch.
  ///
  /// The prediction [S, H, K, 2] has their means and the logarithms of their deviations.
  package mutating func gaussianLikelihood(
    _ prediction: Node, _ target: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss("the Gaussian likelihood", prediction, target, each: 2, batchElements: batchElements)
    return record(
      GaussianLikelihood(count: target.shape.count, batchElements: batchElements), [prediction, target])
  }
}
