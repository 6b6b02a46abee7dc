import Artifacts
import Chronology
import Features
import TestSupport
import Testing

private let hour: Int64 = 3_600_000
private let start = Instant(year: 2024, month: 1, day: 1).milliseconds

private func dates(_ validation: Int, _ test: Int, _ end: Int? = nil, entities: Int = 1) -> SplitBorders {
  func instant(_ row: Int) -> Instant { Instant(milliseconds: start + Int64(row) * hour) }
  return .dates(
    validation: instant(validation), test: instant(test), end: end.map(instant), entities: entities)
}

/// Windows as the definition has them, row by row.
private func naive(_ table: FeatureTable, _ borders: SplitBorders, lookback: Int, horizon: Int) -> [Split:
  [Int]]
{
  var result: [Split: [Int]] = [:]
  for origin in 0..<table.rowCount {
    let rows = (origin - lookback + 1)...(origin + horizon)
    guard
      let segment = table.segments.first(where: {
        $0.rows.contains(rows.lowerBound) && $0.rows.contains(rows.upperBound)
      })
    else { continue }
    let labels = (origin + 1)...(origin + horizon)
    for split in Split.allCases
    where labels.allSatisfy({
      borders.split(entity: segment.entity, firstLabel: table.time[$0], lastLabel: table.time[$0]) == split
    }) {
      result[split, default: []].append(origin)
    }
  }
  return result
}

@Test(arguments: [1, 3, 6], [1, 2, 5])
func `Windows are those that lie in one run and whose labels lie in one part`(lookback: Int, horizon: Int)
  throws
{
  let series = SampleSeries.make(rows: 80, entities: ["A", "B"], gaps: [(0, 17, 4), (0, 60, 1), (1, 42, 9)])
  let table = try FeatureTable(of: series, features: nil)
  for borders in [dates(30, 55, entities: 2), dates(30, 55, 75, entities: 2)] {
    let cut = try WindowCutter(lookback: lookback, horizon: horizon, borders: borders).cut(table, warmup: 0)
    let expected = naive(table, borders, lookback: lookback, horizon: horizon)
    for split in Split.allCases {
      #expect((cut.origins[split] ?? []).map { Int($0) } == expected[split] ?? [])
    }
    #expect(cut.rows == Array(0..<160))
  }
}

@Test func `No label of one part is a label of another: the purge is exactly the horizon`() throws {
  let table = try FeatureTable(of: SampleSeries.make(rows: 60), features: nil)
  let cut = try WindowCutter(lookback: 4, horizon: 5, borders: dates(30, 45)).cut(table, warmup: 0)
  func labels(_ split: Split) -> Set<Int64> {
    Set((cut.origins[split] ?? []).flatMap { ($0 + 1)...($0 + 5) })
  }
  #expect(
    labels(.train).isDisjoint(with: labels(.validation))
      && labels(.validation).isDisjoint(with: labels(.test)))
  #expect(
    labels(.train).max() == 29 && labels(.validation).min() == 30 && labels(.validation).max() == 44
      && labels(.test).min() == 45)
  #expect(cut.purged == 8)
}

@Test func `What a transform takes from the front of a run is not kept`() throws {
  let series = SampleSeries.make(rows: 40, gaps: [(0, 20, 2)])
  var table = try FeatureTable(of: series, features: nil)
  var recipe = try Recipe([LogReturn()], subtractsLast: false)
  let borders = dates(15, 32)
  _ = try recipe.fit(to: &table, training: borders.trainingRows)
  let cut = try WindowCutter(lookback: 3, horizon: 2, borders: borders).cut(table, warmup: 1)
  #expect(cut.rows == Array(1..<20) + Array(21..<40))
  let signature = Signature(
    entities: ["A"], features: ["close"], targets: ["close"], lookback: 3, horizon: 2,
    interval: series.interval,
    calendar: .continuous)
  let windows = try WindowTable(signature: signature, table: table, cut: cut, levels: [series.values])
  #expect(windows.offsets == [0, 38])
  #expect(windows.features.allSatisfy { $0.isFinite })
  #expect(windows.levels == cut.rows.map { series.values[$0] })
}

@Test(arguments: [96, 192, 336, 720])
func `The ETT protocol has the windows that are published`(horizon: Int) throws {
  let table = try FeatureTable(of: SampleSeries.make(rows: 17_420), features: nil)
  let borders = try SplitBorders.ettHourly(of: SampleSeries.make(rows: 17_420))
  let cut = try WindowCutter(lookback: 336, horizon: horizon, borders: borders).cut(table, warmup: 0)
  let test = [96: 2785, 192: 2689, 336: 2545, 720: 2161]
  #expect(cut.origins[.test]?.count == test[horizon])
  #expect(cut.origins[.validation]?.count == test[horizon])
  #expect(cut.origins[.train]?.count == 8640 - 336 - horizon + 1)
  #expect(cut.origins[.train]?.first == 335)
  #expect(cut.origins[.test]?.first == 11_519)
}

@Test func `Shares of one entity are shares of its rows`() throws {
  let series = SampleSeries.make(rows: 101)
  let borders = SplitBorders.fractions(train: 0.7, test: 0.2, of: series).borders[0]
  #expect(borders.validation == series.time[70] && borders.test == series.time[81] && borders.end == .max)
}

@Test func `Shares of several entities cut all of them on the same date`() throws {
  let series = SampleSeries.make(rows: 50, entities: ["A", "B"], gaps: [(1, 10, 30)])
  let borders = SplitBorders.fractions(train: 0.6, test: 0.2, of: series).borders
  #expect(borders[0] == borders[1])
  #expect(borders[0].validation == start + 48 * hour)
}

@Test func `A preset that needs more rows says how many`() {
  let error = #expect(throws: FeatureError.self) {
    try SplitBorders.ettHourly(of: SampleSeries.make(rows: 14_399))
  }
  #expect(
    error?.description == "the split 'ett-hourly' needs 14400 rows, and 'A' has 14399; take another split")
}

@Test func `Too few rows are refused with the arithmetic`() throws {
  let table = try FeatureTable(of: SampleSeries.make(rows: 20, gaps: [(0, 12, 1)]), features: nil)
  let error = #expect(throws: FeatureError.self) {
    try WindowCutter(lookback: 10, horizon: 5, borders: dates(5, 10)).cut(table, warmup: 0)
  }
  #expect(
    error?.description.contains(
      "look-back 10 + horizon 5 need 15 rows without a gap, and the longest run, of 'A', has 12") == true)
}

@Test(arguments: [(2, 40, Split.train), (30, 31, .validation), (30, 59, .test)])
func `A part that can hold no window is named`(validation: Int, test: Int, split: Split) throws {
  let table = try FeatureTable(of: SampleSeries.make(rows: 60), features: nil)
  let error = #expect(throws: FeatureError.self) {
    try WindowCutter(lookback: 4, horizon: 3, borders: dates(validation, test)).cut(table, warmup: 0)
  }
  #expect(error?.description.contains("no window falls into the \(split.rawValue) part") == true)
}

@Test func `An unknown column is refused with those that are there`() {
  let error = #expect(throws: FeatureError.self) {
    try FeatureTable(of: SampleSeries.make(rows: 3), features: ["clsoe"])
  }
  #expect(error?.description == "'features' names the column 'clsoe', and the series has close")
}

@Test func `A value beyond single precision is refused and not made infinite`() throws {
  let series = SampleSeries.make(rows: 20) { _, _, row in row == 9 ? 1e39 : 1 }
  let table = try FeatureTable(of: series, features: nil)
  let cut = try WindowCutter(lookback: 2, horizon: 1, borders: dates(10, 15)).cut(table, warmup: 0)
  let signature = Signature(
    entities: ["A"], features: ["close"], targets: ["close"], lookback: 2, horizon: 1,
    interval: series.interval,
    calendar: .continuous)
  let error = #expect(throws: FeatureError.self) {
    try WindowTable(signature: signature, table: table, cut: cut, levels: [series.values])
  }
  #expect(error?.description.contains("'close' of 'A' becomes 1e+39 at 2024-01-01T09:00:00Z") == true)
}

@Test func `The newest rows must be without a gap`() throws {
  var table = try FeatureTable(of: SampleSeries.make(rows: 20, gaps: [(0, 15, 2)]), features: nil)
  let error = #expect(throws: FeatureError.self) { try table.keepNewest(6) }
  #expect(
    error?.description.contains(
      "the newest 5 rows of 'A' are without a gap (since 2024-01-01T17:00:00Z), and the model looks back over 6"
    ) == true)
  try table.keepNewest(5)
  #expect(table.segments.map(\.rows) == [15..<20])
}
