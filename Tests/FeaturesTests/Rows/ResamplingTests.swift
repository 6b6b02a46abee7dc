import Artifacts
import Chronology
import TestSupport
import Testing

@testable import Features

private let hour: Int64 = 3_600_000

/// Hourly candles, 24 of them from Monday 2024-01-01, and what longer bars are made of them.
private func resampled(
  _ intervals: [String], rows: Int = 24, entities: [String] = ["A"],
  gaps: [(entity: Int, row: Int, count: Int)] = []
) throws -> RowTable {
  let series = SampleMarket.series(rows: rows, entities: entities, gaps: gaps)
  let resampling = try Resampling(
    intervals.map { try #require(Interval($0)) }, from: .milliseconds(hour))
  return try resampling.resampled(RowTable(of: series), base: .milliseconds(hour))
}

@Test func `A longer bar is the first open, the extremes, the last close and the sums`() throws {
  let series = SampleMarket.series(rows: 24, entities: ["A"], gaps: [])
  let bars = try resampled(["4h"])
  let columns = try bars.values(ofColumns: Array(0..<7))
  #expect(bars.rowCount == 6 && bars.segments == [Segment(entity: 0, rows: 0..<6)])
  #expect(bars.entities == ["A@4h"] && bars.intervals == [.milliseconds(4 * hour)])
  for bar in 0..<6 {
    func values(_ column: Int) -> [Double] { (0..<4).map { series.values[(bar * 4 + $0) * 7 + column] } }
    #expect(bars.time[bar] == series.time[bar * 4])
    #expect(columns[0][bar] == values(0)[0] && columns[3][bar] == values(3)[3])
    #expect(columns[1][bar] == values(1).max() && columns[2][bar] == values(2).min())
    for column in 4..<7 { #expect(columns[column][bar] == values(column).reduce(0, +)) }
  }
}

@Test func `A bar with a hole, or one that has not closed yet, is not there`() throws {
  // The bar of 08:00 has a hole, and that of 20:00 has not closed.
  let bars = try resampled(["4h"], rows: 22, gaps: [(0, 9, 1)])
  let start = Instant(year: 2024, month: 1, day: 1).milliseconds
  #expect(bars.time.map { ($0 - start) / hour } == [0, 4, 12, 16])
  #expect(bars.segments.map(\.rows) == [0..<2, 2..<4])
}

@Test func `Each interval of each entity is an entity of its own, the series' own among them`() throws {
  let bars = try resampled(["1h", "6h"], entities: ["A", "B"], gaps: [(1, 6, 12)])
  #expect(bars.entities == ["A@1h", "A@6h", "B@1h", "B@6h"] && bars.offsets == [0, 24, 28, 52, 56])
  #expect(bars.segments.map(\.entity) == [0, 1, 2, 2, 3, 3])
  #expect(bars.interval == .milliseconds(hour))
}

@Test func `Days begin at midnight UTC, and weeks on Monday`() throws {
  let bars = try resampled(["1d", "1w"], rows: 24 * 15)
  let days = (0..<bars.rowCount).filter { $0 < bars.offsets[1] }
  #expect(days.count == 15 && days.allSatisfy { bars.time[$0] % (24 * hour) == 0 })
  let weeks = (bars.offsets[1]..<bars.offsets[2]).map { Instant(milliseconds: bars.time[$0]) }
  #expect(weeks == [Instant(year: 2024, month: 1, day: 1), Instant(year: 2024, month: 1, day: 8)])
}

@Test(arguments: ["90m", "30m", "1M"])
func `A bar that is no whole number of the series' is refused`(interval: String) {
  let error = #expect(throws: FeatureError.self) { try resampled([interval]) }
  #expect(
    error?.exitStatus == .usage && error?.description.contains(interval) == true, "\(error.debugDescription)")
}

@Test func `Windows of several clocks are never mixed, and no longer bar sees its own future`() throws {
  let sample = try PreparedSample(
    "lookback: 6, horizon: 2, targets: [close], transforms: [log, standardize], intervals: [1h, 4h]",
    of: SampleMarket.series(rows: 900))
  let table = try sample.table()
  #expect(table.signature.entities == ["A@1h", "A@4h", "B@1h", "B@4h"])
  for origin in table.allOrigins {
    let entity = table.entity(ofRow: origin)
    let step = entity % 2 == 0 ? hour : 4 * hour
    #expect(table.time[origin] - table.time[origin - 5] == 5 * step)
    #expect(table.time[origin + 2] - table.time[origin] == 2 * step)
  }
  #expect(try sample.findings().allSatisfy { $0.verdict != .failed })
}

@Test func `Each entity made of a series has its gaps, counted in bars of its own`() throws {
  #expect((0..<6).map { Resampling.source(of: $0, among: 6, of: 2) } == [0, 0, 0, 1, 1, 1])
  // Hours 1 and 2 and hours 6 to 9 are missing: of the bars of four hours the first, and the next two.
  let series = SampleMarket.series(rows: 24, entities: ["A"], gaps: [(0, 1, 2), (0, 4, 4)])
  func missing(_ hours: Int64) -> [Int] {
    Resampling.missing(.milliseconds(hours * hour), in: series.gaps, of: .milliseconds(hour))
  }
  #expect(series.gaps.map(\.count) == [2, 4])
  #expect(missing(1) == [2, 4] && missing(4) == [1, 2] && missing(12) == [1, 0])
}
