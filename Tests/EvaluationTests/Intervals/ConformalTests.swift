import Evaluation
import Numerics
import Testing

private let stream = RandomStream(seed: 4, purpose: "conformal intervals")

@Test func `Corrected quantiles cover what they promise, whatever the model said`() {
  // A model that thinks the world half as wide as it is.
  let probabilities = [0.05, 0.25, 0.75, 0.95]
  let wrong = probabilities.map { 0.5 * Elementary.normalQuantile($0) }
  let (calibration, test) = (4000, 20_000)
  func actual(_ range: Range<Int>) -> [Double] { range.map { stream.normal(at: $0) } }
  let conformal = ConformalQuantiles(
    quantiles: (0..<calibration).flatMap { _ in wrong }, actual: actual(0..<calibration),
    probabilities: probabilities, steps: 1, columns: 1)
  let corrected = conformal.corrected(wrong)
  let values = actual(calibration..<(calibration + test))
  for (pair, promised) in [0.9, 0.5].enumerated() {
    let hits = values.reduce(0) { $0 + ($1 >= corrected[pair] && $1 <= corrected[3 - pair] ? 1 : 0) }
    #expect(abs(Double(hits) / Double(test) - promised) < 0.01 + 0.01)
  }
  #expect(corrected == corrected.sorted())
}

@Test func `Every step and column has a correction of its own`() {
  let conformal = ConformalQuantiles(
    quantiles: (0..<50).flatMap { _ in [-1.0, 1, -1, 1] }, actual: (0..<50).flatMap { _ in [3.0, 0] },
    probabilities: [0.1, 0.9], steps: 1, columns: 2)
  #expect(conformal.moves == [2, -1])
  #expect(conformal.corrected([-1, 1, -1, 1]) == [-3, 3, 0, 0])
}

@Test func `Adaptive intervals keep their coverage while the market grows wilder`() {
  let count = 6000
  // The deviation grows from 1 to 4.
  let scores = (0..<count).map { index in
    abs(stream.normal(at: 100_000 + index)) * (1 + 3 * Double(index) / Double(count))
  }
  let past = (0..<1000).map { abs(stream.normal(at: 200_000 + $0)) }
  var adaptive = AdaptiveConformal(coverage: 0.9, rate: 0.01, memory: 500, scores: past)
  let fixed = ConformalQuantile.upper(of: past.sorted(), coverage: 0.9)
  var (hits, fixedHits) = (0, 0)
  for score in scores {
    let width = adaptive.halfWidth
    if score <= width { hits += 1 }
    if score <= fixed { fixedHits += 1 }
    adaptive.learn(score, halfWidth: width)
  }
  #expect(abs(Double(hits) / Double(count) - 0.9) < 0.01)
  #expect(Double(fixedHits) / Double(count) < 0.75)
}

@Test func `Where the coverage cannot be kept the interval is without end`() {
  var adaptive = AdaptiveConformal(coverage: 0.9, rate: 0.5, memory: 10, scores: [1, 2, 3])
  adaptive.learn(100, halfWidth: adaptive.halfWidth.isFinite ? adaptive.halfWidth : 3)
  #expect(adaptive.miss < 0 && adaptive.halfWidth == .infinity)
  adaptive.learn(1, halfWidth: .infinity)
  adaptive.learn(1, halfWidth: .infinity)
  #expect(adaptive.miss < 0.1)
}
