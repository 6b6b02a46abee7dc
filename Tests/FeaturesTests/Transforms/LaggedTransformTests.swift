import Artifacts
import Features
import Testing

@Test func `Differences, percents and log-returns of three values`() throws {
  let values = [4.0, 5, 2.5]
  let differences = try CatalogueSettings.transform("difference").applied(values, [])
  #expect(differences == [4, 1, -2.5])
  let relative = try CatalogueSettings.transform("difference", ["relative": true]).applied(values, [])
  #expect(relative == [4, 0.25, -0.5])
  #expect(try CatalogueSettings.transform("percent-change").applied(values, []) == [4, 25, -50])
  let returns = try CatalogueSettings.transform("log-return").applied([1, 1, 2], [])
  #expect(returns[1] == 0 && abs(returns[2] - 0.693_147_180_559_945_3) < 1e-16)
}

@Test func `A zero that a later value is divided by is named; one at the end is not divided by yet`() throws {
  for transform in [
    try CatalogueSettings.transform("difference", ["lag": 2, "relative": true]),
    try CatalogueSettings.transform("percent-change", ["lag": 2]),
  ] {
    #expect(throws: TransformProblem.zeroBase(at: 1)) { try transform.applied([1, 0, 1, 1], []) }
    #expect(try transform.applied([1, 2, 1, 0], [])[2] == 0)
  }
  #expect(try CatalogueSettings.transform("difference").applied([0, 0, 1], []) == [0, 0, 1])
}

@Test func `A logarithm of zero or less is refused with its place`() throws {
  for name in ["log", "log-return", "box-cox"] {
    let transform = try CatalogueSettings.transform(name)
    let state = try transform.learnt(from: [1, 2, 3])
    for wrong in [0, -0.5, -Double.infinity] {
      #expect(throws: TransformProblem.notPositive(at: 2, value: wrong), "\(name)") {
        try transform.applied([1, 2, wrong, 4, -1], state)
      }
    }
  }
}

@Test func `A span in hours is a number of bars`() throws {
  #expect(try CatalogueSettings.transform("difference", ["lag": "3h"]).lookback == 3)
  #expect(throws: FeatureError.self) { try CatalogueSettings.transform("difference", ["lag": "90m"]) }
}
