import Artifacts
import Evaluation
import Numerics
import TestSupport
import Testing

@Test func `The test of direction agrees with Matthews' correlation`() throws {
  for entry in ReferenceValues.entries("pesaranTimmermann", of: "evaluation") {
    let test = try #require(
      PesaranTimmermann(
        forecastUp: try entry.truths("forecast"), actualUp: try entry.truths("actual")))
    #expect(abs(test.accuracy - (try entry.number("accuracy"))) <= 1e-12)
    #expect(abs(test.statistic - (try entry.number("statistic"))) <= 1e-9)
    #expect(abs(test.p - (try entry.number("p"))) <= 1e-9)
  }
}

@Test func `Always saying up in a rising market is no knowledge`() {
  let actual = (0..<100).map { $0 % 3 != 0 }
  #expect(PesaranTimmermann(forecastUp: [Bool](repeating: true, count: 100), actualUp: actual) == nil)
}

@Test func `Without knowledge the test of direction rejects as seldom as it says`() {
  let stream = RandomStream(seed: 5, purpose: "directions without knowledge")
  let (trials, count) = (2000, 250)
  var rejected = 0
  for trial in 0..<trials {
    // A rising market, and a forecaster that says so still more often.
    let pairs = (0..<count).map { index in
      let place = 2 * (trial * count + index)
      return (stream.uniform(at: place) < 0.55, stream.uniform(at: place + 1) < 0.7)
    }
    let test = PesaranTimmermann(forecastUp: pairs.map(\.1), actualUp: pairs.map(\.0))
    if let test, test.p < 0.05 { rejected += 1 }
  }
  // Within three standard errors of 5 %.
  #expect(abs(Double(rejected) / Double(trials) - 0.05) < 0.015)
}

@Test func `Wilson's interval is that of statsmodels`() throws {
  for entry in ReferenceValues.entries("wilson", of: "evaluation") {
    let interval = try #require(
      BinomialInterval(
        hits: try entry.number("hits"), count: try entry.number("count")))
    let wanted = try entry.numbers("interval")
    #expect(abs(interval.lower - wanted[0]) <= 1e-12 && abs(interval.upper - wanted[1]) <= 1e-12)
  }
  #expect(BinomialInterval(hits: 0, count: 0) == nil)
}
