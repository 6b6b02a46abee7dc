import Artifacts
import Features
import Testing

@Test func `Codes ascend from 1, and what training never saw is 0`() throws {
  let transform = try CatalogueSettings.transform("label-encode")
  let state = try transform.learnt(from: [5, 2, 5], [9, 2])
  #expect(state == [[2, 5, 9]])
  #expect(try transform.applied([2, 9, 5, 3, -1, 10], state) == [1, 3, 2, 0, 0, 0])
}

@Test func `Known codes have a value to go back to, and the unknown has none`() throws {
  let transform = try CatalogueSettings.transform("label-encode")
  let back = transform.inverted([1, 2.4, 3, 0, -1, 4, .nan], after: [], [[2, 5, 9]])
  #expect(back[..<3] == [2, 5, 9] && back[3...].allSatisfy(\.isNaN))
}

@Test func `A column of measurements is refused`() throws {
  let transform = try CatalogueSettings.transform("label-encode")
  #expect(throws: TransformProblem.self) {
    try transform.learnt(from: (0...LabelEncode.mostClasses).map(Double.init))
  }
}
