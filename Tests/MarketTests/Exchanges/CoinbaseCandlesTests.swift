import Chronology
import Market
import Testing

/// Time, low, high, open, close, volume.
private func row(_ hour: Int, _ fields: String = "0.50,3,1.5,2,10.25") -> String {
  "[\(Hours.open(hour).milliseconds / 1000),\(fields)]"
}

private func reply(_ body: some StringProtocol) throws(PageError) -> CandleReply {
  try CoinbaseCandles.page(
    body: Array(body.utf8), interval: Hours.interval, from: Hours.open(0), until: Hours.open(100),
    serverTime: Hours.open(50))
}

@Test func `Coinbase's bars come newest first, low before high before open`() throws {
  let reply = try reply("[\(row(2)), \(row(1)),\n\(row(0))]\n")
  #expect(reply.page.open == (0..<3).map { Hours.open($0).milliseconds })
  #expect(reply.page.row(0) == [1.5, 3, 0.5, 2, 10.25])
  #expect(String(decoding: reply.page.cells(ofBar: 2), as: UTF8.self) == "1.5,3,0.50,2,10.25")
  #expect(CoinbaseCandles.columns.count == reply.page.columnCount)
}

@Test func `Coinbase's bars outside the question are left out and counted`() throws {
  let reply = try reply("[\(row(101)),\(row(50)),\(row(49)),\(row(0)),\(row(-1)),\(row(-2))]")
  #expect(reply.page.open == [Hours.open(0).milliseconds, Hours.open(49).milliseconds])
  #expect((reply.outside, reply.unfinished, reply.duplicates) == (3, 1, 0))
}

@Test func `A bar of Coinbase that stands twice is taken once, and two different ones are a conflict`() throws
{
  #expect(try reply("[\(row(1)),\(row(0)),\(row(0))]").duplicates == 1)
  #expect(throws: PageError.conflict(time: Hours.open(0).milliseconds)) {
    try reply("[\(row(0)),\(row(0, "0.50,3,1.5,2,11"))]")
  }
}

@Test(arguments: badNumbers)
func `A number of Coinbase that is none is refused`(text: String) {
  for index in 0..<5 {
    var fields = ["0.5", "3", "1.5", "2", "10"]
    fields[index] = text
    #expect(throws: PageError.self) { try reply("[\(row(0, fields.joined(separator: ",")))]") }
  }
}

private let noCandles: [String] = [
  "[\(row(0)),\(row(1))]", "[\(row(0, "0.5,3,1.5,2"))]", "[\(row(0, "0.5,3,1.5,2,10,11"))]",
  "[\(row(0, "\"0.5\",3,1.5,2,10"))]", "[[1704067200000,0.5,3,1.5,2,10]]", "[[1704067200.0,0.5,3,1.5,2,10]]",
  "[[1704067201,0.5,3,1.5,2,10]]", "{\"message\":\"granularity too small\"}", "[\(row(0, "3,0.5,1.5,2,10"))]",
]

@Test(arguments: nonsense + noCandles)
func `What is no list of Coinbase's candles is refused`(text: String) {
  #expect(throws: PageError.self) { try reply(text) }
}

@Test func `A body of Coinbase that is cut off is refused, and no lost byte does harm`() throws {
  #expect(try reply("[]").page.isEmpty)
  let bodies = damaged("[\(row(1)),\(row(0))]")
  for bytes in bodies.cut {
    #expect(throws: PageError.self) { try reply(String(decoding: bytes, as: UTF8.self)) }
  }
  for bytes in bodies.shorter { _ = try? reply(String(decoding: bytes, as: UTF8.self)) }
}
