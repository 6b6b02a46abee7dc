package import Artifacts
package import Chronology

/// Tiingo's answer to `GET /tiingo/crypto/prices` for one ticker.
///
/// `[{"ticker", "baseCurrency", "quoteCurrency", "priceData": [{"date", "open", "high", "low", "close", "volume",
/// "volumeNotional", "tradesDone"}, …]}]`: the keys in any order, each once; the dates with an offset, the rest
/// numbers without quotes. Format: https://www.tiingo.com/documentation/crypto
package enum TiingoCandles {
  /// C = 7, in the order of ``keys``; Tiingo multiplies the volume by the close for `volume_notional`.
  package static let columns = [
    Series.Column(name: "open", unit: "quote currency"), Series.Column(name: "high", unit: "quote currency"),
    Series.Column(name: "low", unit: "quote currency"), Series.Column(name: "close", unit: "quote currency"),
    Series.Column(name: "volume", unit: "base units"),
    Series.Column(name: "volume_notional", unit: "quote currency"),
    Series.Column(name: "trades", unit: "trades"),
  ]

  private static let keys: [StaticString] = [
    "open", "high", "low", "close", "volume", "volumeNotional", "tradesDone",
  ]

  /// Reads the bars that open in `from … until`; others are counted and left out.
  ///
  /// A ticker without data is answered by `[]`, which is an empty page; the data of another one are refused.
  package static func page(
    body: [UInt8], ticker: String, interval: Interval, from: Instant, until: Instant, serverTime: Instant
  ) throws(PageError) -> CandleReply {
    var intake = CandleIntake(
      columnCount: columns.count, grid: CandleGrid(interval), from: from, until: until, serverTime: serverTime
    )
    try CandleBody.read(body, columnCount: columns.count) { scanner, cells throws(PageError) in
      guard scanner.take("[") else { throw .malformed("a list of tickers is expected") }
      if scanner.take("]") { return }
      try answer(&scanner, cells, ticker, into: &intake)
      guard scanner.take("]") else { throw .malformed("exactly one ticker is expected") }
    }
    return intake.finished()
  }

  /// The object of the ticker: four keys, once each.
  private static func answer(
    _ scanner: inout CellScanner, _ cells: BarCells, _ ticker: String, into intake: inout CandleIntake
  ) throws(PageError) {
    let names: [StaticString] = ["ticker", "baseCurrency", "quoteCurrency", "priceData"]
    try object(&scanner, names) { scanner, key throws(PageError) in
      guard key < 3 else { return try rows(&scanner, cells, into: &intake) }
      guard let text = scanner.plainString() else { throw .malformed("a short text is expected") }
      guard key > 0 || scanner.text(text) == ticker else {
        throw .malformed("it is about '\(scanner.text(text))', not '\(ticker)'")
      }
    }
  }

  private static func rows(
    _ scanner: inout CellScanner, _ cells: BarCells, into intake: inout CandleIntake
  ) throws(PageError) {
    guard scanner.take("[") else { throw .malformed("a list of candles is expected") }
    if scanner.take("]") { return }
    repeat {
      let time = try row(&scanner, cells)
      try intake.take(cells, at: time.milliseconds, closing: nil, from: scanner)
    } while scanner.take(",")
    guard scanner.take("]") else { throw intake.malformed("',' or ']' is expected behind it") }
  }

  private static func row(_ scanner: inout CellScanner, _ cells: BarCells) throws(PageError) -> Instant {
    var time: Instant?
    try object(&scanner, keys + ["date"]) { scanner, key throws(PageError) in
      if key == keys.count {
        time = date(&scanner)
        guard time != nil else { throw .malformed("a date with an offset is expected") }
      } else {
        scanner.skipSpace()
        guard cells.takeNumber(key, &scanner) else {
          throw .malformed("a number is expected as \(keys[key])")
        }
        // It comes as `15347.0`, and half a trade is none.
        guard key < keys.count - 1 || cells.values[key] == cells.values[key].rounded() else {
          throw .malformed("a whole number is expected as \(keys[key])")
        }
      }
    }
    guard let time else { throw .malformed("a candle has no date") }
    return time
  }

  /// `2018-01-01T00:00:00+00:00`; without an offset nobody knows which hour is meant.
  private static func date(_ scanner: inout CellScanner) -> Instant? {
    guard let text = scanner.plainString(limit: 40), text.count >= 20,
      scanner.base[text.lowerBound + 10] == UInt8(ascii: "T")
    else { return nil }
    let zone = scanner.base[text.lowerBound + 19]
    guard [".", "Z", "+", "-"].contains(Unicode.Scalar(zone)) else { return nil }
    let end = scanner.base[text.upperBound - 1]
    guard zone != UInt8(ascii: ".") || end == UInt8(ascii: "Z") || text.count > 25 else { return nil }
    return Instant(parsing: scanner.bytes(text))
  }

  /// Reads an object of exactly these keys in any order, each once; `value` reads what belongs to one of them.
  private static func object(
    _ scanner: inout CellScanner, _ names: [StaticString],
    _ value: (inout CellScanner, Int) throws(PageError) -> Void
  ) throws(PageError) {
    guard scanner.take("{") else { throw .malformed("an object is expected (byte \(scanner.index))") }
    var seen = 0
    repeat {
      guard let key = scanner.plainString(), scanner.take(":"),
        let index = names.firstIndex(where: { scanner.isEqual(key, $0) }), seen & 1 << index == 0
      else { throw .malformed("a key is unknown or stands twice (byte \(scanner.index))") }
      seen |= 1 << index
      try value(&scanner, index)
    } while scanner.take(",")
    guard scanner.take("}"), seen == 1 << names.count - 1 else {
      throw .malformed("a key is missing (byte \(scanner.index))")
    }
  }
}
