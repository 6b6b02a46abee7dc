import Artifacts
import Configuration
import Features
import Numerics
import Testing

private let stream = RandomStream(seed: 4, purpose: "test.filters")

private func noise(_ count: Int, lane: Int = 0) -> [Double] {
  (0..<count).map { 100 + 5 * stream.normal(at: 1000 * lane + $0) }
}

@Test func `Every filter has settings in the catalogue, and every entry a filter`() {
  let names = FilterLibrary.all.map { $0.name }
  #expect(names.sorted() == PartCatalogue.filters.map(\.name).sorted())
  #expect(Set(names).count == names.count)
}

@Test(arguments: [1, 2, 3, 4, 5, 6, 13, 14, 15, 17, 40, 97, 400])
func `A filter gives finite values, and as many as it says`(count: Int) throws {
  for type in FilterLibrary.all {
    let filter = try CatalogueSettings.filter(type.name, type.name.hasPrefix("gp") ? ["steps": 3] : [:])
    var values = noise(count)
    var extent = FilterExtent()
    filter.apply(&values, &extent)
    let wanted = type.name == "downsample" ? (count + 1) / 2 : count + extent.before + extent.behind
    #expect(values.count == wanted && values.allSatisfy(\.isFinite), "\(type.name)")
    if type.name != "gp-extrapolate" { #expect(extent == FilterExtent(), "\(type.name)") }
  }
}

@Test(arguments: [1, 2, 17, 96, 500])
func `A constant window stays constant`(count: Int) throws {
  for type in FilterLibrary.all {
    let filter = try CatalogueSettings.filter(type.name, type.name.hasPrefix("gp") ? ["steps": 3] : [:])
    let values = filter.filtered([Double](repeating: 7.3, count: count))
    #expect(values.allSatisfy { abs($0 - 7.3) < 1e-12 }, "\(type.name)")
  }
}

@Test func `The same window gives the same bits, the second time and by another filter of the same settings`()
  throws
{
  let window = noise(96)
  for type in FilterLibrary.all {
    let filter = try CatalogueSettings.filter(type.name)
    let first = filter.filtered(window)
    #expect(filter.filtered(window) == first, "\(type.name)")
    #expect(try CatalogueSettings.filter(type.name).filtered(window) == first, "\(type.name)")
  }
}

@Test(arguments: [1, 4, 5, 20, 97])
func `To extrapolate and to truncate is to do nothing`(count: Int) throws {
  for share in [0, 0.2, 1] {
    let extrapolate = try CatalogueSettings.filter("gp-extrapolate", ["share": .number(share)])
    let truncate = try CatalogueSettings.filter("truncate")
    let window = noise(count)
    var (values, extent) = (window, FilterExtent())
    extrapolate.apply(&values, &extent)
    let added = Int(share * Double(count))
    #expect(extent.before == added && extent.behind == added && values.count == count + 2 * added)
    #expect(Array(values[added..<added + count]) == window)
    truncate.apply(&values, &extent)
    #expect(values == window && extent == FilterExtent())
  }
}

@Test func `A low pass and a polynomial are linear`() throws {
  for (name, count) in [("low-pass", 96), ("low-pass", 600), ("savitzky-golay", 96)] {
    let filter = try CatalogueSettings.filter(name)
    let (a, b) = (noise(count, lane: 1), noise(count, lane: 2))
    let together = filter.filtered(zip(a, b).map { 2 * $0 - $1 })
    for (found, parts) in zip(together, zip(filter.filtered(a), filter.filtered(b))) {
      #expect(abs(found - (2 * parts.0 - parts.1)) < 1e-10)
    }
  }
}
