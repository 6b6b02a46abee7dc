package import Artifacts
package import Chronology

/// Coinbase Exchange's answer to `GET /products/BTC-USD/candles`: `[[time, low, high, open, close, volume], …]`.
///
/// Times are seconds, all fields are numbers without quotes, and the newest bar comes first.
/// Format: https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-candles
package enum CoinbaseCandles {
  /// C = 5, in our order rather than Coinbase's.
  package static let columns = [
    Series.Column(name: "open", unit: "quote currency"), Series.Column(name: "high", unit: "quote currency"),
    Series.Column(name: "low", unit: "quote currency"), Series.Column(name: "close", unit: "quote currency"),
    Series.Column(name: "volume", unit: "base units"),
  ]

  /// Where each field behind the time belongs: low, high, open, close, volume.
  private static let order = [2, 1, 0, 3, 4]

  /// Reads the bars that open in `from … until`, oldest first.
  ///
  /// Coinbase may send earlier bars than it was asked for; they are counted and left out.
  package static func page(
    body: [UInt8], interval: Interval, from: Instant, until: Instant, serverTime: Instant
  ) throws(PageError) -> CandleReply {
    var intake = CandleIntake(
      columnCount: columns.count, grid: CandleGrid(interval), from: from, until: until, serverTime: serverTime
    )
    try CandleBody.read(body, columnCount: columns.count) { scanner, cells throws(PageError) in
      let starts = try rowStarts(&scanner)
      var rowScanner = scanner
      for start in starts.reversed() {
        rowScanner.index = start
        guard let time = row(&rowScanner, cells) else {
          throw intake.malformed("six numbers are expected (byte \(rowScanner.index))")
        }
        try intake.take(cells, at: time, closing: nil, from: rowScanner)
      }
    }
    return intake.finished()
  }

  /// Where the rows begin; what is in them is read later, from the last to the first.
  private static func rowStarts(_ scanner: inout CellScanner) throws(PageError) -> [Int] {
    var starts: [Int] = []
    guard scanner.take("[") else { throw .malformed("a list of candles is expected") }
    if scanner.take("]") { return starts }
    repeat {
      guard scanner.take("[") else { throw .malformed("a candle is expected (byte \(scanner.index))") }
      starts.append(scanner.index)
      while scanner.index < scanner.end, scanner.byte != UInt8(ascii: "]"), scanner.byte != UInt8(ascii: "[")
      {
        scanner.index += 1
      }
      guard scanner.takeAtOnce("]") else { throw .malformed("a candle does not end") }
    } while scanner.take(",")
    guard scanner.take("]") else { throw .malformed("the list of candles does not end") }
    return starts
  }

  /// The fields of one row up to its bracket; nil when they are not six numbers.
  private static func row(_ scanner: inout CellScanner, _ cells: BarCells) -> Int64? {
    scanner.skipSpace()
    guard let time = scanner.whole(), EpochUnit(of: time) == .seconds else { return nil }
    for column in order {
      guard scanner.take(",") else { return nil }
      scanner.skipSpace()
      guard cells.takeNumber(column, &scanner) else { return nil }
    }
    return scanner.take("]") ? time : nil
  }
}
