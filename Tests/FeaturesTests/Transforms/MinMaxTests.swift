import Artifacts
import Features
import Testing

@Test func `Training values fill the range to its ends, and later ones may leave it`() throws {
  let transform = try CatalogueSettings.transform("min-max", ["to": [-1.0, 1.0]])
  let state = try transform.learnt(from: [10, 30, 20])
  #expect(state == [[10], [30]])
  #expect(try transform.applied([10, 20, 30, 40, 0], state) == [-1, 0, 1, 2, -2])
}

@Test func `Columns that share a scale are learnt from as one`() throws {
  let transform = try CatalogueSettings.transform("min-max")
  #expect(try transform.learnt(from: [10, 12], [11, 15], [9, 10]) == [[9], [15]])
}

@Test(arguments: [[1.0], [1, 1], [2, 1], [0, 1, 2]])
func `A range that is none is refused`(range: [Double]) {
  #expect(throws: FeatureError.self) {
    try CatalogueSettings.transform("min-max", ["to": .array(range.map { .number($0) })])
  }
}
