import Chronology
import Market
import Testing

private let hour = Interval.milliseconds(3_600_000)
private let newYear: Int64 = 1_735_689_600_000

/// A row as Binance's archives have it, in milliseconds or microseconds.
private func row(_ open: Int64, unit: Int64 = 1, length: Int64 = 3_600_000, cells: String = "1.50,3,0.5,2")
  -> String
{
  "\(open * unit),\(cells),10.25,\((open + length) * unit - 1),20.5,308,5,9.75,0\n"
}

private func bars(_ text: String, interval: Interval = hour, page: Int = 4096, piece: Int = 1 << 18) throws
  -> [CandlePage]
{
  let bytes = Array(text.utf8)
  var index = 0
  var candles = ArchiveCandles(named: "a.csv", interval: interval, barsPerPage: page) {
    buffer throws(ArchiveError) in
    let next = bytes[index..<min(index + min(piece, buffer.count), bytes.count)]
    buffer.copyBytes(from: next)
    index += next.count
    return next.count
  }
  var pages: [CandlePage] = []
  while let page = try candles.next() { pages.append(page) }
  return pages
}

private func refusal(_ text: String, interval: Interval = hour) -> String {
  do {
    _ = try bars(text, interval: interval)
    return ""
  } catch { return "\(error)" }
}

@Test func `Rows become bars of nine values with their cells as received`() throws {
  let page = try #require(try bars(row(newYear)).first)
  #expect(page.open == [newYear])
  #expect(page.values == [1.5, 3, 0.5, 2, 10.25, 20.5, 308, 5, 9.75])
  #expect(String(decoding: page.cells(ofBar: 0), as: UTF8.self) == "1.50,3,0.5,2,10.25,20.5,308,5,9.75")
  #expect(page.columnCount == BinanceColumns.all.count)
}

@Test func `The seam from milliseconds to microseconds at 2025-01-01 is exact`() throws {
  let text = row(newYear - 3_600_000) + row(newYear, unit: 1000) + row(newYear + 3_600_000, unit: 1000)
  let page = try #require(try bars(text).first)
  #expect(page.open == [newYear - 3_600_000, newYear, newYear + 3_600_000])
  #expect(text.contains("1735689600000000,") && text.contains(",1735693199999999,"), "as Binance writes them")
}

@Test func `Seconds are read as well`() throws {
  let open = newYear / 1000
  #expect(try bars("\(open),1,3,0.5,2,10,\(open + 3599),20,308,5,9,0\n").first?.open == [newYear])
}

@Test func `A header is passed over`() throws {
  let header =
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
    + "taker_buy_quote_volume,ignore\n"
  #expect(try bars(header + row(newYear)).first?.count == 1)
  #expect(try bars(header).isEmpty)
}

@Test func `An empty file has no pages`() throws {
  #expect(try bars("").isEmpty)
}

@Test(arguments: [1, 2, 3, 7, 64, 1000], [1, 2, 3, 100])
func `Pages and pieces of any size give the same bars`(piece: Int, page: Int) throws {
  let text = (0..<7).map { row(newYear + $0 * 3_600_000) }.joined()
  let pages = try bars(text, page: page, piece: piece)
  #expect(pages.allSatisfy { $0.count <= page })
  #expect(pages.flatMap(\.open) == (0..<7).map { newYear + $0 * 3_600_000 })
  #expect(pages.reduce(into: []) { $0 += $1.values } == [CandlePage](try bars(text)).flatMap(\.values))
}

@Test func `Line ends of every kind end a row`() throws {
  let text = row(newYear).dropLast() + "\r\n" + row(newYear + 3_600_000).dropLast()
  #expect(try bars(String(text)).first?.count == 2)
}

private let damagedRows: [(String, String)] = [
  ("x" + row(newYear), "a.csv:1: neither candles nor the names"), ("\n" + row(newYear), "a.csv:1: "),
  (row(newYear) + "\n", "a.csv:2: twelve numbers"),
  (row(newYear) + row(newYear), "a.csv:2: the bar stands twice"),
  (row(newYear) + row(newYear - 3_600_000), "opens before the one before"),
  (row(newYear + 1), "does not open on the grid of 1h"),
  (row(newYear, length: 3_600_001), "close time"), (row(newYear, length: 60_000), "close time"),
  (row(newYear, cells: "1,3,0.5,nan"), "twelve numbers"), (row(newYear, cells: "1,3,0.5"), "twelve numbers"),
  (row(newYear, cells: "1,3,0.5,2,2"), "twelve numbers"),
  (row(newYear, cells: "1,1e400,0.5,2"), "twelve numbers"),
  (row(newYear, cells: "1,0x1p3,0.5,2"), "twelve numbers"),
  (row(newYear, cells: "1,3,0.5,\"2\""), "twelve numbers"),
  (row(newYear, cells: "1,3,0,2"), "not positive"), (row(newYear, cells: "1,3,-1,2"), "not positive"),
  (row(newYear, cells: "1,1.5,0.5,2"), "the high"), (row(newYear, cells: "1,3,1.5,2"), "the low"),
  (row(newYear, cells: "1,3,0.5,\0"), "twelve numbers"),
  (String(repeating: "1", count: 10_000), "longer than 4096 bytes"), ("<?xml version", "neither candles"),
]

@Test(arguments: damagedRows)
func `A damaged row is refused with its line`(text: String, expected: String) {
  #expect(refusal(text).contains(expected), "\(refusal(text))")
}

@Test func `A microsecond file whose close time is in milliseconds is refused`() {
  let text = "\(newYear * 1000),1,3,0.5,2,10,\(newYear + 3_599_999),20,308,5,9,0\n"
  #expect(refusal(text).contains("close time"))
}

@Test func `Weeks begin on Monday and months on the first`() throws {
  let day: Int64 = 86_400_000
  let monday = Instant(year: 2024, month: 1, day: 1).milliseconds
  #expect(try bars(row(monday, length: 7 * day), interval: .milliseconds(7 * day)).first?.count == 1)
  #expect(
    refusal(row(monday + day, length: 7 * day), interval: .milliseconds(7 * day)).contains("grid of 1w"))
  #expect(
    try bars(row(monday, length: 31 * day) + row(monday + 31 * day, length: 29 * day), interval: .months(1))
      .first?.count == 2)
  #expect(refusal(row(monday + day, length: 31 * day), interval: .months(1)).contains("grid of 1M"))
}

@Test func `An archive is read as far as its checksum says that it is whole`() throws {
  let contents = (0..<9).map { row(newYear + $0 * 3_600_000) }.joined()
  var zip = ZipBytes(contents: contents)
  var candles = try ArchiveCandles(zip: zip.bytes, named: "a.csv", interval: hour, barsPerPage: 4)
  var opens: [Int64] = []
  while let page = try candles.next() { opens += page.open }
  #expect(opens.count == 9)
  zip.checksum = 1
  var damaged = try ArchiveCandles(zip: zip.bytes, named: "a.csv", interval: hour, barsPerPage: 4)
  #expect(throws: ArchiveError.self) { while try damaged.next() != nil {} }
}
