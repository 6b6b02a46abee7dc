import Artifacts
import Evaluation
import Numerics
import TestSupport
import Testing

@Test func `The test of skill is that of another implementation`() throws {
  for entry in ReferenceValues.entries("dieboldMariano", of: "evaluation") {
    let test = try DieboldMariano(
      try entry.numbers("differences"), overlap: try entry.integer("overlap"))
    #expect(test.variance == .autocovariances)
    let wanted = try entry.number("statistic")
    #expect(abs(test.statistic - wanted) <= 1e-9 * max(1, abs(wanted)))
    #expect(abs(test.pBetter - (try entry.number("better"))) <= 1e-9)
    #expect(abs(test.pDifferent - (try entry.number("different"))) <= 1e-9)
  }
}

@Test func `With few windows it is the test with cosine weights`() throws {
  let entry = try #require(ReferenceValues.file("evaluation")["fixedSmoothing"])
  let test = try DieboldMariano(
    try entry.numbers("differences"), overlap: try entry.integer("overlap"))
  #expect(test.variance == .cosines && test.freedom == 2)
  #expect(abs(test.statistic - (try entry.number("statistic"))) <= 1e-9)
  #expect(abs(test.pBetter - (try entry.number("better"))) <= 1e-9)
}

@Test func `Newey and West's variance is that of statsmodels`() throws {
  let entry = try #require(ReferenceValues.file("evaluation")["neweyWest"])
  let values = try entry.numbers("values")
  for (lags, wanted) in try entry.numbers("bartlett").enumerated() {
    #expect(abs(LongRunVariance.bartlett(values, lags: lags) - wanted) <= 1e-9 * wanted)
  }
}

/// Windows and how many of them share bars.
@Test(arguments: [(60, 1), (240, 12), (60, 12), (600, 24), (400, 96)])
func `Between equal forecasts the test of skill rejects as seldom as it says`(count: Int, overlap: Int) throws
{
  let stream = RandomStream(seed: 3, purpose: "equal forecasts \(count) \(overlap)")
  let trials = 1500
  var rejected = 0
  for trial in 0..<trials {
    let noise = (0..<(count + overlap)).map { stream.normal(at: trial * (count + overlap) + $0) }
    var sum = noise[..<overlap].reduce(0, +)
    let differences = (0..<count).map { index in
      sum += noise[index + overlap] - noise[index]
      return sum
    }
    if try DieboldMariano(differences, overlap: overlap).pBetter < 0.05 { rejected += 1 }
  }
  // Three standard errors of 5 % are 1.7 points; the test is known to reject a little too often.
  #expect(abs(Double(rejected) / Double(trials) - 0.05) < 0.022)
}

@Test func `Too few windows, and windows that do not differ, are told apart`() {
  #expect(throws: DieboldMariano.Obstacle.tooFew(windows: 47, needed: 48)) {
    try DieboldMariano([Double](repeating: 1, count: 47), overlap: 12)
  }
  #expect(throws: DieboldMariano.Obstacle.tooFew(windows: 9, needed: 10)) {
    try DieboldMariano((0..<9).map(Double.init), overlap: 1)
  }
  #expect(throws: DieboldMariano.Obstacle.constant) {
    try DieboldMariano([Double](repeating: 1, count: 50), overlap: 2)
  }
}
