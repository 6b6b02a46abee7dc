import Features
import Testing

@Test func `Training values have mean 0 and deviation 1, as far from zero as they may be`() throws {
  for offset in [0, 1e3, 1e9] {
    let values = (0..<100).map { offset + Double($0 * 37 % 23) / 7 }
    let transform = try CatalogueSettings.transform("standardize")
    let changed = try transform.applied(values, try transform.learnt(from: values))
    let mean = changed.reduce(0, +) / 100
    let square = changed.reduce(0) { $0 + $1 * $1 } / 100
    #expect(abs(mean) < 1e-15 * max(offset, 10) && abs(square - 1) < 1e-12)
  }
}

@Test func `A constant column becomes zeros, whatever rounding says of its mean`() throws {
  let values = [Double](repeating: 0.1, count: 10)
  let transform = try CatalogueSettings.transform("standardize")
  let state = try transform.learnt(from: values)
  #expect(state == [[0.1], [1]])
  #expect(try transform.applied(values, state) == [Double](repeating: 0, count: 10))
}
