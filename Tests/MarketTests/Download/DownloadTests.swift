import Artifacts
import Chronology
import HTTP
import LocalExchange
import Market
import Testing

@Test func `Every closed bar comes, and the unfinished one does not`() throws {
  let rig = try DownloadRig(now: "2024-01-03T00:00:30Z")
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  #expect(market.until.description == "2024-01-03T00:00:00Z")
  #expect(market.parts[0].counts.new == 2880)
  #expect(try rig.stored(market.parts[0], in: store) == rig.digest("BTCUSDT", until: "2024-01-03"))
  #expect(try store.examine(market.parts[0].series).problems == [])
  #expect(market.parts[0].gaps == [])
  // Two days are three pages; the clock and the limits are a question each.
  #expect(rig.server.record.requests == 5)
}

@Test func `What is there is never asked for again`() throws {
  let rig = try DownloadRig(now: "2024-01-03T00:00:30Z")
  let store = try rig.store()
  _ = try rig.download(until: "2024-01-02", into: store)
  let before = rig.server.record.requests
  let market = try rig.download(until: "2024-01-02", into: store)
  #expect(rig.server.record.requests == before)
  #expect(market.parts[0].counts == StoreCounts())
  #expect(try rig.stored(market.parts[0], in: store) == rig.digest("BTCUSDT", until: "2024-01-02"))
}

@Test func `New bars are asked for together with the last of an earlier download`() throws {
  let rig = try DownloadRig(now: "2024-01-03T00:00:30Z")
  let store = try rig.store()
  _ = try rig.download(until: "2024-01-02", into: store)
  let market = try rig.download(until: "2024-01-02T01:00:00Z", into: store)
  #expect(market.parts[0].counts.new == 60)
  #expect(market.parts[0].counts.repeated == 2)
  #expect(
    rig.server.record.byTarget.keys.contains { $0.contains("startTime=\(1_704_153_600_000 - 120_000)&") })
}

@Test func `A time that has not come is refused, with the server's clock`() throws {
  let rig = try DownloadRig(now: "2024-01-03T00:00:30Z")
  let error = #expect(throws: DownloadError.self) {
    _ = try rig.download(until: "2024-01-04", into: try rig.store())
  }
  #expect(error?.exitStatus == .usage)
  #expect(
    error?.description.contains(
      "2024-01-04T00:00:00Z has not come yet: the server's clock says 2024-01-03T00:00:3") == true)
}

@Test func `A symbol that nobody lists is refused with a hint`() throws {
  let rig = try DownloadRig(["NOPEUSDT"], now: "2024-01-03T00:00:30Z", listings: [.init("BTCUSDT", from: 0)])
  let error = #expect(throws: DownloadError.self) {
    _ = try rig.download(until: nil, into: try rig.store())
  }
  #expect(error?.description.contains("does not list 'NOPEUSDT'") == true)
}

@Test(arguments: ["1m", "1h", "3d", "1w", "1M"])
func `Grids follow the calendar`(interval: String) throws {
  let rig = try DownloadRig(interval: interval, start: "2023-01-01", now: "2024-03-10T00:00:00Z")
  let store = try rig.store()
  let until = interval == "1m" ? "2023-01-05" : "2024-03-05"
  let market = try rig.download(until: until, into: store)
  #expect(try rig.stored(market.parts[0], in: store) == rig.digest("BTCUSDT", until: until))
  #expect(try store.examine(market.parts[0].series).problems == [])
}

@Test func `A bar of before the listing is no gap, and finding the first one takes one question more`() throws
{
  let listed = Instant(year: 2024, month: 2, day: 20).milliseconds
  let rig = try DownloadRig(now: "2024-02-21T00:00:00Z", listings: [.init("BTCUSDT", from: listed)])
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  #expect(market.parts[0].counts.new == 1440)
  #expect(market.parts[0].gaps == [])
  // Clock, limits, an empty page, the question where the next bar is, and two pages.
  #expect(rig.server.record.requests == 6)
}

@Test func `Gaps are asked again once, listed with their cause, and never asked a third time`() throws {
  let rig = try DownloadRig(
    interval: "1h", start: "2019-08-01", now: "2019-09-01T00:00:00Z", gaps: ServedMarket.Gap.known)
  let store = try rig.store()
  let market = try rig.download(until: "2019-08-31", into: store)
  let gap = try #require(market.parts[0].gaps.first)
  #expect(market.parts[0].gaps.count == 1)
  #expect(gap.count == 8 && gap.wasAskedAgain)
  #expect(gap.first.description == "2019-08-15T02:00:00Z" && gap.last.description == "2019-08-15T09:00:00Z")
  #expect(gap.cause?.contains("ccxt #5708") == true)
  // Limits, one page, one question about the gap: a time that is named needs no clock.
  #expect(rig.server.record.requests == 3)
  _ = try rig.download(until: "2019-08-31", into: store)
  #expect(rig.server.record.requests == 3)
}

@Test func `Several symbols come at once, each complete`() throws {
  let symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "BNBUSDT"]
  let rig = try DownloadRig(symbols, now: "2024-01-05T00:00:00Z")
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  for part in market.parts {
    #expect(try rig.stored(part, in: store) == rig.digest(part.series.name.symbol, until: "2024-01-05"))
  }
  #expect(rig.server.record.mostOpenConnections > 1)
}

@Test(arguments: Fault.allCases)
func `Any one failure is survived`(fault: Fault) throws {
  var plan = FaultPlan(script: [1: fault, 2: fault, 4: fault])
  plan.stallSeconds = 1
  plan.floodHeaders = 20_000
  plan.bombBytes = 8 << 20
  let rig = try DownloadRig(now: "2024-01-03T00:00:30Z", faults: plan)
  rig.stallSeconds = 0.3
  let store = try rig.store()
  let market = try rig.download(until: "2024-01-03", into: store)
  #expect(try rig.stored(market.parts[0], in: store) == rig.digest("BTCUSDT", until: "2024-01-03"))
  let record = rig.server.record
  // A page with more bytes or bars than were asked for is a good answer, so that the last failure never comes.
  #expect(record.failures >= 2, "\(record.faults)")
  #expect(record.insideRetryAfter == 0 && record.banned == 0)
}

@Test func `A storm of every failure loses no bar and breaks no rule`() throws {
  var plan = FaultPlan.storm(seed: 11)
  plan.stallSeconds = 1
  plan.floodHeaders = 20_000
  plan.bombBytes = 8 << 20
  let rig = try DownloadRig(["BTCUSDT", "ETHUSDT"], now: "2024-01-29T00:00:00Z", faults: plan)
  rig.stallSeconds = 0.3
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  for part in market.parts {
    #expect(part.counts.new == 40_320)
    #expect(try rig.stored(part, in: store) == rig.digest(part.series.name.symbol, until: "2024-01-29"))
    #expect(try store.examine(part.series).problems == [])
  }
  let record = rig.server.record
  #expect(record.insideRetryAfter == 0)
  #expect(record.banned == 0)
  let needed = 2 * 41 + 2
  #expect(
    record.requests - record.redirected <= Int(Double(needed + record.failures) * 1.05), "\(record.document)")
}
