package import Artifacts
private import Chronology
private import Numerics

/// Reads JSON files of candles as exchanges send them: `[[open time, open, high, low, close, volume], …]`.
///
/// Rows of twelve, as Binance's REST interface answers, are read too; numbers may be quoted. The time is in
/// seconds, milliseconds or microseconds, told apart by magnitude.
/// Format: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
package struct KlinesSource: Sendable {
  package var files: [EntityFile]

  package init(files: [EntityFile]) { self.files = files }

  package static let columns = [
    Series.Column(name: "open", unit: "quote currency"), Series.Column(name: "high", unit: "quote currency"),
    Series.Column(name: "low", unit: "quote currency"), Series.Column(name: "close", unit: "quote currency"),
    Series.Column(name: "volume", unit: "base units"),
  ]

  package func read() throws(MarketError) -> RawSeries {
    var entities: [RawEntity] = []
    for file in files {
      let bytes: [UInt8]
      do { bytes = try Disk.read(file.path) } catch { throw .disk(error) }
      entities.append(try entity(of: bytes, file: file))
    }
    return RawSeries(columns: Self.columns, entities: entities)
  }

  /// Reads the bytes of one file.
  package func entity(of bytes: [UInt8], file: EntityFile) throws(MarketError) -> RawEntity {
    guard !bytes.isEmpty else { throw .empty(path: file.path) }
    let entity = bytes.withUnsafeBufferPointer { buffer -> Result<RawEntity, MarketError> in
      var scanner = KlinesScanner(bytes: buffer, path: file.path)
      do throws(MarketError) { return .success(try scanner.entity(named: file.entity)) } catch {
        return .failure(error)
      }
    }
    return try entity.get()
  }
}

/// Reads candles without building a tree of JSON values: a million rows in a fraction of a second.
private struct KlinesScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  let path: String
  private var index = 0

  init(bytes: UnsafeBufferPointer<UInt8>, path: String) {
    self.bytes = bytes
    self.path = path
  }

  mutating func entity(named name: String) throws(MarketError) -> RawEntity {
    var entity = RawEntity(name: name, file: path)
    try expect("[", "a list of candles [[time, open, high, low, close, volume], …]")
    if take("]") { throw .noRows(path: path) }
    repeat {
      try expect("[", "a candle [time, open, high, low, close, volume]")
      entity.time.append(try time())
      for column in KlinesSource.columns {
        try expect(",", "six or twelve numbers in a candle")
        entity.values.append(try number(column.name))
      }
      if !take("]") { try skipRestOfTwelve() }
    } while take(",")
    try expect("]", "',' or ']' after a candle")
    skipSpace()
    guard index == bytes.count else { throw malformed("something follows the list of candles") }
    return entity
  }

  private mutating func time() throws(MarketError) -> Int64 {
    skipSpace()
    let start = index
    let isQuoted = take("\"")
    let first = index
    while index < bytes.count, bytes[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
    let digits = UnsafeBufferPointer(rebasing: bytes[first..<index])
    guard let instant = Instant(parsing: digits), !isQuoted || take("\"") else {
      throw .notATime(place: place(start), column: "time", text: excerpt(start))
    }
    return instant.milliseconds
  }

  private mutating func number(_ column: String) throws(MarketError) -> Double {
    skipSpace()
    let start = index
    let isQuoted = take("\"")
    guard let value = DecimalNumber.scan(bytes, from: &index), !isQuoted || take("\"") else {
      throw .notANumber(place: place(start), column: column, text: excerpt(start))
    }
    return value
  }

  /// Close time, quote volume, trades, taker volumes and a field that means nothing.
  private mutating func skipRestOfTwelve() throws(MarketError) {
    for _ in 0..<6 {
      try expect(",", "six or twelve numbers in a candle")
      _ = try number("the rest of a candle of twelve")
    }
    try expect("]", "six or twelve numbers in a candle")
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index]) { index += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar, _ meaning: String) throws(MarketError) {
    guard take(character) else { throw malformed("\(meaning) is expected here") }
  }

  private func malformed(_ problem: String) -> MarketError { .malformed(place: place(index), problem) }

  private func place(_ position: Int) -> String {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    return "\(path):\(line):\(column)"
  }

  private func excerpt(_ start: Int) -> String {
    let stop: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "]"), 0x0A]
    return String(decoding: bytes[start...].prefix(24).prefix { !stop.contains($0) }, as: UTF8.self)
  }
}
