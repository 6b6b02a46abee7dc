private import Artifacts
private import Chronology
private import Numerics

/// What one answer changes in the store.
package struct StoreEntry: Sendable, Equatable {
  package var series: StoredSeries
  package var pages: [CandlePage]
  /// What was answered for, ms.
  package var covering: Range<Int64>?
  /// The bar with which a download came to its end.
  package var end: Range<Int64>?
  /// A gap that was asked about once more.
  package var reasked: Range<Int64>?
  /// Bars that are there and open here or later may be revised.
  package var revisableFrom: Int64
  package var archive: ArchiveRecord?
  /// Ms since the epoch, for the records of revisions and archives.
  package var now: Int64

  package init(
    _ series: StoredSeries, pages: [CandlePage] = [], covering: Range<Int64>? = nil,
    end: Range<Int64>? = nil, reasked: Range<Int64>? = nil,
    revisableFrom: Int64 = .max, archive: ArchiveRecord? = nil, now: Int64
  ) {
    self.series = series
    self.pages = pages
    self.covering = covering
    self.end = end
    self.reasked = reasked
    self.revisableFrom = revisableFrom
    self.archive = archive
    self.now = now
  }

  /// What is known of the series after the entry.
  func ledger(after ledger: SeriesLedger) -> SeriesLedger {
    var after = ledger
    if let covering {
      after.enter(pages.flatMap(\.open), covering: covering, grid: series.grid)
      after.ends.remove(contentsOf: covering)
    }
    if let end { after.ends.insert(contentsOf: end) }
    if let reasked { after.reasked.insert(contentsOf: reasked) }
    return after
  }
}

// MARK: - Bytes

extension StoreEntry {
  /// A line of JSON; the opens of all bars, 8 bytes each, and the ends of their cells in the text, 8 bytes each, both
  /// little-endian; and the text.
  ///
  /// `number` says which entry came before which.
  func bytes(number: Int) -> [UInt8] {
    var whole = CandlePage(columnCount: series.columns.count)
    for page in pages { whole.append(contentsOf: page) }
    var bytes = Array(header(number: number, bars: whole.count).canonical.utf8) + [0x0A]
    bytes.reserveCapacity(bytes.count + whole.count * 16 + whole.text.count)
    whole.open.withUnsafeBytes { bytes += $0 }
    whole.textEnds.withUnsafeBytes { bytes += $0 }
    return bytes + whole.text
  }

  private func header(number: Int, bars: Int) -> JSON {
    var members: [String: JSON] = [
      "origin": .string(series.name.origin), "symbol": .string(series.name.symbol),
      "interval": .string(series.name.interval.description), "columns": JSON(series.columns),
      "revisableFrom": .integer(revisableFrom), "now": .integer(now), "number": JSON(number),
      "bars": JSON(bars),
    ]
    if let covering { members["covering"] = Self.json(covering) }
    if let end { members["end"] = Self.json(end) }
    if let reasked { members["reasked"] = Self.json(reasked) }
    if let archive { members["archive"] = archive.json }
    return .object(members)
  }

  private static func json(_ range: Range<Int64>) -> JSON {
    .array([.integer(range.lowerBound), .integer(range.upperBound)])
  }

  /// Reads what ``bytes(number:)`` wrote; nil for anything else.
  ///
  /// `series` finds the series of a name.
  static func numbered(
    _ bytes: ArraySlice<UInt8>, series find: (SeriesName, [String]) throws -> StoredSeries
  ) rethrows -> (number: Int, entry: StoreEntry)? {
    guard let end = bytes.firstIndex(of: 0x0A), let header = try? JSON(parsing: Array(bytes[..<end])),
      let origin = header["origin"]?.string, let symbol = header["symbol"]?.string,
      let interval = header["interval"]?.string.flatMap({ Interval($0) }),
      let columns = header["columns"]?.strings,
      let revisableFrom = header["revisableFrom"]?.integer, let now = header["now"]?.integer,
      let number = header["number"]?.integer,
      let bars = header["bars"]?.integer,
      let page = page(bytes[(end + 1)...], bars: bars, columnCount: columns.count)
    else { return nil }
    let entry = StoreEntry(
      try find(SeriesName(origin: origin, symbol: symbol, interval: interval), columns), pages: [page],
      covering: range(header["covering"]), end: range(header["end"]), reasked: range(header["reasked"]),
      revisableFrom: Int64(revisableFrom), archive: header["archive"].flatMap(ArchiveRecord.init(json:)),
      now: Int64(now))
    return (number, entry)
  }

  private static func range(_ json: JSON?) -> Range<Int64>? {
    guard let bounds = json?.array?.compactMap(\.integer), bounds.count == 2, bounds[0] <= bounds[1] else {
      return nil
    }
    return Int64(bounds[0])..<Int64(bounds[1])
  }

  private static func page(_ body: ArraySlice<UInt8>, bars: Int, columnCount: Int) -> CandlePage? {
    guard bars >= 0, body.count >= bars * 16 else { return nil }
    let opens = integers(body.prefix(bars * 8))
    let ends = integers(body.dropFirst(bars * 8).prefix(bars * 8)).map { Int($0) }
    let text = Array(body.dropFirst(bars * 16))
    var page = CandlePage(columnCount: columnCount)
    var start = 0
    for (open, end) in zip(opens, ends) {
      guard start <= end, end <= text.count, open > page.open.last ?? .min else { return nil }
      let cells = text[start..<end].split(separator: UInt8(ascii: ","))
      let values = cells.compactMap { DecimalNumber.parse(String(decoding: $0, as: UTF8.self)) }
      guard values.count == columnCount, cells.count == columnCount else { return nil }
      page.append(open: open, values: values, text: Array(text[start..<end]))
      start = end
    }
    return page
  }

  private static func integers(_ bytes: ArraySlice<UInt8>) -> [Int64] {
    bytes.withUnsafeBytes { buffer in
      (0..<(buffer.count / 8)).map {
        Int64(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))
      }
    }
  }
}

extension ArchiveRecord {
  fileprivate var json: JSON {
    [
      "name": .string(name), "digest": .string(digest), "etag": etag.map(JSON.string) ?? .null,
      "bars": JSON(bars),
      "state": .string(state.rawValue),
    ]
  }

  fileprivate init?(json: JSON) {
    guard let name = json["name"]?.string, let digest = json["digest"]?.string,
      let bars = json["bars"]?.integer,
      let state = json["state"]?.string.flatMap(State.init(rawValue:))
    else { return nil }
    self.init(name: name, digest: digest, etag: json["etag"]?.string, bars: bars, state: state)
  }
}
