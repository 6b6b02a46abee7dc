import Artifacts
import Features
import Foundation
import Numerics
import Testing

private func barrier(
  profit: Double, loss: Double, steps: Int64, high: Bool = false, low: Bool = false, volatility: Int64? = nil
) throws -> TripleBarrier {
  try TripleBarrier(
    labelSettings(
      "triple-barrier",
      [
        "of": "close", "high": high ? "high" : .null, "low": low ? "low" : .null, "profit": .number(profit),
        "loss": .number(loss), "steps": .integer(steps),
        "volatility": volatility.map(JSON.integer) ?? .null,
      ]))
}

@Test func `The barrier that is reached first decides`() throws {
  // From 100: up 2 % at row 3, after no fall of 2 %; from 101 (row 1): a fall of 2 % is first reached at row 5.
  let close: [Double] = [100, 101, 99, 102, 100, 98, 98, 98, 98, 98]
  let label = try barrier(profit: 0.02, loss: 0.02, steps: 4)
  #expect(labelValues(label, [close])[0].prefix(6) == [2, 0, 2, 0, 0, 1])
}

@Test func `High and low reach barriers that the close does not, and a bar that reaches both is a loss`()
  throws
{
  let close: [Double] = [100, 100, 100, 100]
  let high: [Double] = [100, 100, 103, 100]
  let low: [Double] = [100, 97, 97, 100]
  func first(high withHigh: Bool, low withLow: Bool) throws -> [Double] {
    let label = try barrier(profit: 0.02, loss: 0.02, steps: 1, high: withHigh, low: withLow)
    return Array(labelValues(label, [close] + (withHigh ? [high] : []) + (withLow ? [low] : []))[0].prefix(3))
  }
  #expect(try first(high: false, low: false) == [1, 1, 1])
  #expect(try first(high: true, low: false) == [1, 2, 1])
  #expect(try first(high: false, low: true) == [0, 0, 1])
  #expect(try first(high: true, low: true) == [0, 0, 1])
  #expect(
    try barrier(profit: 1, loss: 1, steps: 1, high: true, low: true).inputs == ["close", "high", "low"])
  #expect(try barrier(profit: 1, loss: 1, steps: 1, low: true).inputs == ["close", "low"])
}

@Test(arguments: [1, 6, 20], [Int64?.none, 5])
func `Random prices have the labels of a slow twin`(steps: Int64, volatility: Int64?) throws {
  let close = labelPrices(400, lane: 1)
  let noise = RandomStream(seed: 5, purpose: "range")
  let high = close.indices.map { close[$0] * (1 + 0.01 * noise.uniform(at: $0)) }
  let low = close.indices.map { close[$0] * (1 - 0.01 * noise.uniform(at: 1_000 + $0)) }
  let (profit, loss) = volatility == nil ? (0.02, 0.015) : (1.5, 2)
  let label = try barrier(
    profit: profit, loss: loss, steps: steps, high: true, low: true, volatility: volatility)
  let found = labelValues(label, [close, high, low])[0]
  var seen: Set<Double> = []
  for row in Int(volatility ?? 0)..<(400 - Int(steps)) {
    var sigma = 1.0
    if let volatility {
      let returns = (0..<Int(volatility)).map { log(close[row - $0] / close[row - $0 - 1]) }
      let mean = returns.reduce(0, +) / Double(volatility)
      sigma = (returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(volatility - 1)).squareRoot()
    }
    let future = (row + 1)...(row + Int(steps))
    let up = future.first { high[$0] >= close[row] * (1 + profit * sigma) } ?? .max
    let down = future.first { low[$0] <= close[row] * (1 - loss * sigma) } ?? .max
    #expect(found[row] == (up == down ? (up == .max ? 1 : 0) : up < down ? 2 : 0))
    seen.insert(found[row])
  }
  #expect(seen.isSuperset(of: [0, 2]))
}

@Test func `A price that is no number has no class`() throws {
  let values = labelValues(try barrier(profit: 0.02, loss: 0.02, steps: 2), [[100, .nan, 100, 103, 103]])[0]
  #expect(values[0] == 1 && values[1].isNaN && values[2] == 2)
}
