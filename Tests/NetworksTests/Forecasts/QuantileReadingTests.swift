import Artifacts
import Numerics
import Tensors
import Testing

@testable import Networks

private let probabilities = [0.025, 0.1, 0.5, 0.9, 0.975]

/// A network that gives the same numbers for every step and target of `SampleWindows`.
private func constant(_ reading: Network.Reading, _ numbers: [Float]) throws -> (Network, WindowTable) {
  let table = SampleWindows.table()
  let window = WindowShape(table.signature, reading: reading)
  let blocks: JSON = ["flatten", ["head": ["outputs": JSON(numbers.count)]]]
  let elements = window.horizon * window.targets
  let network = try Network(
    blocks: blocks, window: window,
    values: [
      [Float](repeating: 0, count: window.lookback * window.features * elements * numbers.count),
      (0..<elements).flatMap { _ in numbers },
    ])
  return (network, table)
}

private func expect(
  _ reading: Network.Reading, _ numbers: [Float], at asked: [Double] = probabilities, forecast: Double,
  quantiles: [Double], tolerance: Double = 1e-6, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let (network, table) = try constant(reading, numbers)
  let outlook = network.outlook(at: asked, from: [50, 51, 80][...], in: table)
  #expect(outlook.forecast.values.count == 3 * 3 * 2, sourceLocation: sourceLocation)
  #expect(
    outlook.forecast.values.allSatisfy { abs($0 - forecast) <= tolerance }, sourceLocation: sourceLocation)
  let found = try #require(outlook.quantiles, sourceLocation: sourceLocation)
  #expect(found.count == 18 * asked.count, sourceLocation: sourceLocation)
  for (index, value) in found.enumerated() {
    let expected = quantiles[index % asked.count]
    #expect(
      abs(value - expected) <= tolerance * max(1, abs(expected)), "\(index)", sourceLocation: sourceLocation)
  }
  #expect(
    network.quantiles(at: asked, from: [50, 51, 80][...], in: table) == found, sourceLocation: sourceLocation)
}

@Test func `A normal distribution gives its own quantiles`() throws {
  try expect(
    .gaussian, [3, Float(Elementary.log(2))], forecast: 3,
    quantiles: [-0.919927969080108, 0.436896868910799, 3, 5.563103131089201, 6.919927969080108])
}

@Test func `A Student distribution gives its own quantiles`() throws {
  // SciPy: 3 + 2 t.ppf(p, 5).
  try expect(
    .student, [3, Float(Elementary.log(2)), Float(Elementary.log(3))], forecast: 3,
    quantiles: [-2.1411636744256345, 0.04823190334922886, 3, 5.951768096650771, 8.141163674425634])
}

@Test func `Trained quantiles are interpolated between their levels, and flat beyond them`() throws {
  try expect(
    .quantiles([0.1, 0.5, 0.7]), [-1, 2, 6], at: [0.01, 0.1, 0.3, 0.5, 0.6, 0.7, 0.9], forecast: 2,
    quantiles: [-1, -1, 0.5, 2, 4, 6, 6])
  // Those that cross are put in order; the forecast is what the middle one learnt.
  try expect(
    .quantiles([0.1, 0.5, 0.9]), [4, 2, 6], at: [0.1, 0.5, 0.9], forecast: 2, quantiles: [2, 4, 6])
}

@Test func `Draws give their mean and their empirical quantiles`() throws {
  try expect(
    .samples, [4, 0, 3, 1, 2], at: [0, 0.1, 0.5, 0.75, 1], forecast: 2, quantiles: [0, 0.4, 2, 3, 4])
}

@Test func `A grid gives the expectation of its centres, or the likeliest, and spreads intervals evenly`()
  throws
{
  func grid(_ choice: ValueGrid.Choice) -> ValueGrid {
    ValueGrid(
      subject: .value, choice: choice, edges: [-9e6, 0, 2, 9e6], centres: [-1, 0.5, 3], low: -2, high: 4)
  }
  // Shares of 0.2, 0.5 and 0.3.
  let logits = [0.2, 0.5, 0.3].map { Float(Elementary.log($0) + 7) }
  let quantiles = [-1.75, -1.0, 1.2, 3.3333333, 3.8333333]
  try expect(.grid(grid(.mean)), logits, forecast: 0.95, quantiles: quantiles, tolerance: 1e-5)
  try expect(.grid(grid(.likeliest)), logits, forecast: 0.5, quantiles: quantiles, tolerance: 1e-5)
}

@Test func `A grid of changes is seen from the last input`() throws {
  let grid = ValueGrid(
    subject: .change, choice: .mean, edges: [-1, 0, 1], centres: [-0.5, 0.5], low: -1, high: 1)
  let (network, table) = try constant(.grid(grid), [0, 0])
  let outlook = network.outlook(at: [0.25, 0.5], from: [50, 90][...], in: table)
  for (window, origin) in [50, 90].enumerated() {
    for element in 0..<6 {
      let last = Double(table.features[2 * origin + element % 2])
      #expect(abs(outlook.forecast.values[6 * window + element] - last) < 1e-6)
      #expect(abs((outlook.quantiles?[12 * window + 2 * element] ?? 9) - (last - 0.5)) < 1e-6)
    }
  }
  let percent = ValueGrid(
    subject: .percent, choice: .mean, edges: [-10, 0, 10], centres: [-5, 5], low: -10, high: 10)
  #expect(percent.subject.target(of: 5, after: 200) == 210)
  #expect(percent.subject.value(of: 210, after: 200) == 5)
}

@Test func `Points and classes have no quantiles`() throws {
  for (reading, numbers, forecast) in [
    (.point, [7], 7), (.probability, [0], 0.5), (.classes(3), [0, 2, 1], 1),
  ] as [(Network.Reading, [Float], Double)] {
    let (network, table) = try constant(reading, numbers)
    let outlook = network.outlook(at: probabilities, from: [50][...], in: table)
    #expect(outlook.quantiles == nil && !network.hasQuantiles)
    #expect(outlook.forecast.values[0] == forecast)
  }
}

@Test func `How a network is read is written and read back`() throws {
  let readings: [Network.Reading] = [
    .point, .quantiles([0.1, 0.5, 0.9]), .gaussian, .student, .samples, .probability, .classes(4),
    .grid(
      ValueGrid(
        subject: .percent, choice: .likeliest, edges: [-9e6, 0.1, 9e6], centres: [-0.3, 1.7], low: -4.2,
        high: 3.1)),
  ]
  for reading in readings {
    let facts = try JSON(parsing: Array(JSON.object(reading.facts).inline.utf8))
    #expect(Network.Reading(blueprint: facts) == reading)
  }
  #expect(Network.Reading(blueprint: ["reading": "oracle"]) == nil)
  #expect(Network.Reading(blueprint: ["reading": "grid"]) == nil)
}
