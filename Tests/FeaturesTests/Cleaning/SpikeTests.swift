import Artifacts
import Features
import Foundation
import Numerics
import TestSupport
import Testing

private func spikes(
  _ prices: [Double], threshold: Double, window: Int, gaps: [(entity: Int, row: Int, count: Int)] = []
)
  throws -> [Int]
{
  var table = ColumnTable(
    of: SampleSeries.make(rows: prices.count, gaps: gaps) { _, _, row in prices[row] })
  let rules = CleaningRules(spikes: CleaningRules.Spikes(.mark, threshold: threshold, window: window))
  return try rules.clean(&table).marked.places
}

private func walk(_ count: Int, lane: Int = 0) -> [Double] {
  let stream = RandomStream(seed: 3, purpose: "spikes", lane: lane)
  var price = 100.0
  return (0..<count).map { row in
    price *= exp(0.01 * stream.normal(at: row))
    return price
  }
}

@Test func `The way back from a spike is none, and of a price that moves for good only the first bar is`()
  throws
{
  var back = walk(80)
  back[50] *= 2
  #expect(try spikes(back, threshold: 15, window: 20) == [50])
  var twice = walk(80)
  twice[50] *= 2
  twice[51] *= 3
  #expect(try spikes(twice, threshold: 15, window: 20) == [50, 51])
  var forGood = walk(80)
  for row in 50..<80 { forGood[row] *= 2 }
  #expect(try spikes(forGood, threshold: 15, window: 20) == [50])
}

@Test
func
  `Nothing is a spike before there are returns to compare with, over a gap, or in a price that stands still`()
  throws
{
  var early = walk(80)
  early[10] *= 2
  #expect(try spikes(early, threshold: 15, window: 20) == [])
  #expect(try spikes(early, threshold: 15, window: 9).first == 10)
  var beyond = walk(80)
  for row in 50..<80 { beyond[row] *= 2 }
  #expect(try spikes(beyond, threshold: 15, window: 20, gaps: [(0, 50, 1)]) == [])
  #expect(try spikes([Double](repeating: 5, count: 50) + [9, 5, 5], threshold: 15, window: 20) == [])
  // Returns that differ by rounding alone have no deviation either.
  #expect(try spikes((0..<60).map { pow(1.01, Double($0 - 20)) }, threshold: 15, window: 20) == [])
}

@Test(arguments: [2, 7, 20])
func `Spikes are those of a slow twin, and none depends on a later bar`(window: Int) throws {
  for lane in 0..<3 {
    var prices = walk(150, lane: lane)
    for row in [40, 77, 78, 120] { prices[row] *= row % 2 == 0 ? 1.2 : 0.8 }
    let found = try spikes(prices, threshold: 6, window: window)
    #expect(found == slow(prices, threshold: 6, window: window) && !found.isEmpty)
    for end in [41, 60, 100] {
      #expect(
        try spikes(Array(prices.prefix(end)), threshold: 6, window: window) == found.filter { $0 < end })
    }
  }
}

private func slow(_ prices: [Double], threshold: Double, window: Int) -> [Int] {
  func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }
  var found: [Int] = []
  var returns: [Double] = []
  var good = 0
  for row in 1..<prices.count {
    let changes = [row - 1, good].map { Elementary.log(prices[row]) - Elementary.log(prices[$0]) }
    let change = abs(changes[0]) < abs(changes[1]) ? changes[0] : changes[1]
    let newest = returns.suffix(window)
    let center = newest.isEmpty ? 0 : median(Array(newest))
    let deviation = newest.isEmpty ? 0 : median(newest.map { abs($0 - center) })
    if newest.count == window, deviation > 1e-12, abs(change) > threshold * deviation {
      found.append(row)
    } else {
      good = row
      returns.append(change)
    }
  }
  return found
}
