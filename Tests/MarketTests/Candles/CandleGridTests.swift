import Chronology
import Market
import Testing

private func time(_ text: String) throws -> Instant { try #require(Instant(parsing: text)) }
private func grid(_ text: String) throws -> CandleGrid { CandleGrid(try #require(Interval(text))) }

@Test(arguments: [
  ("1s", "2024-02-29T13:47:11.999Z", "2024-02-29T13:47:11Z", "2024-02-29T13:47:12Z"),
  ("15m", "2024-02-29T13:47:11Z", "2024-02-29T13:45:00Z", "2024-02-29T14:00:00Z"),
  ("8h", "2024-02-29T13:47:11Z", "2024-02-29T08:00:00Z", "2024-02-29T16:00:00Z"),
  ("1d", "2024-02-29T13:47:11Z", "2024-02-29", "2024-03-01"),
  ("3d", "1970-01-06T23:00:00Z", "1970-01-04", "1970-01-07"),
  ("1w", "2024-02-29T13:47:11Z", "2024-02-26", "2024-03-04"),
  ("1w", "2024-02-25T23:59:59Z", "2024-02-19", "2024-02-26"),
  ("1M", "2024-02-29T13:47:11Z", "2024-02-01", "2024-03-01"),
  ("1M", "2024-12-31T23:59:59Z", "2024-12-01", "2025-01-01"),
  ("3M", "2024-02-29", "2024-01-01", "2024-04-01"),
  ("1h", "1969-12-31T23:30:00Z", "1969-12-31T23:00:00Z", "1970-01-01"),
  ("1w", "1969-12-31T23:30:00Z", "1969-12-29", "1970-01-05"),
  ("1M", "1969-11-15", "1969-11-01", "1969-12-01"),
])
func `A bar opens on the grid, before what it contains`(
  interval: String, inside: String, open: String, next: String
) throws {
  let grid = try grid(interval)
  #expect(grid.floor(try time(inside)) == (try time(open)))
  #expect(grid.next(after: try time(inside)) == (try time(next)))
  #expect(grid.next(after: try time(open)) == (try time(next)))
  #expect(grid.isOpen(try time(open)))
  #expect(!grid.isOpen(Instant(milliseconds: try time(next).milliseconds - 1)))
}

@Test func `Steps are counted between openings only`() throws {
  let months = try grid("1M")
  #expect(months.steps(from: try time("2023-11-01"), to: try time("2024-03-01")) == 4)
  #expect(months.steps(from: try time("2023-11-02"), to: try time("2024-03-02")) == nil)
  let weeks = try grid("1w")
  #expect(weeks.steps(from: try time("2024-02-26"), to: try time("2024-03-11")) == 2)
  #expect(weeks.steps(from: try time("2024-02-25"), to: try time("2024-03-10")) == nil, "Sundays")
  #expect(weeks.steps(from: try time("2024-02-26"), to: try time("2024-03-10")) == nil)
}

@Test func `A range of bars names its first and its last opening`() throws {
  let range = try grid("1m").range(of: 1000, from: try time("2024-01-01T00:00:30Z"))
  #expect(range == (try time("2024-01-01"))...(try time("2024-01-01T16:39:00Z")))
  let months = try grid("1M").range(of: 1, from: try time("2024-01-31"))
  #expect(months == (try time("2024-01-01"))...(try time("2024-01-01")))
}

@Test func `An anchor moves the grid`() throws {
  let interval = try #require(Interval("3d"))
  let moved = CandleGrid(interval, anchor: try time("1970-01-02"))
  #expect(moved.floor(try time("1970-01-06T23:00:00Z")) == (try time("1970-01-05")))
}

@Test func `Binance has sixteen intervals, and archives spell one of them otherwise`() throws {
  #expect(BinanceIntervals.all.count == 16)
  #expect(
    BinanceIntervals.all.compactMap(BinanceIntervals.name) == [
      "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M",
    ])
  #expect(BinanceIntervals.archiveName(of: .months(1)) == "1mo")
  #expect(BinanceIntervals.archiveName(of: .milliseconds(60_000)) == "1m")
  #expect(BinanceIntervals.name(of: .milliseconds(7 * 60_000)) == nil)
  #expect(BinanceIntervals.all.filter(BinanceIntervals.hasDailyArchives).count == 13)
}
