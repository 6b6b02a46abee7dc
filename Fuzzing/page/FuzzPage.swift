import Artifacts
import Chronology
import Market

private let hour = Interval.milliseconds(3_600_000)
private let from = Instant(year: 2024, month: 1, day: 1)
private let until = Instant(year: 2030, month: 1, day: 1)
private let now = Instant(year: 2025, month: 1, day: 1)

/// A body of an exchange, whose kind the first byte tells, must be read or refused with a message.
///
/// What is read must be finite, in order and on the grid, and its cells must be its values.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let kind = bytes.first else { return 0 }
  let body = Array(bytes.dropFirst())
  do {
    try read(body, kind)
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}

private func read(_ body: [UInt8], _ kind: UInt8) throws {
  switch kind {
  case UInt8(ascii: "b"):
    check(try BinanceKlines.page(body: body, interval: hour, from: from, until: until, serverTime: now))
  case UInt8(ascii: "m"):
    _ = try BinanceKlines.page(body: body, interval: .months(1), from: from, until: until, serverTime: now)
  case UInt8(ascii: "c"):
    check(try CoinbaseCandles.page(body: body, interval: hour, from: from, until: until, serverTime: now))
  case UInt8(ascii: "k"):
    check(try KrakenCandles.page(body: body, interval: hour, from: from, until: until, serverTime: now))
  case UInt8(ascii: "t"):
    check(
      try TiingoCandles.page(
        body: body, ticker: "btcusd", interval: hour, from: from, until: until, serverTime: now))
  case UInt8(ascii: "x"): _ = try SymbolListing.parse(body)
  case UInt8(ascii: "i"): _ = try ExchangeInfo.parse(body)
  default:
    _ = BinanceError.parse(body)
    _ = BinanceTime.parse(body)
    _ = KrakenError.parse(body)
  }
}

private func check(_ reply: CandleReply) {
  let page = reply.page
  for bar in 0..<page.count {
    let open = Instant(milliseconds: page.open[bar])
    precondition(open >= from && open <= until && CandleGrid(hour).isOpen(open) && hour.after(open) <= now)
    precondition(bar == 0 || page.open[bar] > page.open[bar - 1])
    let cells = page.cells(ofBar: bar).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    precondition(cells.map { Double(String(decoding: $0, as: UTF8.self)) } == page.row(bar).map { $0 })
    precondition(page.row(bar).allSatisfy(\.isFinite))
  }
}
