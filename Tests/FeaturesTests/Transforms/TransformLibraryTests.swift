import Artifacts
import Configuration
import Features
import Numerics
import Testing

/// Every transform, and the settings that change what it does.
private let variants: [(name: String, settings: [String: JSON])] =
  TransformLibrary.all.map { ($0.name, $0.name == "clip" ? ["low": 80.0, "high": 120.0] : [:]) } + [
    ("min-max", ["to": [-1.0, 3.0]]), ("difference", ["lag": 3]), ("difference", ["relative": true]),
    ("difference", ["lag": "5h", "relative": true]), ("percent-change", ["lag": 4]),
    ("box-cox", ["lambda": 0.0]), ("box-cox", ["lambda": -0.5]), ("clip", ["high": 110.0]),
    ("winsorize", ["quantiles": [0.2, 0.6]]), ("bin", ["kind": "quantile", "bins": 12]),
  ]

/// A positive walk; rounded for codes, so that values come again.
private func walk(_ count: Int, seed: UInt64, rounded: Bool = false) -> [Double] {
  let stream = RandomStream(seed: seed, purpose: "test.transforms")
  var level = 4.6
  return (0..<count).map { index in
    level += 0.03 * stream.normal(at: index)
    return rounded ? Elementary.exp(level).rounded() : Elementary.exp(level)
  }
}

private func close(_ a: [Double], _ b: [Double], to tolerance: Double) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($0), abs($1)) }
}

@Test func `Every transform has settings in the catalogue, and every entry a transform`() {
  let names = TransformLibrary.all.map { $0.name }
  #expect(names.sorted() == PartCatalogue.transforms.map(\.name).sorted())
  #expect(Set(names).count == names.count)
}

@Test func `A transform has settings for whose rows and which it learns from exactly if it learns`() throws {
  for (name, settings) in variants {
    let schema = try #require(PartCatalogue.transforms.first { $0.name == name })
    let learns = try !CatalogueSettings.transform(name, settings).statistics.isEmpty
    for setting in ["per", "fit"] {
      #expect(schema.settings.contains { $0.name == setting } == learns, "\(name)")
    }
  }
}

@Test(arguments: variants.indices)
func `What it learns has a vector for each statistic, and does not depend on where runs are cut`(index: Int)
  throws
{
  let (name, settings) = variants[index]
  let transform = try CatalogueSettings.transform(name, settings)
  let values = walk(60, seed: 1, rounded: name == "label-encode")
  let state = try transform.learnt(from: values)
  #expect(state.count == transform.statistics.count)
  #expect(state.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isFinite) })
  #expect(try transform.learnt(from: Array(values[..<17]), [], Array(values[17...])) == state, "\(name)")
}

@Test(arguments: variants.indices)
func `A transform that learns says so when there is nothing to learn from`(index: Int) throws {
  let transform = try CatalogueSettings.transform(variants[index].name, variants[index].settings)
  guard transform.statistics.isEmpty else {
    #expect(throws: TransformProblem.nothingToLearnFrom) { try transform.learnt(from: [], []) }
    return
  }
  #expect(try transform.learnt(from: []).isEmpty)
}

@Test(arguments: variants.indices)
func `No transform looks ahead: the front of a run is transformed as it is alone`(index: Int) throws {
  let (name, settings) = variants[index]
  let transform = try CatalogueSettings.transform(name, settings)
  for seed in 1...5 as ClosedRange<UInt64> {
    let values = walk(50, seed: seed, rounded: name == "label-encode")
    let state = try transform.learnt(from: Array(values[..<30]))
    let whole = try transform.applied(values, state)
    for end in [0, 1, 2, 3, 5, 17, 49] {
      let front = try transform.applied(Array(values[..<end]), state)
      #expect(front.dropFirst(transform.lookback) == whole[..<end].dropFirst(transform.lookback), "\(name)")
    }
    #expect(whole.prefix(transform.lookback) == values.prefix(transform.lookback), "\(name)")
  }
}

@Test(arguments: variants.indices)
func `Values that follow an origin become what they are in the whole run`(index: Int) throws {
  let (name, settings) = variants[index]
  let transform = try CatalogueSettings.transform(name, settings)
  for seed in 6...10 as ClosedRange<UInt64> {
    let values = walk(50, seed: seed, rounded: name == "label-encode")
    let state = try transform.learnt(from: Array(values[..<30]))
    let whole = try transform.applied(values, state)
    for origin in [transform.lookback, 20, 47, 50] {
      let path = transform.advanced(Array(values[origin...]), after: Array(values[..<origin]), state)
      #expect(path == Array(whole[origin...]), "\(name)")
    }
  }
}

@Test(arguments: variants.indices)
func `A transform that can be undone gives back what it was given, to rounding`(index: Int) throws {
  let (name, settings) = variants[index]
  let transform = try CatalogueSettings.transform(name, settings)
  guard transform.isInvertible else { return }
  for seed in 11...20 as ClosedRange<UInt64> {
    let values = walk(60, seed: seed)
    let state = try transform.learnt(from: Array(values[..<30]))
    let (past, future) = (Array(values[..<40]), Array(values[40...]))
    let path = transform.advanced(future, after: past, state)
    #expect(path != future, "\(name)")
    let back = transform.inverted(path, after: past, state)
    for (found, wanted) in zip(back, future) { #expect(abs(found / wanted - 1) < 1e-12, "\(name)") }
  }
}

@Test func `A transform that cannot be undone says so`() {
  let oneWay = ["clip", "winsorize", "bin", "label-encode"]
  for (name, settings) in variants {
    let transform = try? CatalogueSettings.transform(name, settings)
    #expect(transform?.isInvertible == !oneWay.contains(name), "\(name)")
  }
}

@Test(arguments: [0.1, 0, -3, 1e-300, 1e300])
func `A constant column is never divided by zero`(value: Double) throws {
  for (name, settings) in variants {
    let transform = try CatalogueSettings.transform(name, settings)
    guard !transform.statistics.isEmpty, value > 0 || name != "box-cox" else { continue }
    let column = [Double](repeating: value, count: 11)
    let state = try transform.learnt(from: column)
    let changed = try transform.applied(column, state)
    #expect(changed.allSatisfy { $0.isFinite && $0 == changed[0] }, "\(name)")
    guard transform.isInvertible else { continue }
    for found in transform.inverted(changed, after: [], state) {
      #expect(abs(found - value) <= 1e-14 * max(1, abs(value)), "\(name)")
    }
  }
}

@Test(
  arguments: [
    ["log", "standardize"], ["difference", "robust"], ["percent-change", "min-max", "standard-variance"],
    ["box-cox", "difference", "mean-scale"], ["log", "difference", "standardize", "min-max"],
    ["log-return", "standardize"],
  ])
func `A chain is undone in reverse order`(names: [String]) throws {
  let values = walk(60, seed: 21)
  var past = Array(values[..<40])
  var path = Array(values[40...])
  var chain: [(transform: any Transform, past: [Double], state: [[Double]])] = []
  for name in names {
    let transform = try CatalogueSettings.transform(name)
    // The first rows of a chain have no values once a transform has looked back.
    let state = try transform.learnt(from: Array(past[..<30]))
    chain.append((transform, past, state))
    path = transform.advanced(path, after: past, state)
    past = Array(try transform.applied(past, state).dropFirst(transform.lookback))
  }
  for (transform, past, state) in chain.reversed() { path = transform.inverted(path, after: past, state) }
  for (found, wanted) in zip(path, values[40...]) { #expect(abs(found / wanted - 1) < 1e-12) }
}

@Test func `An affine transform is what its shift and scale say`() throws {
  let values = walk(40, seed: 22)
  var found = 0
  for (name, settings) in variants {
    guard let transform = try CatalogueSettings.transform(name, settings) as? any AffineTransform else {
      continue
    }
    found += 1
    let state = try transform.learnt(from: values)
    let (shift, scale) = transform.affine(state)
    #expect(try transform.applied(values, state) == values.map { ($0 - shift) / scale }, "\(name)")
  }
  #expect(found == 6)
}
