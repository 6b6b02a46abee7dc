import Artifacts
import Chronology
import Features
import TestSupport
import Testing

private func clean(_ table: inout ColumnTable, _ gaps: CleaningRules.Gaps) throws -> Cleaning {
  try CleaningRules(gaps: gaps).clean(&table)
}

@Test func `Nothing is touched when nothing was declared, and gaps divide the rows`() throws {
  var table = bars(30, entities: ["A", "B"], gaps: [(0, 10, 2), (1, 5, 1)])
  let before = table
  let places = table.values.map { $0.withUnsafeBufferPointer(\.baseAddress) }
  let cleaning = try CleaningRules().clean(&table)
  #expect(table == before && places == table.values.map { $0.withUnsafeBufferPointer(\.baseAddress) })
  #expect(cleaning.segments.map(\.rows) == [0..<10, 10..<30, 30..<35, 35..<60])
  #expect(cleaning.segments.map(\.entity) == [0, 0, 1, 1])
  #expect(cleaning.marked == nil && cleaning.premature == nil && cleaning.warnings.isEmpty)
  var counts = Cleaning.Counts()
  (counts.gaps, counts.missingBars) = (2, 3)
  #expect(cleaning.counts == counts && counts.json["missingBars"] == 3)
}

@Test func `Filled forward, a gap holds bars that stand still at the close before and traded nothing`() throws
{
  var table = bars(20, entities: ["A", "B"], gaps: [(0, 10, 2), (1, 5, 1)])
  let before = table
  let cleaning = try clean(&table, CleaningRules.Gaps(.fillForward))
  #expect(table.rowCount == 43 && table.offsets == [0, 22, 43] && table.gaps.isEmpty)
  let close = bar(9)[3]
  for row in [10, 11] { #expect(table.row(row) == [close, close, close, close, 0, 9]) }
  #expect(table.row(27) == [bar(4)[3], bar(4)[3], bar(4)[3], bar(4)[3], 0, 4])
  #expect(cleaning.marked.places == [10, 11, 27] && cleaning.premature == nil)
  // Nothing else has moved, and the hours follow each other.
  for entity in 0..<2 {
    let rows = table.offsets[entity]..<table.offsets[entity + 1]
    #expect(
      rows.allSatisfy {
        table.time[$0] == table.time[rows.lowerBound] + Int64($0 - rows.lowerBound) * 3_600_000
      })
  }
  let kept = (0..<43).filter { cleaning.marked?[$0] != true }
  #expect(kept.map(table.row) == (0..<40).map(before.row) && kept.map { table.time[$0] } == before.time)
  #expect(cleaning.segments.map(\.rows) == [0..<22, 22..<43])
  #expect(
    cleaning.counts.filledGaps == 2 && cleaning.counts.filledBars == 3 && cleaning.counts.markedBars == 3)
  #expect(
    cleaning.warnings == [
      "3 bars in 2 gaps were filled: open, high, low, close with the close before; volume with 0; funding with its last value"
    ])
}

@Test func `Interpolated, a gap is a straight line that no window may end on`() throws {
  var table = bars(20, gaps: [(0, 10, 3)])
  let cleaning = try clean(&table, CleaningRules.Gaps(.interpolate))
  for (row, way) in [(10, 0.25), (11, 0.5), (12, 0.75)] {
    for column in 0..<6 {
      #expect(table.values[column][row] == bar(9)[column] + (bar(10)[column] - bar(9)[column]) * way)
    }
  }
  #expect(table.row(13) == bar(10))
  #expect(cleaning.marked.places == [10, 11, 12] && cleaning.premature.places == [10, 11, 12])
}

@Test func `A gap longer than is to be filled stays a gap`() throws {
  for policy in [CleaningRules.Policy.fillForward, .interpolate] {
    var table = bars(30, gaps: [(0, 10, 2), (0, 15, 5), (0, 20, 3)])
    let cleaning = try clean(&table, CleaningRules.Gaps(policy, longest: 3))
    #expect(table.rowCount == 35 && table.gaps.map(\.count) == [5])
    #expect(cleaning.segments.map(\.rows) == [0..<17, 17..<35])
    #expect(cleaning.marked.places == [10, 11, 22, 23, 24])
    #expect(cleaning.warnings.last == "1 gaps are longer than 3 bars and stay gaps")
    var all = Cleaning.Counts()
    (all.gaps, all.missingBars, all.filledGaps, all.filledBars, all.markedBars) = (3, 10, 2, 5, 5)
    #expect(cleaning.counts == all)
  }
}

@Test func `Bars are put only where the calendar owes them`() throws {
  // Daily bars of two working weeks from Monday 2024-01-01, without Thursday to Monday.
  let days = [1, 2, 3, 9, 10, 11, 12]
  func instant(_ day: Int) -> Instant { Instant(year: 2024, month: 1, day: day) }
  var table = ColumnTable(
    of: Series(
      entities: ["A"], columns: [Series.Column(name: "close")], interval: .milliseconds(86_400_000),
      calendar: .weekdays, source: "csv", time: days.map { instant($0).milliseconds },
      values: days.map(Double.init), offsets: [0, 7],
      gaps: [Series.Gap(entity: 0, firstMissing: instant(4), lastMissing: instant(8), count: 3)]))
  _ = try clean(&table, CleaningRules.Gaps(.fillForward))
  #expect(table.time == [1, 2, 3, 4, 5, 8, 9, 10, 11, 12].map { instant($0).milliseconds })
  #expect(table.values == [[1, 2, 3, 3, 3, 3, 9, 10, 11, 12]])
}

@Test func `A gap that the calendar does not have stays one`() throws {
  var table = bars(20, gaps: [(0, 10, 2)])
  table.gaps[0].count = 3
  let cleaning = try clean(&table, CleaningRules.Gaps(.fillForward))
  #expect(table.rowCount == 20 && cleaning.segments.count == 2 && cleaning.counts.filledGaps == 0)
  #expect(cleaning.warnings == ["1 gaps have no good bar on both sides and stay gaps"])
}

@Test func `A rejected gap is an error with its place, and the number of gaps`() {
  var table = bars(20, entities: ["A", "B"], gaps: [(1, 10, 2)])
  let error = #expect(throws: FeatureError.self) { try clean(&table, CleaningRules.Gaps(.reject)) }
  #expect(
    error
      == .cleaningRejects(kind: "gaps", entity: "B", time: "2024-01-01T10:00:00Z", count: 1))
  #expect(throws: Never.self) {
    var whole = bars(20)
    _ = try clean(&whole, CleaningRules.Gaps(.reject))
  }
}

@Test func `A bar that is not there cannot be marked`() {
  var table = bars(20)
  let error = #expect(throws: FeatureError.self) { try clean(&table, CleaningRules.Gaps(.mark)) }
  #expect(
    error?.description
      == "'clean': 'mark' makes no sense for gaps; choose one of reject, drop, fill-forward, interpolate")
}
