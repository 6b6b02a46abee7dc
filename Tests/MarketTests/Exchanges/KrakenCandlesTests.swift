import Chronology
import Market
import Testing

private func row(_ hour: Int, _ fields: String = "\"1.50\",\"3\",\"0.5\",\"2\",\"1.7\",\"10.25\",308")
  -> String
{
  "[\(Hours.open(hour).milliseconds / 1000),\(fields)]"
}

private func body(_ rows: String..., error: String = "[]") -> String {
  "{\"error\":\(error),\"result\":{\"XXBTZUSD\":[\(rows.joined(separator: ","))],\"last\":1704067200}}"
}

private func reply(_ body: some StringProtocol) throws(PageError) -> CandleReply {
  try KrakenCandles.page(
    body: Array(body.utf8), interval: Hours.interval, from: Hours.open(0), until: Hours.open(100),
    serverTime: Hours.open(50))
}

private func refusal(_ body: String) -> PageError? {
  do throws(PageError) {
    _ = try reply(body)
    return nil
  } catch { return error }
}

@Test func `The last bar of Kraken is under way and never taken`() throws {
  let reply = try reply(body(row(0), row(1), row(2)))
  #expect(reply.page.open == [Hours.open(0).milliseconds, Hours.open(1).milliseconds])
  #expect(reply.page.row(0) == [1.5, 3, 0.5, 2, 1.7, 10.25, 308])
  #expect(String(decoding: reply.page.cells(ofBar: 1), as: UTF8.self) == "1.50,3,0.5,2,1.7,10.25,308")
  #expect(reply.unfinished == 1 && reply.lastOpenSeen == Hours.open(2) && reply.last == Hours.open(0))
  #expect(KrakenCandles.columns.count == reply.page.columnCount)
}

@Test func `One bar of Kraken, or none, is an empty page`() throws {
  #expect(try reply(body(row(0))).page.isEmpty)
  #expect(try reply(body()).page.isEmpty)
}

@Test func `A bar of Kraken that the clock and the order call unfinished is counted once`() throws {
  let reply = try reply(body(row(48), row(49), row(50)))
  #expect(reply.page.count == 2 && reply.unfinished == 1)
}

@Test func `A bar without trades has a mean price of nothing`() throws {
  let quiet = row(0, "\"2\",\"2\",\"2\",\"2\",\"0\",\"0\",0")
  #expect(try reply(body(quiet, row(1))).page.row(0) == [2, 2, 2, 2, 0, 0, 0])
}

@Test func `Keys may come in any order and warnings are passed over`() throws {
  let text = """
    { "result" : { "last" : 1704067200 , "BTC/USD" : [ \(row(0)) , \(row(1)) ] } , \
    "error" : [ "WGeneral:Danger]" , "WGeneral:Other" ] }
    """
  #expect(try reply(text).page.count == 1)
}

@Test(arguments: [
  ("EQuery:Unknown asset pair", KrakenError.Kind.unknownPair, false),
  ("EGeneral:Too many requests", .rateLimit, true),
  ("EAPI:Rate limit exceeded", .rateLimit, true), ("EService:Throttled: 1700000000", .rateLimit, true),
  ("EService:Unavailable", .temporary, true), ("EService:Busy", .temporary, true),
  ("EGeneral:Internal error", .temporary, true), ("EGeneral:Invalid arguments", .permanent, false),
  ("anything\u{1b}[31m", .permanent, false),
])
func `An error inside 200 is known by its class`(text: String, kind: KrakenError.Kind, again: Bool) throws {
  for body in [
    "{\"error\":[\"\(text.replacing("\u{1b}", with: "\\u001b"))\"]}",
    body(row(0), error: "[\"\(text.replacing("\u{1b}", with: "\\u001b"))\"]"),
  ] {
    let error = try #require(refusal(body))
    #expect(error.isWorthAskingAgain == again)
    guard case .kraken(let found) = error else {
      Issue.record("\(error)")
      continue
    }
    #expect(found.kind == kind && !found.description.contains("\u{1b}"))
  }
}

private let noAnswers: [String] = [
  "[]",
  "{\"error\":[]}", "{\"error\":[],\"result\":{}}", "{\"error\":[],\"result\":{\"last\":1}}",
  "{\"error\":[],\"result\":[]}",
  "{\"result\":{\"X\":[],\"last\":1}}", "{\"error\":[],\"result\":{\"X\":[]}}",
  "{\"error\":[],\"error\":[],\"result\":{\"X\":[],\"last\":1}}",
  "{\"error\":[],\"result\":{\"X\":[],\"Y\":[],\"last\":1}}",
  "{\"error\":[],\"result\":{\"X\":[],\"last\":1,\"last\":1}}",
  "{\"error\":[],\"result\":{\"X\":[],\"last\":\"1\"}}",
  "{\"error\":[],\"result\":{\"X\":[],\"last\":1},\"extra\":1}",
  "{\"error\":[],\"result\":{\"X\":[],\"last\":1},}", "{\"error\":[1],\"result\":{\"X\":[],\"last\":1}}",
  body(row(0)) + "x", body(row(1), row(0)), body(row(0, "\"1\",\"3\",\"0.5\",\"2\",\"1\",\"10\"")),
  body(row(0, "1,\"3\",\"0.5\",\"2\",\"1\",\"10\",3")),
  body(row(0, "\"1\",\"3\",\"0.5\",\"2\",\"1\",\"10\",\"3\"")),
  body("[1704067200000,\"1\",\"3\",\"0.5\",\"2\",\"1\",\"10\",3]"),
]

@Test(arguments: nonsense + noAnswers)
func `What is no answer of Kraken's is refused`(text: String) {
  #expect(refusal(text) != nil)
}

@Test(arguments: badNumbers)
func `A number of Kraken that is none is refused`(text: String) {
  #expect(refusal(body(row(0, "\"1\",\"3\",\"\(text)\",\"2\",\"1\",\"10\",3"))) != nil)
  #expect(refusal(body(row(0, "\"1\",\"3\",\"0.5\",\"2\",\"1\",\"10\",\(text)"))) != nil)
}

@Test func `A body of Kraken that is cut off is refused, and no lost byte does harm`() {
  let bodies = damaged(body(row(0), row(1)))
  for bytes in bodies.cut {
    #expect(throws: PageError.self) { try reply(String(decoding: bytes, as: UTF8.self)) }
  }
  for bytes in bodies.shorter { _ = try? reply(String(decoding: bytes, as: UTF8.self)) }
}
