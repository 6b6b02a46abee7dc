import LocalExchange
import Testing

private let listing = ServedMarket.Listing("BTCUSDT", from: time("2017-08-17T04:00:00Z"))
private let known = ServedMarket(listings: [listing], gaps: ServedMarket.Gap.known)

private func count(_ name: String, _ from: String, _ to: String) throws -> Int {
  let grid = try #require(BarGrid(name))
  return known.opens(of: listing, grid, from: time(from), through: time(to) - 1, now: sampleNow).count
}

@Test func `The known gaps have no bars and their neighbours have`() throws {
  #expect(try count("1m", "2017-09-06T15:59:00Z", "2017-09-06T23:01:00Z") == 2)
  #expect(try count("1m", "2019-08-15T01:00:00Z", "2019-08-15T11:00:00Z") == 120)
  #expect(try count("1m", "2020-02-19T11:34:00Z", "2020-02-19T17:31:00Z") == 2)
  #expect(try count("5m", "2020-11-30T06:00:00Z", "2020-11-30T07:00:00Z") == 0)
  #expect(try count("5m", "2021-03-02T09:30:00Z", "2021-03-02T10:10:00Z") == 0)
}

@Test func `A bar that began before a gap, or ends after it, exists`() throws {
  // 11:35 to 17:30: the hours from 12 to 16 are missing.
  #expect(try count("1h", "2020-02-19T11:00:00Z", "2020-02-19T18:00:00Z") == 2)
  #expect(try count("1d", "2020-02-19T00:00:00Z", "2020-02-20T00:00:00Z") == 1)
}

@Test(arguments: [1, 2, 7, 59, 121, 600], BarGrid.binanceNames)
func `Forwards and backwards there are the same bars`(limit: Int, name: String) throws {
  let grid = try #require(BarGrid(name))
  let (from, through) = (time("2019-08-14T23:30:00Z"), time("2019-08-15T11:30:00Z"))
  let all = known.opens(of: listing, grid, from: from, through: through, now: sampleNow)
  #expect(all == all.sorted())
  let first = known.opens(of: listing, grid, from: from, through: through, now: sampleNow, limit: limit)
  let last = known.opens(
    of: listing, grid, from: from, through: through, now: sampleNow, limit: limit, newest: true)
  #expect(first == Array(all.prefix(limit)))
  #expect(last == Array(all.suffix(limit)))
}

@Test func `Bars begin with the listing and end with the delisting`() throws {
  let brief = ServedMarket.Listing(
    "AAA", from: time("2024-01-01T04:30:00Z"), until: time("2024-01-01T09:00:00Z"))
  let market = ServedMarket(listings: [brief])
  let opens = market.opens(of: brief, .hour, now: sampleNow)
  #expect(opens == (4..<9).map { newYear2024 + $0 * oneHour })
  #expect(market.opens(of: brief, .hour, now: newYear2024 + 6 * oneHour).last == newYear2024 + 6 * oneHour)
  #expect(market.opens(of: brief, .hour, now: newYear2024).isEmpty)
}

@Test func `A gap can be one source's own`() {
  let day = ServedMarket.Gap(from: newYear2024, to: newYear2024 + oneDay, missingFrom: [.archive])
  let market = sampleMarket(gaps: [day])
  let listing = market.listings[0]
  let through = newYear2024 + oneDay - 1
  #expect(market.opens(of: listing, .hour, through: through, source: .rest, now: sampleNow).count == 24)
  #expect(market.opens(of: listing, .hour, through: through, source: .archive, now: sampleNow).isEmpty)
}
