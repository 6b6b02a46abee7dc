import Artifacts
import Features
import Testing

@Test func `Values stay between bounds that are given or learnt`() throws {
  let values = [1.0, 2, 3, 4, 5]
  #expect(try CatalogueSettings.transform("clip", ["low": 2.0]).applied(values, []) == [2, 2, 3, 4, 5])
  #expect(try CatalogueSettings.transform("clip", ["high": 2.0]).applied(values, []) == [1, 2, 2, 2, 2])
  let winsorize = try CatalogueSettings.transform("winsorize", ["quantiles": [0.25, 0.75]])
  let state = try winsorize.learnt(from: values)
  #expect(state == [[2], [4]])
  #expect(try winsorize.applied([0] + values, state) == [2, 2, 2, 3, 4, 4])
}

@Test func `Bounds that are none, or the wrong way round, are refused`() {
  for settings in [[:], ["low": 2.0, "high": 2.0], ["low": 3.0, "high": 2.0]] as [[String: JSON]] {
    #expect(throws: FeatureError.self) { try CatalogueSettings.transform("clip", settings) }
  }
  for quantiles in [[0.5], [0.9, 0.1], [0.1, 0.1]] as [[Double]] {
    #expect(throws: FeatureError.self) {
      try CatalogueSettings.transform("winsorize", ["quantiles": .array(quantiles.map { .number($0) })])
    }
  }
}
