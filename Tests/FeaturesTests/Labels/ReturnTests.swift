import Artifacts
import Features
import Foundation
import Testing

private let prices: [Double] = [100, 110, 99, 99, 198]

private func values(_ type: any Label.Type, steps: JSON) throws -> [[Double]] {
  labelValues(try type.init(labelSettings(type.name, ["of": "close", "steps": steps])), [prices])
}

@Test func `A price label is the price so many rows ahead`() throws {
  #expect(try values(Price.self, steps: [1]) == [[110, 99, 99, 198, untouched]])
  #expect(
    try values(Price.self, steps: [3, 1]) == [
      [99, 198, untouched, untouched, untouched], [110, 99, untouched, untouched, untouched],
    ])
}

@Test func `A return is the later price over this one, less 1`() throws {
  #expect(try values(Return.self, steps: [2])[0].prefix(3).map { ($0 * 1e9).rounded() } == [-1e7, -1e8, 1e9])
  let long = try Return(labelSettings("return", ["of": "close", "steps": [1, 5, 10, 20, 60]]))
  #expect(long.outputs.map(\.suffix) == ["_1", "_5", "_10", "_20", "_60"] && long.span == 60)
  let close = labelPrices(200)
  for (output, step) in zip(labelValues(long, [close]), [1, 5, 10, 20, 60]) {
    for row in 0..<140 { #expect(output[row] == close[row + step] / close[row] - 1) }
  }
}

@Test func `A log return is the logarithm of their ratio, and none of what has no logarithm`() throws {
  let found = try values(LogReturnLabel.self, steps: [1, 3])
  for row in 0..<2 {
    #expect(abs(found[0][row] - log(prices[row + 1] / prices[row])) < 1e-15)
    #expect(abs(found[1][row] - log(prices[row + 3] / prices[row])) < 1e-15)
  }
  let label = try LogReturnLabel(labelSettings("log-return", ["of": "close", "steps": [1]]))
  #expect(labelValues(label, [[1, 0, 2, -1, 3]])[0].prefix(4).allSatisfy { $0.isNaN })
}
