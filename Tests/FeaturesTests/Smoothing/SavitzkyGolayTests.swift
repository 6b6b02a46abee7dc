import Artifacts
import Features
import Testing

@Test(arguments: [1, 2, 3, 4, 8, 17, 40])
func `A polynomial of the order stays as it is, to the ends`(count: Int) throws {
  let filter = try CatalogueSettings.filter("savitzky-golay")
  let values = (0..<count).map { x in
    let x = Double(x) / 10
    return 1 + x * (2 - x * (3 - x))
  }
  for (found, wanted) in zip(filter.filtered(values), values) { #expect(abs(found - wanted) < 1e-11) }
}

@Test func `A long window and a high order lose no digits`() throws {
  let filter = try CatalogueSettings.filter("savitzky-golay", ["window": 101, "order": 8])
  let values = (0..<300).map { index in
    let x = Double(index) / 150 - 1
    return (0..<8).reduce(1.0) { sum, _ in 1 - sum * x }
  }
  for (found, wanted) in zip(filter.filtered(values), values) { #expect(abs(found - wanted) < 1e-13) }
}

@Test func `Fewer values than the window has are one window of their own`() throws {
  let short = try CatalogueSettings.filter("savitzky-golay", ["window": 17, "order": 2])
  let fitting = try CatalogueSettings.filter("savitzky-golay", ["window": 7, "order": 2])
  let values = [3.0, 1, 4, 1, 5, 9, 2, 6]
  #expect(short.filtered(values) == fitting.filtered(values))
}

@Test func `An even window becomes the next odd one`() throws {
  let even = try #require(try CatalogueSettings.filter("savitzky-golay", ["window": 16]) as? SavitzkyGolay)
  #expect(even.window == 17)
}

@Test func `An order that interpolates the whole window is refused`() {
  #expect(throws: FeatureError.self) {
    try CatalogueSettings.filter("savitzky-golay", ["window": 3, "order": 3])
  }
}
