private import Numerics

/// L = Σ (ln Γ(ν/2) - ln Γ((ν+1)/2) + ½ ln νπ + s + (ν+1)/2 ln(1 + z²/ν)) / N with z = (y - m) e^-s.
///
/// How unlikely Student's t distribution finds the target; its tails are those of returns (Lange, Little,
/// Taylor, «Robust statistical modeling using the t distribution», JASA 84(408), 1989). The prediction has
/// the location m, the logarithm s of the scale and w = ln(ν - 2) for each of the target's elements: ν = 2 +
/// e^w, so that the variance is finite. N is the number of the target's elements in the whole batch; s and w
/// count as ±10 beyond that and have no gradient there. Backward, times N: m' = -(ν+1) z e^-s / (ν + z²), s'
/// = 1 - (ν+1) z² / (ν + z²), w' = e^w ½ (ψ(ν/2) - ψ((ν+1)/2) + 1/ν + ln(1 + z²/ν) - (ν+1) z² / (ν (ν +
/// z²))). The target gets no gradient.
struct StudentLikelihood: Operation {
  let count: Int
  let batchElements: Int

  var name: String { "student likelihood" }
  var output: Shape { [1] }

  func forward(_ frame: Frame) {
    let (prediction, target) = (frame.input(0), frame.input(1))
    var sum = 0.0
    for index in 0..<count {
      let logScale = GaussianLikelihood.clamped(Double(prediction[3 * index + 1]))
      let freedom = 2 + Elementary.exp(GaussianLikelihood.clamped(Double(prediction[3 * index + 2])))
      let z = (Double(target[index]) - Double(prediction[3 * index])) * Elementary.exp(-logScale)
      sum += Elementary.logGamma(freedom / 2) - Elementary.logGamma((freedom + 1) / 2)
      sum += 0.5 * Elementary.log(freedom * .pi) + logScale
      sum += 0.5 * (freedom + 1) * Elementary.log(1 + z * z / freedom)
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let factor = Double(frame.outputGradient[0]) / Double(batchElements)
      let adds = frame.adds(0)
      for index in 0..<count {
        let (s, w) = (Double(prediction[3 * index + 1]), Double(prediction[3 * index + 2]))
        let precision = Elementary.exp(-GaussianLikelihood.clamped(s))
        let excess = Elementary.exp(GaussianLikelihood.clamped(w))
        let freedom = 2 + excess
        let z = (Double(target[index]) - Double(prediction[3 * index])) * precision
        let pull = (freedom + 1) * z / (freedom + z * z)
        frame.give(-factor * pull * precision, gradient, 3 * index, adding: adds)
        let scaleSlope = abs(s) > GaussianLikelihood.limit ? 0 : 1 - pull * z
        frame.give(factor * scaleSlope, gradient, 3 * index + 1, adding: adds)
        let gammas = Elementary.digamma(freedom / 2) - Elementary.digamma((freedom + 1) / 2)
        let tails = 1 / freedom + Elementary.log(1 + z * z / freedom) - pull * z / freedom
        let freedomSlope = abs(w) > GaussianLikelihood.limit ? 0 : 0.5 * excess * (gammas + tails)
        frame.give(factor * freedomSlope, gradient, 3 * index + 2, adding: adds)
      }
    }
    frame.withholdGradient(1, count: count)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for (index, target) in inputs[1].enumerated() {
      let limit = GaussianLikelihood.limit
      let scale = Elementary.exp(min(max(inputs[0][3 * index + 1], -limit), limit))
      let freedom = 2 + Elementary.exp(min(max(inputs[0][3 * index + 2], -limit), limit))
      let z = (target - inputs[0][3 * index]) / scale
      let density = Elementary.logGamma((freedom + 1) / 2) - Elementary.logGamma(freedom / 2)
      sum -= density - Elementary.log((freedom * .pi).squareRoot() * scale)
      sum += (freedom + 1) / 2 * Elementary.log(1 + z * z / freedom)
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean negative log-likelihood of Student's t distributions over the whole batch.
  ///
  /// The prediction [S, H, K, 3] has their locations, the logarithms of their scales, and those of their
  /// degrees of freedom less 2.
  package mutating func studentLikelihood(
    _ prediction: Node, _ target: Node, batchElements: Int
  ) throws(NetworkError) -> Node {
    try requireLoss("the Student likelihood", prediction, target, each: 3, batchElements: batchElements)
    return record(
      StudentLikelihood(count: target.shape.count, batchElements: batchElements), [prediction, target])
  }
}
