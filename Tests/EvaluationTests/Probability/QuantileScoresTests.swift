import Artifacts
import Evaluation
import TestSupport
import Testing

@Test func `Scores of quantiles are scikit-learn's and scoringrules'`() throws {
  let entry = try #require(ReferenceValues.file("evaluation")["quantiles"])
  let probabilities = try entry.numbers("probabilities")
  let (actual, forecast) = (
    try entry.numbers("actual"), try entry.numbers("forecast")
  )
  let scale = try entry.number("scale")
  var (scores, second) = (
    QuantileScores(probabilities: probabilities), QuantileScores(probabilities: probabilities)
  )
  for (index, truth) in actual.enumerated() {
    let quantiles = forecast[(5 * index)..<(5 * (index + 1))]
    if index < 30 {
      scores.add(quantiles, against: truth, scale: scale)
    } else {
      second.add(quantiles, against: truth, scale: scale)
    }
  }
  scores.add(second)
  func isNear(_ found: [Double], _ name: String) throws -> Bool {
    let wanted = try entry.numbers(name)
    return found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-9 }
  }
  #expect(try isNear(probabilities.indices.map(scores.pinball), "pinball"))
  #expect(try isNear(scores.intervals.map(scores.hitShare), "hits"))
  #expect(try isNear(scores.intervals.map(scores.meanWidth), "widths"))
  #expect(try isNear(scores.intervals.map(scores.intervalScore), "winkler"))
  #expect(try isNear(scores.integralTransform.map(\.observed), "ranks"))
  let scaled = try #require(scores.scaledIntervalScore(0))
  #expect(abs(scaled * scale - scores.intervalScore(0)) <= 1e-12)
  #expect(scores.coverage(0) == 0.9 && scores.coverage(1) == 0.5)
  #expect(abs(scores.integralTransform.map(\.promised).reduce(0, +) - 1) <= 1e-12)
}

@Test func `Scores of whole distributions are scoringrules'`() throws {
  for entry in ReferenceValues.entries("densities", of: "evaluation") {
    func value(_ name: String) throws -> Double { try entry.number(name) }
    let (truth, location, scale) = (try value("truth"), try value("location"), try value("scale"))
    let pairs = [
      (DensityScores.rankedProbability(normal: location, deviation: scale, at: truth), try value("normal")),
      (
        DensityScores.rankedProbability(
          student: location, scale: scale, freedom: try value("freedom"), at: truth), try value("student")
      ),
      (
        DensityScores.rankedProbability(sample: try entry.numbers("sample"), at: truth),
        try value("sampled")
      ),
      (
        DensityScores.negativeLogLikelihood(normal: location, deviation: scale, at: truth),
        try value("likelihood")
      ),
    ]
    for (found, wanted) in pairs { #expect(abs(found - wanted) <= 1e-9) }
  }
}
