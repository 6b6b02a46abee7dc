package import Artifacts
package import Chronology

/// Kraken's answer to `GET /0/public/OHLC`: `{"error": [], "result": {"XXBTZUSD": [[…], …], "last": 1591517580}}`.
///
/// A row is `[time, "open", "high", "low", "close", "vwap", "volume", trades]`, its time in seconds. The last row
/// is the bar under way, whatever its time, and is never taken. Kraken keeps 720 bars and no more.
/// Format: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data
package enum KrakenCandles {
  /// C = 7; `vwap` is 0 in a bar without trades.
  package static let columns = [
    Series.Column(name: "open", unit: "quote currency"), Series.Column(name: "high", unit: "quote currency"),
    Series.Column(name: "low", unit: "quote currency"), Series.Column(name: "close", unit: "quote currency"),
    Series.Column(name: "vwap", unit: "quote currency"), Series.Column(name: "volume", unit: "base units"),
    Series.Column(name: "trades", unit: "trades"),
  ]

  /// Reads the bars that open in `from … until`; others are counted and left out.
  ///
  /// The key of the list is Kraken's own name of the pair, not the one that was asked for, so it is not compared.
  package static func page(
    body: [UInt8], interval: Interval, from: Instant, until: Instant, serverTime: Instant
  ) throws(PageError) -> CandleReply {
    var intake = CandleIntake(
      columnCount: columns.count, grid: CandleGrid(interval), from: from, until: until, serverTime: serverTime
    )
    var last: Int64?
    try CandleBody.read(body, columnCount: columns.count) { scanner, cells throws(PageError) in
      last = try answer(&scanner, cells, into: &intake, body)
    }
    intake.dropLast()
    var reply = intake.finished()
    reply.last = last.map { Instant(milliseconds: $0 * 1000) }
    return reply
  }

  /// The outer object: `error` and `result`, once each.
  private static func answer(
    _ scanner: inout CellScanner, _ cells: BarCells, into intake: inout CandleIntake, _ body: [UInt8]
  ) throws(PageError) -> Int64 {
    var last: Int64?
    var hasErrors = false
    guard scanner.take("{") else { throw .malformed("an object is expected") }
    repeat {
      guard let key = scanner.plainString(), scanner.take(":") else { throw .malformed("a key is expected") }
      if scanner.isEqual(key, "error"), !hasErrors {
        hasErrors = true
        try errors(&scanner, body)
      } else if scanner.isEqual(key, "result"), last == nil {
        last = try result(&scanner, cells, into: &intake)
      } else {
        throw .malformed("the key '\(scanner.text(key))' is not expected")
      }
    } while scanner.take(",")
    guard scanner.take("}"), hasErrors, let last else {
      throw .malformed("'error' and 'result' are expected")
    }
    return last
  }

  /// The list of errors, which is empty or is thrown; warnings are passed over.
  private static func errors(_ scanner: inout CellScanner, _ body: [UInt8]) throws(PageError) {
    guard scanner.take("[") else { throw .malformed("a list of errors is expected") }
    if scanner.take("]") { return }
    if let error = KrakenError.parse(body) { throw .kraken(error) }
    repeat {
      guard scanner.plainString(limit: 1000) != nil else { throw .malformed("an error's text is expected") }
    } while scanner.take(",")
    guard scanner.take("]") else { throw .malformed("the list of errors does not end") }
  }

  /// The inner object: one list of candles and `last`, once each.
  private static func result(
    _ scanner: inout CellScanner, _ cells: BarCells, into intake: inout CandleIntake
  ) throws(PageError) -> Int64 {
    var last: Int64?
    var hasRows = false
    guard scanner.take("{") else { throw .malformed("'result' is no object") }
    repeat {
      guard let key = scanner.plainString(), scanner.take(":") else { throw .malformed("a key is expected") }
      if scanner.isEqual(key, "last") {
        scanner.skipSpace()
        guard last == nil, let value = scanner.whole(), EpochUnit(of: value) == .seconds else {
          throw .malformed("'last' is no time")
        }
        last = value
      } else {
        guard !hasRows else { throw .malformed("there is more than one list of candles") }
        hasRows = true
        try rows(&scanner, cells, into: &intake)
      }
    } while scanner.take(",")
    guard scanner.take("}"), hasRows, let last else { throw .malformed("candles and 'last' are expected") }
    return last
  }

  private static func rows(
    _ scanner: inout CellScanner, _ cells: BarCells, into intake: inout CandleIntake
  ) throws(PageError) {
    guard scanner.take("[") else { throw .malformed("a list of candles is expected") }
    if scanner.take("]") { return }
    repeat {
      guard let time = row(&scanner, cells) else {
        throw intake.malformed("eight fields as documented are expected (byte \(scanner.index))")
      }
      try intake.take(cells, at: time, closing: nil, from: scanner)
    } while scanner.take(",")
    guard scanner.take("]") else { throw intake.malformed("',' or ']' is expected behind it") }
  }

  /// One row; nil, somewhere inside it, when it is not as documented.
  private static func row(_ scanner: inout CellScanner, _ cells: BarCells) -> Int64? {
    guard scanner.take("[") else { return nil }
    scanner.skipSpace()
    guard let time = scanner.whole(), EpochUnit(of: time) == .seconds else { return nil }
    for column in 0..<6 {
      guard scanner.take(","), cells.takeQuoted(column, &scanner) else { return nil }
    }
    guard scanner.take(",") else { return nil }
    scanner.skipSpace()
    return cells.takeWhole(6, &scanner) && scanner.take("]") ? time : nil
  }
}
