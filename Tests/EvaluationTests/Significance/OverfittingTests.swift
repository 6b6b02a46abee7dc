import Artifacts
import Evaluation
import Numerics
import TestSupport
import Testing

@Test func `The deflated ratio is that of its paper`() throws {
  // The example of Bailey and López de Prado, 2014: five years of days, a yearly ratio of 2.5, a hundred tries whose
  // yearly ratios have the variance 1/2, skewness −3 and kurtosis 10.
  let deflated = try #require(
    DeflatedSharpe(
      ratio: 2.5 / (250.0).squareRoot(), count: 1250, skewness: -3, kurtosis: 10, trials: 100,
      variance: 0.5 / 250))
  #expect(abs(deflated.expectedMaximum - 0.1132) < 5e-5)
  #expect(abs(deflated.probability - 0.9004) < 5e-5)
}

@Test func `The more tries the less a ratio is worth`() throws {
  let probabilities = try [1, 2, 10, 1000].map { trials in
    let deflated = try #require(
      DeflatedSharpe(
        ratio: 0.06, count: 1000, skewness: 0, kurtosis: 3, trials: trials, variance: 0.001))
    return deflated.probability
  }
  #expect(zip(probabilities, probabilities.dropFirst()).allSatisfy(>))
}

@Test func `The probability of overfitting is that of the definition`() throws {
  let entry = try #require(ReferenceValues.file("evaluation")["overfitting"])
  let rows = try #require(entry["returns"]?.array)
  let found = try #require(
    BacktestOverfitting(
      returns: rows.map { ($0.array ?? []).compactMap(\.number) },
      parts: try entry.integer("parts")))
  #expect(found.probability == entry["probability"]?.number)
  let wanted = try entry.numbers("logits")
  #expect(zip(found.logits.sorted(), wanted).allSatisfy { abs($0 - $1) <= 1e-12 })
  #expect(found.logits.count == wanted.count)
}

@Test func `Of tries that are all worthless the best one is below the middle every second time`() throws {
  let stream = RandomStream(seed: 2, purpose: "worthless tries")
  let probabilities = try (0..<40).map { trial in
    let returns = (0..<10).map { lane in
      (0..<320).map { stream.normal(at: (trial * 10 + lane) * 320 + $0) }
    }
    let found = try #require(BacktestOverfitting(returns: returns, parts: 8))
    return found.probability
  }
  #expect(abs(probabilities.reduce(0, +) / 40 - 0.5) < 0.12)
}
