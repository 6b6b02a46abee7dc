import Artifacts
import LocalExchange
import Testing

// MARK: Coinbase

private let candles = "/products/BTC-USD/candles?granularity=3600"

@Test func `Coinbase gives numbers, newest first, low before high, and leaves quiet bars out`() throws {
  let market = sampleMarket()
  let client = RawClient(try openServer(market))
  let rows = client.get(candles + "&start=2024-01-02T00:00:00Z&end=2024-01-12T00:00:00Z").rows
  let opens = (24...264).map { newYear2024 + Int64($0) * oneHour }
  let traded = opens.filter { market.hasTicks("BTCUSDT", open: $0) }
  #expect(traded.count < opens.count)
  let served = rows.filter { ($0[0].integer ?? 0) * 1000 >= Int(opens[0]) }
  #expect(served.compactMap { $0[0].integer.map { Int64($0) * 1000 } } == traded.reversed())
  let bar = market.bars.bar(symbol: "BTCUSDT", interval: .hour, open: traded[0])
  let numbers = [bar.low, bar.high, bar.open, bar.close, bar.volume].map(ServedBar.number)
  #expect(served.last?.dropFirst().compactMap(\.number) == numbers)
}

@Test func `Coinbase refuses more than 300 candles`() throws {
  let client = RawClient(try openServer())
  let refused = client.get(candles + "&start=2024-01-02T00:00:00Z&end=2024-01-14T12:00:00Z")
  #expect(refused.status == 400 && refused.json?["message"]?.string?.contains("exceeds 300") == true)
  #expect(client.get(candles + "&start=2024-01-02T00:00:00Z&end=2024-01-14T11:00:00Z").status == 200)
}

@Test func `Coinbase ignores a start without an end`() throws {
  let client = RawClient(try openServer())
  #expect(client.get(candles + "&start=2024-01-02T00:00:00Z").text == client.get(candles).text)
  #expect((280...300).contains(client.get(candles).rows.count))
}

@Test(arguments: [
  ("/products/NO-USD/candles?granularity=3600", 404), ("/products/BTC-USD/candles?granularity=7", 400),
  ("/products/BTC-USD/candles?granularity=3600&start=x&end=y", 400), ("/products/BTC-USD/book", 404),
])
func `Coinbase refuses with a message`(target: String, status: Int) throws {
  let reply = RawClient(try openServer()).get(target)
  #expect(reply.status == status && reply.json?["message"]?.string != nil)
}

@Test func `Coinbase tells the time`() throws {
  let reply = RawClient(try openServer()).get("/time")
  #expect(reply.json?["epoch"]?.number == Double(sampleNow) / 1000)
  #expect(reply.json?["iso"]?.string == "2025-03-01T00:30:00Z")
}

// MARK: Kraken

private let hours = "/0/public/OHLC?pair=XBTUSD&interval=60"

private func krakenOpens(_ reply: RawReply) -> [Int64] {
  (reply.json?["result"]?["XXBTZUSD"]?.array ?? []).compactMap {
    $0.array?[0].integer.map { Int64($0) * 1000 }
  }
}

@Test func `Kraken gives the last 720 bars under another name, the unfinished among them`() throws {
  let reply = RawClient(try openServer()).get(hours)
  let last = time("2025-03-01T00:00:00Z")
  #expect(krakenOpens(reply) == (0..<720).map { last - (719 - $0) * oneHour })
  #expect(reply.json?["result"]?["last"]?.integer == Int(last - oneHour) / 1000)
  #expect(reply.json?["error"]?.array?.isEmpty == true)
}

@Test func `Kraken's since excludes the bar it names and never the unfinished one`() throws {
  let client = RawClient(try openServer())
  let last = time("2025-03-01T00:00:00Z")
  #expect(krakenOpens(client.get(hours + "&since=\((last - 2 * oneHour) / 1000)")) == [last - oneHour, last])
  #expect(krakenOpens(client.get(hours + "&since=\(last / 1000 + 9999)")) == [last])
  #expect(krakenOpens(client.get(hours + "&since=1000")).count == 720)
}

@Test(arguments: [
  ("pair=NOUSD", "EQuery:Unknown asset pair"), ("pair=XBTUSD&interval=7", "EGeneral:Invalid arguments"),
  ("pair=XBTUSD&since=x", "EGeneral:Invalid arguments"),
])
func `Kraken fails with status 200`(query: String, error: String) throws {
  let reply = RawClient(try openServer()).get("/0/public/OHLC?" + query)
  #expect(reply.status == 200 && reply.json?["error"]?.strings == [error])
}

@Test func `Kraken tells the time`() throws {
  let reply = RawClient(try openServer()).get("/0/public/Time")
  #expect(reply.json?["result"]?["unixtime"]?.integer == Int(sampleNow) / 1000)
}

// MARK: Tiingo

private let prices = "/tiingo/crypto/prices?tickers=btcusd&resampleFreq=4hour"
private let token = ["Authorization": "Token secret"]

private func tiingoDates(_ reply: RawReply, _ position: Int = 0) -> [String] {
  let list = reply.json?.array ?? []
  guard list.indices.contains(position) else { return [] }
  return (list[position]["priceData"]?.array ?? []).compactMap { $0["date"]?.string }
}

@Test(arguments: [[:], ["Authorization": "Token wrong"]])
func `Tiingo wants its token`(headers: [String: String]) throws {
  #expect(RawClient(try openServer()).get(prices, headers: headers).status == 401)
}

@Test func `Tiingo gives the bars from start to end`() throws {
  let client = RawClient(try openServer())
  let reply = client.get(prices + "&startDate=2024-01-02&endDate=2024-01-02T08:00:00Z", headers: token)
  #expect(
    tiingoDates(reply) == [
      "2024-01-02T00:00:00+00:00", "2024-01-02T04:00:00+00:00", "2024-01-02T08:00:00+00:00",
    ])
  let bar = SeededBars(seed: 7).bar(
    symbol: "BTCUSDT", interval: BarGrid(seconds: 14_400), open: newYear2024 + oneDay)
  let first = reply.json?.array?.first?["priceData"]?.array?.first
  #expect(first?["close"]?.number == ServedBar.number(bar.close))
  #expect(first?["tradesDone"] == .number(Double(bar.trades)))
}

@Test func `Tiingo gives the latest bar without a start, and a limited number with one`() throws {
  var limits = ExchangeLimits()
  limits.tiingoRows = 100
  let client = RawClient(try openServer(limits: limits))
  #expect(tiingoDates(client.get(prices, headers: token)) == ["2025-03-01T00:00:00+00:00"])
  let both = client.get(
    "/tiingo/crypto/prices?tickers=btcusd,ethusd&resampleFreq=1hour&startDate=2024-01-01", headers: token)
  #expect(tiingoDates(both, 0).count + tiingoDates(both, 1).count == 100)
  #expect(client.get("/tiingo/crypto/prices?tickers=nousd", headers: token).text == "[]")
}

@Test(arguments: ["resampleFreq=4parsec", "resampleFreq=0min", "startDate=soon"])
func `Tiingo refuses what it cannot read`(query: String) throws {
  let reply = RawClient(try openServer()).get("/tiingo/crypto/prices?tickers=btcusd&" + query, headers: token)
  #expect(reply.status == 400 && reply.json?["detail"]?.string != nil)
}
