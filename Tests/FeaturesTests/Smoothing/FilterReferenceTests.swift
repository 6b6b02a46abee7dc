import Artifacts
import Features
import Testing

@Test func `Filtered windows are NumPy's, SciPy's and PyWavelets'`() throws {
  let closes = try TransformReference.column("close")
  for entry in try TransformReference.entries("filters") {
    let name = try #require(entry["filter"]?.string)
    let filter = try CatalogueSettings.filter(name, entry["settings"]?.object ?? [:])
    let length = try #require(entry["length"]?.integer)
    let found = filter.filtered(closes[..<length].map { $0 - closes[0] })
    let wanted = try TransformReference.numbers(entry["values"])
    try #require(found.count == wanted.count)
    let size = wanted.reduce(1) { max($0, abs($1)) }
    for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-11 * size, "\(name) of \(length)") }
  }
}
