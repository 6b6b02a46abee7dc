private import Numerics

/// Scores of forecasts that are whole distributions, in closed form.
///
/// Gneiting and Raftery, «Strictly proper scoring rules, prediction, and estimation», Journal of the American
/// Statistical Association 102, 2007; of Student's distribution Jordan, Krüger and Lerch, Journal of Statistical
/// Software 90(12), 2019.
package enum DensityScores {
  /// The continuous ranked probability score of a normal distribution.
  package static func rankedProbability(normal mean: Double, deviation: Double, at truth: Double) -> Double {
    guard deviation > 0 else { return abs(truth - mean) }
    let z = (truth - mean) / deviation
    let density = Elementary.exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
    return deviation
      * (z * (2 * Elementary.normalCumulative(z) - 1) + 2 * density - 1 / Double.pi.squareRoot())
  }

  /// The continuous ranked probability score of Student's distribution; freedom above 1.
  package static func rankedProbability(
    student location: Double, scale: Double, freedom: Double, at truth: Double
  ) -> Double {
    guard scale > 0 else { return abs(truth - location) }
    let z = (truth - location) / scale
    let distribution = StudentDistribution(freedom: freedom)
    let logRatio =
      betaLog(0.5, freedom - 0.5) - 2 * betaLog(0.5, freedom / 2)
    let last = 2 * freedom.squareRoot() / (freedom - 1) * Elementary.exp(logRatio)
    let bend = 2 * distribution.density(z) * (freedom + z * z) / (freedom - 1)
    return scale * (z * (2 * distribution.cumulative(z) - 1) + bend - last)
  }

  private static func betaLog(_ a: Double, _ b: Double) -> Double {
    Elementary.logGamma(a) + Elementary.logGamma(b) - Elementary.logGamma(a + b)
  }

  /// The negative logarithm of a normal density.
  package static func negativeLogLikelihood(normal mean: Double, deviation: Double, at truth: Double)
    -> Double
  {
    let z = (truth - mean) / deviation
    return 0.5 * z * z + Elementary.log(deviation) + 0.5 * Elementary.log(2 * Double.pi)
  }

  /// The score of a sample of equally likely values: E|X − y| − ½ E|X − X'|.
  package static func rankedProbability(sample: [Double], at truth: Double) -> Double {
    let sorted = sample.sorted()
    let n = Double(sorted.count)
    var (near, spread) = (0.0, 0.0)
    for (index, value) in sorted.enumerated() {
      near += abs(value - truth)
      spread += (2 * Double(index + 1) - n - 1) * value
    }
    return near / n - spread / (n * n)
  }
}
