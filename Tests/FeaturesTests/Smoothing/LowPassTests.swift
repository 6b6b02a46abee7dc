import Artifacts
import Numerics
import Testing

@testable import Features

@Test(arguments: [2, 3, 17, 96, 97, 512, 513])
func `A window times the matrix is the window by way of its frequencies`(count: Int) throws {
  let filter = try #require(try CatalogueSettings.filter("low-pass") as? LowPass)
  let stream = RandomStream(seed: 3, purpose: "test.low-pass")
  let window = (0..<count).map { stream.normal(at: $0) }
  for (a, b) in zip(filter.filtered(window), filter.byFrequencies(window)) { #expect(abs(a - b) < 1e-13) }
}

@Test func `A slow wave stays and a fast one goes`() throws {
  let slow = (0..<200).map { Elementary.sin(2 * .pi * Double($0) / 50) }
  let fast = (0..<200).map { Elementary.sin(2 * .pi * Double($0) / 3) }
  let filter = try CatalogueSettings.filter("low-pass", ["keep": 0.2, "padding": 0.0])
  for (found, wanted) in zip(filter.filtered(zip(slow, fast).map { $0 + $1 })[20..<180], slow[20..<180]) {
    #expect(abs(found - wanted) < 0.05)
  }
}

@Test func `Nothing of a window's frequencies but the first is its mean`() throws {
  let filter = try CatalogueSettings.filter("low-pass", ["keep": 0.001, "padding": 0.0])
  for value in filter.filtered([1, 2, 6]) { #expect(abs(value - 3) < 1e-14) }
}
