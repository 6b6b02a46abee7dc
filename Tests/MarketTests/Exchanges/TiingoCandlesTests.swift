import Chronology
import Market
import Testing

private func candle(_ date: String = "2024-01-01T00:00:00+00:00", _ replaced: [String: String] = [:])
  -> String
{
  let fields = [
    ("open", "1.50"), ("high", "3.0"), ("low", "0.5"), ("close", "2.0"), ("volume", "10.25"),
    ("volumeNotional", "20.5"), ("tradesDone", "15347.0"),
  ]
  let rest = fields.map { "\"\($0.0)\": \(replaced[$0.0] ?? $0.1)" }.joined(separator: ", ")
  return "{\"date\": \"\(date)\", \(rest)}"
}

private func body(_ candles: String..., ticker: String = "btcusd") -> String {
  "[{\"ticker\":\"\(ticker)\",\"baseCurrency\":\"btc\",\"quoteCurrency\":\"usd\",\"priceData\":["
    + candles.joined(separator: ",") + "]}]"
}

private func reply(_ body: some StringProtocol) throws(PageError) -> CandleReply {
  try TiingoCandles.page(
    body: Array(body.utf8), ticker: "btcusd", interval: Hours.interval, from: Hours.open(0),
    until: Hours.open(100),
    serverTime: Hours.open(50))
}

@Test func `Tiingo's objects become bars of seven`() throws {
  let reply = try reply(
    body(candle(), candle("2024-01-01T03:00:00+02:00"), candle("2024-01-01T02:00:00.000Z")))
  #expect(reply.page.open == (0..<3).map { Hours.open($0).milliseconds })
  #expect(reply.page.row(0) == [1.5, 3, 0.5, 2, 10.25, 20.5, 15347])
  #expect(
    String(decoding: reply.page.cells(ofBar: 2), as: UTF8.self) == "1.50,3.0,0.5,2.0,10.25,20.5,15347.0")
  #expect(TiingoCandles.columns.count == reply.page.columnCount)
}

@Test func `Keys of Tiingo may come in any order`() throws {
  let text = """
    [{"priceData":[{"low":0.5,"high":3,"tradesDone":1.0,"close":2,"open":1,"volumeNotional":20,"volume":10,\
    "date":"2024-01-01T00:00:00+00:00"}],"quoteCurrency":"usd","ticker":"btcusd","baseCurrency":"btc"}]
    """
  #expect(try reply(text).page.row(0) == [1, 3, 0.5, 2, 10, 20, 1])
}

@Test func `A ticker without data is an empty page`() throws {
  #expect(try reply("[]").page.isEmpty)
  #expect(try reply(body()).page.isEmpty)
}

@Test func `Tiingo's bars that are unfinished or outside the question are left out and counted`() throws {
  let reply = try reply(
    body(
      candle("2023-12-31T23:00:00Z"), candle(), candle(), candle("2024-01-03T02:00:00Z"),
      candle("2024-02-01T00:00:00Z")))
  #expect(reply.page.count == 1)
  #expect((reply.outside, reply.unfinished, reply.duplicates) == (2, 1, 1))
}

@Test(arguments: [
  "2024-01-01T00:00:00", "2024-01-01", "1704067200000", "2024-01-01 00:00:00+00:00",
  "2024-01-01T00:00:00+99:00",
  "2024-01-01T00:00:00.000", "2024-01-01T00:30:00Z", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "",
  "\\u0032",
  "2024-01-01T00:00:60Z", "2024-01-01T00:00:00Zx",
])
func `A date without an offset, or none, is refused`(date: String) {
  #expect(throws: PageError.self) { try reply(body(candle(date))) }
}

@Test(arguments: badNumbers)
func `A number of Tiingo that is none is refused`(text: String) {
  for key in ["open", "volume", "tradesDone"] {
    #expect(throws: PageError.self) { try reply(body(candle("2024-01-01T00:00:00Z", [key: text]))) }
  }
}

private let noAnswers: [String] = [
  body(candle(), ticker: "ethusd"), body(candle("2024-01-01T01:00:00Z"), candle()),
  body(candle().replacing("\"open\"", with: "\"opem\"")),
  body(candle().replacing("\"open\": 1.50, ", with: "")),
  body(candle().replacing("\"open\"", with: "\"high\"")), body(candle().replacing("}", with: ",\"x\":1}")),
  body(candle().replacing("1.50", with: "\"1.50\"")), body(candle(), "{}"), body(candle()) + "]",
  "[{\"ticker\":\"btcusd\"}]", "{\"detail\":\"Not found.\"}", "[{\"ticker\":1}]",
  "[\(body().dropFirst().dropLast()),\(body().dropFirst().dropLast())]",
]

@Test(arguments: nonsense + noAnswers)
func `What is no answer of Tiingo's is refused`(text: String) {
  #expect(throws: PageError.self) { try reply(text) }
}

@Test func `A body of Tiingo that is cut off is refused, and no lost byte does harm`() {
  let bodies = damaged(body(candle(), candle("2024-01-01T01:00:00Z")))
  for bytes in bodies.cut {
    #expect(throws: PageError.self) { try reply(String(decoding: bytes, as: UTF8.self)) }
  }
  for bytes in bodies.shorter { _ = try? reply(String(decoding: bytes, as: UTF8.self)) }
}
