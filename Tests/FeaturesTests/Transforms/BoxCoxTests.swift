import Artifacts
import Features
import Numerics
import Testing

@Test func `A power of one is a shift, of a half a root, of none a logarithm`() throws {
  let values = [1.0, 4, 9]
  func changed(_ lambda: Double) throws -> [Double] {
    let transform = try CatalogueSettings.transform("box-cox", ["lambda": .number(lambda)])
    #expect(try transform.learnt(from: [2, 2, 2])[0] == [lambda])
    return try transform.applied(values, [[lambda], [1]])
  }
  for (lambda, wanted) in [(1.0, [0.0, 3, 8]), (0.5, [0, 2, 4]), (0, values.map(Elementary.log))] {
    for (a, b) in zip(try changed(lambda), wanted) { #expect(abs(a - b) < 1e-14) }
  }
}

@Test(arguments: [1e-12, -1e-9, 1e-5, -1e-3, 0.3, -2])
func `A power near zero loses nothing, there and back`(lambda: Double) throws {
  let transform = try CatalogueSettings.transform("box-cox", ["lambda": .number(lambda)])
  let values = [50, 99.9999, 100, 150, 2000.0]
  let state = [[lambda], [100]]
  let changed = try transform.applied(values, state)
  for (found, wanted) in zip(transform.inverted(changed, after: [], state), values) {
    #expect(abs(found / wanted - 1) < 1e-12)
  }
  guard abs(lambda) < 1e-8 else { return }
  for (found, value) in zip(changed, values) { #expect(abs(found - Elementary.log(value / 100)) < 1e-7) }
}

@Test func `What lies beyond every value comes back as the end of the range`() throws {
  let root = try CatalogueSettings.transform("box-cox", ["lambda": 0.5])
  #expect(root.inverted([-3], after: [], [[0.5], [7]]) == [0])
  let inverse = try CatalogueSettings.transform("box-cox", ["lambda": -1.0])
  #expect(inverse.inverted([2], after: [], [[-1], [7]]) == [.infinity])
}

@Test(arguments: [1e-6, 1, 1e8])
func `The power is found for values close together, far apart, and with one far from all`(size: Double) throws
{
  let stream = RandomStream(seed: 8, purpose: "test.box-cox")
  let noise = (0..<200).map { stream.normal(at: $0) }
  let transform = try CatalogueSettings.transform("box-cox")
  for spread in [1e-7, 0.01, 3] {
    let values = noise.map { size * Elementary.exp(spread * $0) }
    let lambda = try transform.learnt(from: values)[0][0]
    // Logarithms are normal, so the power is near zero, in units of their spread.
    #expect(abs(lambda) * spread < 0.2, "\(lambda)")
    #expect(try transform.learnt(from: values + [size * Elementary.exp(40 * spread)])[0][0] < lambda)
    #expect(try transform.learnt(from: values + [size * Elementary.exp(-40 * spread)])[0][0] > lambda)
  }
}

@Test func `Prices far above one are not lost to a large negative power`() throws {
  let values = (0..<100).map { 60_000 * Elementary.exp(-0.01 * Double($0 * $0 % 31)) }
  let transform = try CatalogueSettings.transform("box-cox", ["lambda": -8.0])
  let state = try transform.learnt(from: values)
  let changed = try transform.applied(values, state).map { Double(Float($0)) }
  for (found, wanted) in zip(transform.inverted(changed, after: [], state), values) {
    #expect(abs(found / wanted - 1) < 1e-6)
  }
}

@Test func `A value without a power is refused with its place among the training values`() throws {
  let transform = try CatalogueSettings.transform("box-cox")
  #expect(throws: TransformProblem.notPositive(at: 3, value: -1)) {
    try transform.learnt(from: [1, 2], [3, -1])
  }
}
