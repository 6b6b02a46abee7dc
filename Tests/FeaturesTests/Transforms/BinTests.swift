import Artifacts
import Features
import Testing

@Test func `An edge belongs to the bin above it, and what lies outside to the outermost`() throws {
  let transform = try CatalogueSettings.transform("bin", ["bins": 4])
  let state = try transform.learnt(from: [0, 8, 3])
  #expect(state == [[0, 2, 4, 6, 8]])
  #expect(try transform.applied([-9, 0, 1.9, 2, 5, 6, 8, 99], state) == [0, 0, 0, 1, 2, 3, 3, 3])
}

@Test func `Quantile bins hold equally many, and those without width are left out`() throws {
  let transform = try CatalogueSettings.transform("bin", ["bins": 4, "kind": "quantile"])
  let values = (0..<100).map(Double.init)
  let codes = try transform.applied(values, try transform.learnt(from: values))
  #expect((0..<4).map { code in codes.count { $0 == Double(code) } } == [25, 25, 25, 25])
  #expect(try transform.learnt(from: [1, 1, 1, 1, 1, 1, 1, 5]) == [[1, 5]])
  #expect(try transform.applied([7, 7], try transform.learnt(from: [7, 7])) == [0, 0])
}
