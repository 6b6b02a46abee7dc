import Artifacts
import LocalExchange
import Testing

private let klines = "/api/v3/klines?symbol=BTCUSDT&interval=1h"

@Test func `A page holds the bars of the generator, cell for cell`() throws {
  let client = RawClient(try openServer())
  let reply = client.get(klines + "&startTime=\(newYear2024)&limit=1000")
  let opens = (0..<1000).map { newYear2024 + Int64($0) * oneHour }
  #expect(reply.status == 200 && reply.headers["content-type"] == "application/json;charset=UTF-8")
  #expect(reply.rows.map { $0.map(\.cell) } == expectedRows(.hour, opens: opens))
  let row = try #require(reply.rows.first)
  #expect(row.indices.filter { row[$0].string == nil } == [0, 6, 8])
}

@Test(arguments: [
  ("", 500, "2025-02-08T05:00:00Z", "2025-03-01T00:00:00Z"),
  ("&limit=3", 3, "2025-02-28T22:00:00Z", "2025-03-01T00:00:00Z"),
  ("&limit=5000", 1000, "2025-01-18T09:00:00Z", "2025-03-01T00:00:00Z"),
  ("&startTime=1704067200000&limit=2", 2, "2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"),
  ("&startTime=1704067200001&limit=2", 2, "2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"),
  ("&startTime=1704067200000000&limit=1", 1, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
  ("&startTime=1704067200000001&limit=1", 1, "2024-01-01T01:00:00Z", "2024-01-01T01:00:00Z"),
  ("&startTime=0&limit=1", 1, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
  ("&endTime=1704074400000", 3, "2024-01-01T00:00:00Z", "2024-01-01T02:00:00Z"),
  ("&endTime=1704074399999", 2, "2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"),
  ("&endTime=1704074400000&limit=1", 1, "2024-01-01T02:00:00Z", "2024-01-01T02:00:00Z"),
  ("&startTime=1704067200000&endTime=1704067200000", 1, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
  (
    "&startTime=1704067200000&endTime=1704153600000&limit=2", 2, "2024-01-01T00:00:00Z",
    "2024-01-01T01:00:00Z"
  ),
  ("&timeZone=0&limit=1", 1, "2025-03-01T00:00:00Z", "2025-03-01T00:00:00Z"),
])
func `Start, end and limit choose the page`(query: String, count: Int, first: String, last: String) throws {
  let client = RawClient(try openServer())
  let opens = client.get(klines + query).opens
  #expect(opens.count == count)
  #expect(opens.first == time(first) && opens.last == time(last))
}

@Test(arguments: [
  "&startTime=1740789000000", "&endTime=1704067199999", "&startTime=1704067200001&endTime=1704067200002",
  "&startTime=9000000000000000000",
])
func `A range without bars is an empty list`(query: String) throws {
  let reply = RawClient(try openServer()).get(klines + query)
  #expect(reply.status == 200 && reply.text == "[]")
}

@Test(arguments: [
  ("symbol=XXX&interval=1h", -1121), ("symbol=BTCUSDT&interval=1H", -1120),
  ("symbol=btcusdt&interval=1h", -1100), ("symbol=BTC%22USDT&interval=1h", -1100),
  ("symbol=ABCDEFGHIJKLMNOPQRSTU&interval=1h", -1100), ("interval=1h", -1102), ("symbol=BTCUSDT", -1102),
  ("symbol=&interval=1h", -1102), ("symbol=BTCUSDT&interval=1h&symbol=BTCUSDT", -1101),
  ("symbol=BTCUSDT&interval=1h&paginationDirection=forward", -1104),
  ("symbol=BTCUSDT&interval=1h&limit=", -1105), ("symbol=BTCUSDT&interval=1h&limit=0", -1130),
  ("symbol=BTCUSDT&interval=1h&limit=-1", -1100), ("symbol=BTCUSDT&interval=1h&limit=1.5", -1100),
  ("symbol=BTCUSDT&interval=1h&startTime=99999999999999999999", -1108),
  ("symbol=BTCUSDT&interval=1h&startTime=2&endTime=1", -1023),
  ("symbol=BTCUSDT&interval=1h&timeZone=%2B8", -1130), ("symbol=%C3%89&interval=1h", -1121),
])
func `A wrong parameter is refused with its code`(query: String, code: Int) throws {
  let reply = RawClient(try openServer()).get("/api/v3/klines?" + query)
  #expect(reply.status == 400 && reply.code == code, "\(reply.text)")
}

@Test func `The unfinished bar is last and grows until it has closed`() throws {
  let clock = VirtualClock(start: sampleNow)
  let client = RawClient(try openServer(clock: clock))
  var volumes: [Double] = []
  for _ in 0..<3 {
    let row = client.get(klines + "&limit=1").rows[0]
    #expect(row[6].integer.map(Int64.init) == sampleNow + oneHour / 2 - 1)
    volumes.append(try #require(Double(row[5].cell)))
    clock.advance(milliseconds: 9 * 60_000)
  }
  #expect(volumes == volumes.sorted() && Set(volumes).count == 3)
  clock.advance(milliseconds: oneHour)
  let opens = [time("2025-03-01T00:00:00Z")]
  let closed = client.get(klines + "&startTime=\(opens[0])&limit=1")
  #expect(closed.rows.map { $0.map(\.cell) } == expectedRows(.hour, opens: opens))
}

@Test(arguments: ["MICROSECOND", "microsecond"])
func `A header turns all times into microseconds`(unit: String) throws {
  let client = RawClient(try openServer())
  let row = client.get(klines + "&startTime=\(newYear2024)&limit=1", headers: ["X-MBX-TIME-UNIT": unit]).rows[
    0]
  #expect(row[0].integer == 1_704_067_200_000_000 && row[6].integer == 1_704_070_799_999_999)
  let now = client.get("/api/v3/time", headers: ["x-mbx-time-unit": unit])
  #expect(now.json?["serverTime"]?.integer == Int(sampleNow) * 1000)
  #expect(client.get("/api/v3/time", headers: ["X-MBX-TIME-UNIT": "hour"]).code == -1194)
}

@Test func `A gap is left out and a page continues behind it`() throws {
  let gap = ServedMarket.Gap(from: newYear2024 + 2 * oneHour, to: newYear2024 + 2000 * oneHour)
  let client = RawClient(try openServer(sampleMarket(gaps: [gap])))
  let opens = client.get(klines + "&startTime=\(newYear2024)&limit=4").opens
  #expect(opens == [0, 1, 2000, 2001].map { newYear2024 + $0 * oneHour })
}

@Test func `A delisted symbol is unknown to REST`() throws {
  let clock = VirtualClock(start: newYear2024 + oneHour)
  let brief = ServedMarket.Listing("AAA", from: newYear2024, until: newYear2024 + oneDay)
  let client = RawClient(try openServer(ServedMarket(listings: [brief]), clock: clock))
  #expect(client.get("/api/v3/klines?symbol=AAA&interval=1h").opens.count == 2)
  clock.advance(milliseconds: oneDay)
  #expect(client.get("/api/v3/klines?symbol=AAA&interval=1h").code == -1121)
  #expect(client.get("/api/v3/exchangeInfo").json?["symbols"]?.array?.count == 0)
}

@Test func `Exchange information names limits and symbols`() throws {
  let client = RawClient(try openServer())
  let info = client.get("/api/v3/exchangeInfo")
  #expect(info.json?["symbols"]?.array?.compactMap { $0["symbol"]?.string } == ["BTCUSDT", "ETHUSDT"])
  #expect(info.json?["symbols"]?.array?.first?["status"]?.string == "TRADING")
  #expect(info.json?["rateLimits"]?.array?.first?["limit"]?.integer == 6000)
  let some = client.get("/api/v3/exchangeInfo?symbols=%5B%22ETHUSDT%22%5D")
  #expect(some.json?["symbols"]?.array?.count == 1)
  #expect(client.get("/api/v3/exchangeInfo?symbols=%5B%22ETHUSDT%22,%22NO%22%5D").code == -1121)
  #expect(client.get("/api/v3/exchangeInfo?symbol=NO").code == -1121)
  #expect(client.get("/api/v3/exchangeInfo?symbols=ETHUSDT").code == -1100)
}

@Test func `Ping and time answer, and other paths do not`() throws {
  let client = RawClient(try openServer())
  #expect(client.get("/api/v3/ping").text == "{}")
  #expect(client.get("/api/v3/time").json?["serverTime"]?.integer == Int(sampleNow))
  #expect(client.get("/api/v3/time?x=1").code == -1104)
  #expect(client.get("/api/v1/klines").status == 404)
  #expect(client.get("/nothing").status == 404)
  #expect(client.get("/api/v3/time", method: "POST").status == 405)
}
