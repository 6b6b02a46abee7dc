import Numerics
import Testing

private let probabilities = [0.001, 0.025, 0.1, 0.5, 0.9, 0.975]

/// SciPy 1.17.1: `scipy.optimize.brentq` on the mean of `scipy.stats.t.cdf`.
private let cases: [(parts: [(location: Double, scale: Double, freedom: Double)], quantiles: [Double])] = [
  // The last has a variance of 4e10.
  (
    [(0, 1, 30), (0.1, 0.9, 25), (-0.2, 1.2, 2.0000000001)],
    [
      -15.622132357548717, -3.022325329770887, -1.5325438039637138, -0.013147167759941417, 1.4583437053576254,
      2.750809804561388,
    ]
  ),
  (
    [(-5, 0.5, 3), (5, 1, 4)],
    [
      -9.078978614325953, -6.178694755098821, -5.489789069154898, -0.9633985719994826, 5.941423819847282,
      7.133212042803366,
    ]
  ),
  (
    [(0, 1, 2.3), (1, 0.1, 2.05), (3, 10, 200)],
    [
      -25.219790748565647, -11.608442963202798, -3.268439842665493, 0.9383327534885122, 8.384902916050004,
      17.512460856398107,
    ]
  ),
]

private func with<Result>(
  _ parts: [(location: Double, scale: Double, freedom: Double)], _ body: (StudentMixture) -> Result
) -> Result {
  let parts = parts.map { StudentMixture.Part(location: $0.location, scale: $0.scale, freedom: $0.freedom) }
  return parts.withUnsafeBufferPointer { body(StudentMixture($0)) }
}

@Test(arguments: cases.indices)
func `Quantiles of a mixture are SciPy's, whatever its variance`(_ index: Int) {
  let (parts, quantiles) = cases[index]
  with(parts) { mixture in
    for (probability, expected) in zip(probabilities, quantiles) {
      let found = mixture.quantile(probability)
      #expect(abs(found - expected) <= 1e-10 * max(1, abs(expected)), "\(probability): \(found)")
      #expect(abs(mixture.cumulative(found) - probability) < 1e-12)
    }
  }
}

@Test func `A mixture of one distribution is that distribution`() {
  let one = StudentDistribution(freedom: 5)
  for count in [1, 7] {
    with([(Double, Double, Double)](repeating: (3, 2, 5), count: count)) { mixture in
      for probability in [1e-6, 0.025, 0.3, 0.5, 0.8, 0.999] {
        let expected = 3 + 2 * one.quantile(probability)
        #expect(abs(mixture.quantile(probability) - expected) < 1e-11 * max(1, abs(expected)))
      }
      #expect(abs(mixture.density(4) - one.density(0.5) / 2) < 1e-15)
    }
  }
}

@Test func `Quantiles of a mixture ascend, end at infinity, and are none where a part is none`() {
  with([(0, 1e-3, 3), (100, 1, 2.5), (-1e3, 10, 50)]) { mixture in
    let found = (0...200).map { mixture.quantile(Double($0) / 200) }
    #expect(found.first == -.infinity && found.last == .infinity)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(mixture.quantile(-0.1).isNaN && mixture.quantile(1.1).isNaN)
  }
  with([(0, 1, 3), (.nan, 1, 3)]) { #expect($0.quantile(0.5).isNaN) }
  with([(0, 1, 3), (0, .infinity, 3)]) { #expect($0.quantile(0.9).isNaN) }
}
