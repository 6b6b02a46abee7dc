import Chronology
import Market
import Testing

@Test func `An error of Binance is read by its code`() {
  let error = BinanceError.parse(Array("{\"code\":-1121,\"msg\":\"Invalid\\u001b symbol.\"}".utf8))
  #expect(error?.code == -1121)
  #expect(error?.message == "Invalid\u{FFFD} symbol.")
}

@Test(
  arguments: nonsense + [
    "[]", "{\"code\":\"-1\",\"msg\":\"x\"}", "{\"code\":-1}", "{\"msg\":\"x\"}",
    "{\"code\":1.5,\"msg\":\"x\"}",
  ])
func `What is no error of Binance is none`(text: String) {
  #expect(BinanceError.parse(Array(text.utf8)) == nil)
  #expect(BinanceTime.parse(Array(text.utf8)) == nil)
  #expect(throws: PageError.self) { try ExchangeInfo.parse(Array(text.utf8)) }
}

@Test func `The server's time is read in either unit`() {
  let time = Instant(milliseconds: 1_499_827_319_559)
  #expect(BinanceTime.parse(Array("{\"serverTime\":1499827319559}".utf8)) == time)
  #expect(BinanceTime.parse(Array("{\"serverTime\": 1499827319559123}".utf8)) == time)
  for text in [
    "-1499827319559", "1499827319", "\"1499827319559\"", "1499827319559.5", "99999999999999999999", "null",
  ] {
    #expect(BinanceTime.parse(Array("{\"serverTime\":\(text)}".utf8)) == nil, "\(text)")
  }
}

private let info = """
  {"timezone":"UTC","serverTime":1565246363776,"rateLimits":[\
  {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},\
  {"rateLimitType":"MOON_PHASE","interval":"FORTNIGHT","intervalNum":2,"limit":1,"new":true}],"exchangeFilters":[],\
  "symbols":[{"symbol":"ETHBTC","status":"TRADING","filters":[]},{"symbol":"币安人生USDT","status":"CANCEL_ONLY"}]}
  """

@Test func `Rate limits and symbols are read, and unknown names are kept`() throws {
  let info = try ExchangeInfo.parse(Array(info.utf8))
  #expect(info.rateLimits.map(\.limit) == [6000, 1])
  #expect(info.rateLimits.map(\.seconds) == [60, nil])
  #expect(info.rateLimits.map(\.type) == ["REQUEST_WEIGHT", "MOON_PHASE"])
  #expect(info.symbols.map(\.name) == ["ETHBTC", "币安人生USDT"])
  #expect(info.symbols.map(\.status) == ["TRADING", "CANCEL_ONLY"])
  #expect(info.serverTime == Instant(milliseconds: 1_565_246_363_776))
}

@Test func `An answer about symbols that is cut off is refused, and no lost byte does harm`() {
  let bodies = damaged(info)
  for bytes in bodies.cut { #expect(throws: PageError.self) { try ExchangeInfo.parse(bytes) } }
  for bytes in bodies.shorter { _ = try? ExchangeInfo.parse(bytes) }
}
