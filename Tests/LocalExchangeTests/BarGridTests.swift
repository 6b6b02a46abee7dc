import LocalExchange
import Testing

@Test(arguments: [
  ("1s", "2024-05-15T13:47:12.345Z", "2024-05-15T13:47:12Z", "2024-05-15T13:47:13Z"),
  ("5m", "2024-05-15T13:47:12Z", "2024-05-15T13:45:00Z", "2024-05-15T13:50:00Z"),
  ("8h", "2024-05-15T13:47:12Z", "2024-05-15T08:00:00Z", "2024-05-15T16:00:00Z"),
  ("1d", "2024-02-29T23:59:59Z", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"),
  ("1w", "2024-05-15T13:47:12Z", "2024-05-13T00:00:00Z", "2024-05-20T00:00:00Z"),
  ("1w", "2024-05-13T00:00:00Z", "2024-05-13T00:00:00Z", "2024-05-20T00:00:00Z"),
  ("1w", "1969-12-31T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
  ("1M", "2024-02-29T13:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
  ("1M", "2024-12-31T23:59:59Z", "2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z"),
])
func `A bar opens where the calendar has it`(name: String, at: String, open: String, end: String) throws {
  let grid = try #require(BarGrid(name))
  #expect(grid.open(atOrBefore: time(at)) == time(open))
  #expect(grid.end(of: time(open)) == time(end))
  #expect(grid.open(atOrAfter: time(at)) == (at == open ? time(open) : time(end)))
}

@Test func `Three days are counted from the epoch`() throws {
  let grid = try #require(BarGrid("3d"))
  #expect(grid.open(atOrBefore: time("1970-01-03T23:00:00Z")) == 0)
  #expect(grid.open(atOrBefore: newYear2024) % (3 * oneDay) == 0)
}

@Test(arguments: ["", "1", "1H", "1D", "2d", "7d", "1mo", "60m", "1y", "01h"])
func `An interval that Binance lacks is unknown`(name: String) { #expect(BarGrid(name) == nil) }

@Test func `A month is 1mo in archives and nowhere else`() throws {
  #expect(try #require(BarGrid(archiveName: "1mo")).name == "1M")
  #expect(BarGrid(archiveName: "1M") == nil)
  #expect(try #require(BarGrid("1M")).archiveName == "1mo")
}

@Test func `Seconds that make an interval of Binance make its bars`() throws {
  #expect(BarGrid(seconds: 3600) == BarGrid("1h"))
  #expect(BarGrid(seconds: 604_800) != BarGrid("1w"))
}
