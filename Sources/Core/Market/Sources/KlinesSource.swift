package import Artifacts

/// Reads JSON files of candles, as exchanges send them and as downloaders write them.
///
/// There are three forms:
///
/// - `[[open time, open, high, low, close, volume], …]`, or rows of twelve as Binance's REST interface answers, whose
///   other amounts are columns as well; numbers may be quoted;
/// - `[{"date": …, "open": …, "volume": …, "rsi": …}, …]`: `date` or `time` is the time, every other field of the
///   first object a column;
/// - `[{"ticker": …, "priceData": [{"date": …, …}, …]}]`, a reply of Tiingo for one ticker.
///
/// Times are ISO 8601 or seconds, milliseconds or microseconds, told apart by magnitude.
/// Formats: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints,
/// https://www.tiingo.com/documentation/crypto
package struct KlinesSource: RowSource, Sendable {
  package var files: [EntityFile]
  /// Nil for all of them.
  package var chosen: [String]?

  package init(files: [EntityFile], columns: [String]? = nil) {
    self.files = files
    chosen = columns
  }

  /// The values of a candle of six.
  package static let columns = [
    Series.Column(name: "open", unit: "quote currency"), Series.Column(name: "high", unit: "quote currency"),
    Series.Column(name: "low", unit: "quote currency"), Series.Column(name: "close", unit: "quote currency"),
    Series.Column(name: "volume", unit: "base units"),
  ]

  /// The values of a candle of twelve, besides its closing time and a field that means nothing.
  package static let allColumns =
    columns + [
      Series.Column(name: "quote_volume", unit: "quote currency"), Series.Column(name: "trades"),
      Series.Column(name: "taker_buy_volume", unit: "base units"),
      Series.Column(name: "taker_buy_quote_volume", unit: "quote currency"),
    ]

  /// The column of a field of an object; names that are known have a unit.
  static func column(named name: String) -> Series.Column {
    if let known = allColumns.first(where: { $0.name == name }) { return known }
    return Series.Column(name: name, unit: name == "volumeNotional" ? "quote currency" : "")
  }

  /// Hands over the candles of all files; `progress` is told of the bytes that are done.
  package func deliver(
    to assembly: SeriesAssembly, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(MarketError) {
    for file in files {
      var entity = 0
      var scanner = try KlinesScanner(path: file.path, chosen: chosen)
      try scanner.scan { columns throws(MarketError) in
        if let known = assembly.columns, known != columns {
          throw .otherColumns(
            path: file.path, found: columns.map(\.name), first: files[0].path, known: known.map(\.name))
        }
        try assembly.begin(columns: columns)
        entity = try assembly.entity(named: file.entity)
      } each: { batch, done, total throws(MarketError) in
        try assembly.append(batch, entity: entity)
        progress(done, total)
      }
      assembly.note(scanner.digest, ofFile: file.path)
    }
  }

  /// `BTC.json, candle 17`.
  package func place(of row: RowMark, entity: String) -> String {
    guard let file = files.first(where: { $0.entity == entity }) else { return entity }
    if case .number(let number) = row { return "\(file.path), candle \(number + 1)" }
    var finder = RowFinder(row)
    var number: Int?
    var before = 0
    // What is wrong further below stays unseen: the candle lies before it.
    do {
      var scanner = try KlinesScanner(path: file.path, chosen: chosen)
      try scanner.scan { _ in
      } each: { batch, _, _ in
        guard number == nil else { return }
        number = batch.time.firstIndex { finder.isAt($0) }.map { before + $0 }
        before += batch.time.count
      }
    } catch { return number.map { "\(file.path), candle \($0 + 1)" } ?? file.path }
    return number.map { "\(file.path), candle \($0 + 1)" } ?? file.path
  }
}
