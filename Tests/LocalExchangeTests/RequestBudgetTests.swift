import LocalExchange
import Testing

private let page = "/api/v3/klines?symbol=BTCUSDT&interval=1h&limit=1"

private func smallBudget() -> ExchangeLimits {
  var limits = ExchangeLimits()
  limits.weightPerMinute = 10
  return limits
}

@Test func `Weight is counted a minute and told in every reply`() throws {
  let clock = VirtualClock(start: sampleNow)
  let client = RawClient(try openServer(limits: smallBudget(), clock: clock))
  #expect((1...3).map { _ in client.get(page).headers["x-mbx-used-weight-1m"] } == ["2", "4", "6"])
  #expect(client.get("/api/v3/time").headers["x-mbx-used-weight-1m"] == "7")
  clock.advance(milliseconds: 60_000)
  #expect(client.get(page).headers["x-mbx-used-weight-1m"] == "2")
}

@Test func `Above the limit a 429 names the rest of the minute`() throws {
  let clock = VirtualClock(start: sampleNow + 12_345)
  let server = try openServer(limits: smallBudget(), clock: clock)
  let client = RawClient(server)
  for _ in 0..<5 { #expect(client.get(page).status == 200) }
  let refused = client.get(page)
  #expect(refused.status == 429 && refused.headers["retry-after"] == "48" && refused.code == -1003)
  #expect(refused.text.contains("current limit is 10 request weight per 1 MINUTE"))
  clock.advance(milliseconds: 48_000)
  #expect(client.get(page).status == 200)
  #expect(server.record.limited == 1 && server.record.insideRetryAfter == 0)
}

@Test func `Whoever does not wait is banned, each time for twice as long`() throws {
  let clock = VirtualClock(start: sampleNow)
  let server = try openServer(limits: smallBudget(), clock: clock)
  let client = RawClient(server)
  for seconds: Int64 in [120, 240, 480] {
    for _ in 0..<5 { #expect(client.get(page).status == 200) }
    #expect((1...4).map { _ in client.get(page).status } == [429, 429, 429, 429])
    let banned = client.get(page)
    #expect(banned.status == 418 && banned.headers["retry-after"] == "\(seconds)")
    #expect(banned.text.contains("IP banned until \(clock.now + seconds * 1000)."))
    clock.advance(milliseconds: seconds * 1000 - 1)
    #expect(client.get(page).status == 418)
    clock.advance(milliseconds: 60_001)
  }
  #expect(server.record.banned == 6 && server.record.limited == 12)
  #expect(server.record.insideRetryAfter == 3 * 5)
}

@Test func `A request that was under way on another connection is refused and not blamed`() throws {
  var limits = smallBudget()
  limits.graceSeconds = 60
  let server = try openServer(limits: limits)
  let (first, second) = (RawClient(server), RawClient(server))
  for _ in 0..<5 { _ = first.get(page) }
  #expect(first.get(page).status == 429)
  for _ in 0..<8 { #expect(second.get(page).status == 429) }
  #expect(server.record.insideRetryAfter == 0 && server.record.underWay == 8)
  // Nobody sends more than that at once.
  #expect(second.get(page).status == 429)
  #expect(first.get(page).status == 429)
  #expect(server.record.insideRetryAfter == 2 && server.record.underWay == 8)
}

@Test func `Archives cost no weight and know no ban`() throws {
  let server = try openServer(limits: smallBudget())
  let client = RawClient(server)
  for _ in 0..<12 { _ = client.get(page) }
  #expect(client.get("/data/spot/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2024-01-01.zip").status == 200)
}
