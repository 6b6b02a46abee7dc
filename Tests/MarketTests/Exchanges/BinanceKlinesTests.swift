import Chronology
import Market
import Testing

private func row(
  _ hour: Int, _ prices: [String] = ["1.50", "3", "0.5", "2"], volume: String = "10.25",
  trades: String = "308",
  close: Int64? = nil, unit: Int64 = 1
) -> String {
  let open = Hours.open(hour).milliseconds
  let end = close ?? (open + 3_600_000) * unit - 1
  let cells = (prices + [volume]).map { "\"\($0)\"" }.joined(separator: ",")
  return "[\(open * unit),\(cells),\(end),\"20.5\",\(trades),\"5\",\"9.75\",\"0\"]"
}

private func body(_ rows: String...) -> String { "[" + rows.joined(separator: ",") + "]" }

private func reply(
  _ body: [UInt8], interval: Interval = Hours.interval, from: Int = 0, until: Int = 100,
  serverTime: Instant = Hours.later
) throws(PageError) -> CandleReply {
  try BinanceKlines.page(
    body: body, interval: interval, from: Hours.open(from), until: Hours.open(until), serverTime: serverTime)
}

private func refusal(_ body: String) -> PageError? {
  do throws(PageError) {
    _ = try reply(Array(body.utf8))
    return nil
  } catch { return error }
}

private func isMalformed(_ body: String, _ words: String = "") -> Bool {
  if case .malformed(let text) = refusal(body) { text.contains(words) } else { false }
}

@Test func `Rows of twelve become bars of nine`() throws {
  let reply = try reply(Array(body(row(0), row(1)).utf8))
  #expect(reply.page.open == [0, 1].map { Hours.open($0).milliseconds })
  #expect(reply.page.row(1) == [1.5, 3, 0.5, 2, 10.25, 20.5, 308, 5, 9.75])
  #expect(String(decoding: reply.page.cells(ofBar: 1), as: UTF8.self) == "1.50,3,0.5,2,10.25,20.5,308,5,9.75")
  #expect(reply.lastOpenSeen == Hours.open(1))
  #expect((reply.duplicates, reply.unfinished) == (0, 0))
}

@Test func `The row of Binance's documentation is read as a week`() throws {
  let text = """
    [[1499040000000,"0.01634790","0.80000000","0.01575800","0.01577100","148976.11427815",1499644799999,\
    "2434.19055334",308,"1756.87402397","28.46694368","0"]]
    """
  let reply = try BinanceKlines.page(
    body: Array(text.utf8), interval: .milliseconds(7 * 86_400_000),
    from: Instant(year: 2017, month: 7, day: 3),
    until: Hours.later, serverTime: Hours.later)
  #expect(reply.page.row(0)[4...] == [148_976.11427815, 2434.19055334, 308, 1756.87402397, 28.46694368])
}

@Test func `Months have the length that the calendar gives them`() throws {
  let text = body(row(0, close: Hours.open(31 * 24).milliseconds - 1))
  #expect(try reply(Array(text.utf8), interval: .months(1)).page.count == 1)
  #expect(throws: PageError.self) { try reply(Array(body(row(0)).utf8), interval: .months(1)) }
}

@Test func `White space and microseconds change nothing`() throws {
  let plain = try reply(Array(body(row(0), row(1)).utf8))
  let spaced = body(row(0), row(1)).replacing(",", with: " ,\n\t").replacing("[", with: " [ ")
  #expect(try reply(Array((spaced + " \r\n").utf8)) == plain)
  #expect(try reply(Array(body(row(0, unit: 1000), row(1, unit: 1000)).utf8)) == plain)
}

@Test func `An empty list is an empty page`() throws {
  let reply = try reply(Array("[]".utf8))
  #expect(reply.page.isEmpty && reply.lastOpenSeen == nil)
}

@Test func `A bar is finished when its last millisecond lies before the server's time`() throws {
  let bytes = Array(body(row(0), row(1), row(2)).utf8)
  let close = Hours.open(2).milliseconds - 1
  for (time, count) in [(close, 1), (close + 1, 2), (close - 3_600_000, 0), (Int64.max, 3)] {
    let reply = try reply(bytes, serverTime: Instant(milliseconds: time))
    #expect(reply.page.count == count && reply.unfinished == 3 - count)
    #expect(reply.lastOpenSeen == Hours.open(2))
  }
}

@Test func `A bar that stands twice is taken once, and counted`() throws {
  let reply = try reply(Array(body(row(0), row(1), row(1), row(1), row(2)).utf8))
  #expect(reply.page.count == 3 && reply.duplicates == 2)
}

@Test func `Two different bars of one opening are a conflict`() {
  let text = body(row(0), row(1), row(1, volume: "10.26"))
  #expect(refusal(text) == .conflict(time: Hours.open(1).milliseconds))
  #expect(refusal(text)?.isWorthAskingAgain == false)
}

@Test func `A hole in the list is no mistake`() throws {
  #expect(try reply(Array(body(row(0), row(50)).utf8)).page.count == 2)
}

@Test func `What breaks the rules of candles is refused with its reason`() {
  #expect(isMalformed(body(row(1), row(0)), "bar 2: the bar opens before"))
  #expect(isMalformed(body(row(-1)), "was not asked for"))
  #expect(isMalformed(body(row(101)), "was not asked for"))
  #expect(isMalformed(body(row(0, close: Hours.open(1).milliseconds)), "close time"))
  #expect(isMalformed(body(row(0, close: Hours.open(1).milliseconds - 2)), "close time"))
  #expect(isMalformed(body(row(0).replacing("1704067200000", with: "1704067200001")), "grid of 1h"))
  #expect(isMalformed(body(row(0).replacing("1704067200000", with: "1704067200000001")), "out of range"))
  #expect(isMalformed(body(row(0).replacing("1704067200000", with: "170406720000000000")), "out of range"))
  #expect(isMalformed(body(row(0, ["0", "3", "0", "2"])), "not positive"))
  #expect(isMalformed(body(row(0, ["1", "3", "-0.5", "2"])), "not positive"))
  #expect(isMalformed(body(row(0, ["1", "1.9", "0.5", "2"])), "the high"))
  #expect(isMalformed(body(row(0, ["1", "3", "1.1", "2"])), "the low"))
  #expect(isMalformed(body(row(0, volume: "-1")), "negative"))
}

@Test func `Types are those of the documentation`() {
  let good = row(0)
  for (from, to) in [
    ("1704067200000,", "\"1704067200000\","), ("1704067200000,", "1704067200000.0,"),
    ("1704067200000,", "-1704067200000,"),
    ("1704067200000,", "1.7040672e12,"), ("\"1.50\"", "1.50"), ("308", "\"308\""), ("308", "308.0"),
    ("308", "-1"),
    ("\"20.5\"", "20.5"), ("\"0\"]", "0]"), (",\"0\"]", "]"), (",\"0\"]", ",\"0\",\"0\"]"),
    ("\"0\"]", "\"\"]"),
    ("\"1.50\"", "null"), ("\"1.50\"", "\"1.50"), ("\"1.50\"", "[\"1.50\"]"), ("\"1.50\"", "\" 1.50\""),
    ("\"1.50\"", "\"1.50 \""),
  ] { #expect(isMalformed(body(good.replacing(from, with: to, maxReplacements: 1))), "\(from) → \(to)") }
}

@Test(arguments: badNumbers)
func `A number that is none is refused wherever it stands`(text: String) {
  #expect(refusal(body(row(0, ["1", text, "0.5", "1"]))) != nil)
  #expect(refusal(body(row(0, volume: text))) != nil)
  #expect(refusal(body(row(0, trades: text))) != nil)
}

@Test(
  arguments: nonsense + [
    "[[1,2,3,4,5,6,7,8,9,10,11]]", "[[1,2,3,4,5,6,7,8,9,10,11,12,13]]", "{\"code\":-1121,\"msg\":\"x\"}",
  ])
func `What is no list of candles is refused`(text: String) {
  #expect(refusal(text) != nil)
}

@Test func `A body that is cut off is refused, and no lost byte does harm`() {
  let bodies = damaged(body(row(0), row(1)))
  for bytes in bodies.cut { #expect(throws: PageError.self) { try reply(bytes) } }
  for bytes in bodies.shorter { _ = try? reply(bytes) }
}

@Test(arguments: [
  "1", "0.00000001", "12345678", "123456789.12345678", "99999999999999999.9", "9007199254740993",
  "9007199254740.993",
  "1234567890123456789", "12345678901234567890", "0.1234567890123456789", "1e5", "1.5E-3",
  "0.30000000000000004",
  "18446744073709551615", "98765432109876.54321", "5e-324",
])
func `Cells become the nearest doubles, and stay as they were written`(text: String) throws {
  let page = try reply(Array(body(row(0, volume: text)).utf8)).page
  #expect(page.row(0)[4] == Double(text))
  #expect(String(decoding: page.cells(ofBar: 0), as: UTF8.self) == "1.50,3,0.5,2,\(text),20.5,308,5,9.75")
}
