package import Chronology

/// Binance's answer to `GET /api/v3/klines`: `[[open time, "open", …, "ignore"], …]`, twelve fields each.
///
/// Format: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
package enum BinanceKlines {
  /// Reads the bars that open in `from … until`; columns are ``BinanceColumns``.
  ///
  /// Times are in whatever unit the body uses. A bar that was not asked for is refused, since it says that the
  /// answer belongs to another question.
  package static func page(
    body: [UInt8], interval: Interval, from: Instant, until: Instant, serverTime: Instant
  ) throws(PageError) -> CandleReply {
    var intake = CandleIntake(
      columnCount: BinanceColumns.all.count, grid: CandleGrid(interval), from: from, until: until,
      serverTime: serverTime)
    try CandleBody.read(body, columnCount: BinanceColumns.all.count) { scanner, cells throws(PageError) in
      try rows(&scanner, cells, into: &intake)
    }
    return intake.finished()
  }

  private static func rows(
    _ scanner: inout CellScanner, _ cells: BarCells, into intake: inout CandleIntake
  ) throws(PageError) {
    guard scanner.take("[") else { throw .malformed("a list of candles is expected") }
    if scanner.take("]") { return }
    // A row has 120 to 170 bytes, and more than two thirds of it are cells.
    intake.reply.page.reserve(bars: scanner.end / 120, textBytes: scanner.end / 4 * 3)
    repeat {
      guard let times = row(&scanner, cells) else {
        throw intake.malformed("twelve fields as documented are expected (byte \(scanner.index))")
      }
      try intake.take(cells, at: times.open, closing: times.close, from: scanner)
      guard intake.reply.outside == 0 else { throw intake.malformed("it was not asked for") }
    } while scanner.take(",")
    guard scanner.take("]") else { throw intake.malformed("',' or ']' is expected behind it") }
  }

  /// One row; nil, somewhere inside it, when it is not as documented.
  @inline(__always)
  private static func row(
    _ scanner: inout CellScanner, _ cells: BarCells
  ) -> (open: Int64, close: Int64)? {
    guard scanner.take("["), let open = whole(&scanner) else { return nil }
    for column in 0..<5 {
      guard scanner.take(","), cells.takeQuoted(column, &scanner) else { return nil }
    }
    guard scanner.take(","), let close = whole(&scanner) else { return nil }
    guard scanner.take(","), cells.takeQuoted(5, &scanner), scanner.take(",") else { return nil }
    scanner.skipSpace()
    guard cells.takeWhole(6, &scanner) else { return nil }
    for column in 7..<9 {
      guard scanner.take(","), cells.takeQuoted(column, &scanner) else { return nil }
    }
    guard scanner.take(","), scanner.take("\""), scanner.decimal() != nil, scanner.takeAtOnce("\"") else {
      return nil
    }
    return scanner.take("]") ? (open, close) : nil
  }

  @inline(__always)
  private static func whole(_ scanner: inout CellScanner) -> Int64? {
    scanner.skipSpace()
    return scanner.whole()
  }
}
