import Artifacts
import Chronology
import Features
import Testing

@Test func `Ten rows in and five out of 500 points are 486 windows, of which a shuffle leaves 388 and 98`()
  throws
{
  let input = splitInput(rows: 500, lookback: 10, span: 5)
  #expect(input.windowCount == 486)
  let plan = try SplitRule.randomLeaky(train: 0.8, validation: 0, test: 0.2, seed: 1).plan(input)
  #expect(plan.folds[0].origins[.train]?.count == 388 && plan.folds[0].origins[.test]?.count == 98)
}

@Test func `One-step windows of a ticker are its rows less the look-back, and none crosses tickers`() throws {
  let input = splitInput(rows: 300, entities: ["btc_usd", "eth_usd"], lookback: 24, span: 1)
  #expect(input.windowCount == 2 * (300 - 24))
  let fold = try #require(
    SplitRule.fractions(train: 0.9, validation: 0, test: 0.1, of: .entity).plan(input).folds.first)
  #expect(fold.origins[.train]?.count == 2 * (270 - 24) && fold.origins[.test]?.count == 2 * 30)
  let all = Set(fold.origins.values.flatMap { Array($0) })
  #expect(all.isDisjoint(with: 299..<323) && all.contains(298) && all.contains(323))
}

@Test func `Nineteen million rows are planned in few runs`() throws {
  let rows = 19_000_000
  let time = [Int64](unsafeUninitializedCapacity: rows) { buffer, count in
    var row = 0
    while row < rows {
      buffer[row] = Int64(row) * 1_000
      row += 1
    }
    count = rows
  }
  let input = SplitInput(
    entities: ["A"], offsets: [0, rows], time: StoredArray(time), interval: .milliseconds(1_000),
    segments: [Segment(entity: 0, rows: 0..<rows)], lookback: 512,
    span: 96)
  for rule in [
    SplitRule.fractions(train: 0.7, validation: 0.1, test: 0.2),
    .walkForward(
      SplitRule.WalkForward(folds: 12, test: .bars(500_000), validation: .bars(500_000))),
    .combinatorial(groups: 10, testGroups: 2, validation: 0.1, embargo: .share(0.01)),
  ] {
    let runs = try rule.plan(input).folds.map { $0.origins.values.map(\.runs.count).reduce(0, +) }.max() ?? 0
    #expect((3...12).contains(runs))
  }
}
