import Artifacts
import Evaluation
import TestSupport
import Testing

private let reference = ReferenceValues.file("evaluation")["regression"]

private func sums(_ forecasts: [Double], _ actual: [Double], scale: Double = .nan) -> RegressionSums {
  var sums = RegressionSums()
  for (forecast, truth) in zip(forecasts, actual) { sums.add(forecast, against: truth, scale: scale) }
  return sums
}

@Test(arguments: RegressionMetric.allCases)
func `Measures of regression are scikit-learn's and NumPy's`(_ metric: RegressionMetric) throws {
  let entry = try #require(reference)
  let (forecast, actual) = (try entry.numbers("forecast"), try entry.numbers("actual"))
  let wanted = try #require(entry[metric.rawValue]?.number)
  let whole = sums(forecast, actual, scale: try entry.number("scale"))
  let found = try #require(whole.value(of: metric))
  #expect(abs(found - wanted) <= 1e-9 * max(1, abs(wanted)))

  var parts = sums(Array(forecast[..<17]), Array(actual[..<17]), scale: try entry.number("scale"))
  parts.add(sums(Array(forecast[17...]), Array(actual[17...]), scale: try entry.number("scale")))
  let added = try #require(parts.value(of: metric))
  #expect(abs(added - wanted) <= 1e-9 * max(1, abs(wanted)))
}

@Test func `Of constant actual values nothing is said that needs their deviation`() {
  let sums = sums([1, 2], [3, 3])
  let undefined: Set<RegressionMetric> = [
    .determination, .normalizedSquaredError, .normalizedRootError, .normalizedAbsoluteError,
    .normalizedMaximumError, .meanAbsoluteScaledError,
  ]
  for metric in RegressionMetric.allCases {
    #expect((sums.value(of: metric) == nil) == undefined.contains(metric))
    #expect(!metric.reasonUndefined.isEmpty)
  }
}

@Test func `A percentage of nothing is not given`() {
  let sums = sums([0, 1], [0, 2])
  #expect(sums.value(of: .meanAbsolutePercentageError) == nil)
  #expect(sums.value(of: .symmetricPercentageError) == 1.0 / 3)
  #expect(sums.value(of: .weightedPercentageError) == 0.5)
  #expect(RegressionSums().value(of: .meanSquaredError) == nil)
}

@Test func `Prices far from zero keep the digits of their variance`() {
  var moments = PivotedMoments()
  for value in [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16] { moments.add(value) }
  #expect(moments.variance == 22.5 && moments.mean == 1e9 + 10)
}
