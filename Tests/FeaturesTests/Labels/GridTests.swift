import Artifacts
import Features
import Testing

private func grid(_ edges: [Double], steps: Int64 = 1, oneHot: Bool = false) throws -> Grid {
  try Grid(
    labelSettings(
      "grid",
      [
        "of": "close", "steps": .integer(steps), "edges": .array(edges.map(JSON.number)),
        "one_hot": .bool(oneHot),
      ]))
}

@Test func `A change is of the class whose lower edge it reaches`() throws {
  // Changes of −3, −2, −1, 0, 1, 2 and 3 percent, from 100 each.
  let prices: [Double] = [100, 97, 100, 98, 100, 99, 100, 100, 100, 101, 100, 102, 100, 103]
  let values = labelValues(try grid([-9e6, -2, 0, 2, 9e6]), [prices])[0]
  #expect(stride(from: 0, to: 14, by: 2).map { values[$0] } == [0, 1, 1, 2, 2, 3, 3])
  let up = labelValues(try grid([-9e6, 0, 9e6]), [prices])[0]
  #expect(stride(from: 0, to: 14, by: 2).map { up[$0] } == [0, 0, 0, 1, 1, 1, 1])
}

@Test func `A change outside all edges is in the nearest class, and one that is no number in none`() throws {
  let values = labelValues(try grid([-1, 0, 1]), [[100, 50, 200, 0, 0, 5]])[0]
  #expect(values[0] == 0 && values[1] == 1 && values[2] == 0 && values[3].isNaN && values[4].isNaN)
}

@Test func `One-hot columns hold a single 1 where the class is`() throws {
  let close = labelPrices(300)
  let edges = [-9e6, -1.5, -0.5, 0.25, 9e6]
  let classes = labelValues(try grid(edges, steps: 2), [close])[0]
  let columns = labelValues(try grid(edges, steps: 2, oneHot: true), [close])
  #expect(columns.count == 4 && Set(classes.prefix(298)) == [0, 1, 2, 3])
  for row in 0..<298 {
    let change = (close[row + 2] - close[row]) / close[row] * 100
    let number = edges.lastIndex { $0 <= change } ?? -1
    #expect(classes[row] == Double(number))
    #expect(columns.map { $0[row] } == (0..<4).map { $0 == number ? 1 : 0 })
  }
}

@Test func `The classes are named by their edges`() throws {
  #expect(
    try grid([-9e6, -2, 0, 2.5, 9e6]).outputs == [
      LabelColumn(
        unit: "class", still: .value(2),
        classes: ["below -2 %", "-2 to 0 %", "0 to 2.5 %", "2.5 % and above"])
    ])
  #expect(try grid([-9e6, 0, 9e6], oneHot: true).outputs.map(\.suffix) == ["_0", "_1"])
  #expect(try grid([-9e6, 0, 9e6], oneHot: true).outputs.map(\.still) == [.value(0), .value(1)])
}

@Test(arguments: [[], [0, 1], [0, 2, 1], [0, 1, 1]] as [[Double]])
func `Edges that do not ascend, or make no two classes, are refused`(edges: [Double]) {
  let error = #expect(throws: FeatureError.self) { try grid(edges) }
  #expect(error?.description.hasPrefix("'grid': edges: three or more percentages") == true)
}
