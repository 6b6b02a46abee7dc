@testable import Charts
import Testing

@Test func `Bins hold their lower border, and the last one its upper border`() {
  let bins = Bins(of: [0, 0.5, 1, 1.5, 2, -1, 3, .nan, .infinity], count: 2, from: 0, to: 2)
  #expect(bins.counts == [2, 3] && bins.below == 1 && bins.above == 1 && bins.total == 7)
}

@Test(arguments: [[], [.nan], [.infinity, .nan]] as [[Double]])
func `Values that are not finite have no range`(values: [Double]) {
  #expect(Bins.range(of: values) == nil)
}

@Test(arguments: [[0], [7, 7, 7], [-3], [1, 2], [1e299, -1e299], [0.1, 0.1]] as [[Double]])
func `A range has room for all of a few values`(values: [Double]) throws {
  let range = try #require(Bins.range(of: values))
  #expect(range.low < range.high)
  let bins = Bins(of: values, count: 10, from: range.low, to: range.high)
  #expect(bins.counts.reduce(0, +) == values.count)
}

@Test func `One value far outside does not press all others into one bin`() throws {
  let values = (0..<1_000).map { Double($0 % 100) } + [1e9]
  let range = try #require(Bins.range(of: values))
  #expect(range.low == 0 && range.high > 99 && range.high < 200)
  let bins = Bins(of: values, count: 20, from: range.low, to: range.high)
  #expect(bins.above == 1 && bins.counts.max() ?? 0 < 200)
}

@Test func `Shares are of all values, so that samples of unequal size can be compared`() {
  let small = Bins(of: [0, 1], count: 2, from: 0, to: 1)
  let large = Bins(
    of: Array(repeating: 0, count: 50) + Array(repeating: 1, count: 50), count: 2, from: 0, to: 1)
  #expect(small.shares == large.shares && small.shares == [0.5, 0.5])
}
