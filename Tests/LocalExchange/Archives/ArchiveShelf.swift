private import Artifacts
private import Chronology
private import Synchronization

/// Binance's archives: one zip a month or a day, and its checksum.
///
/// A class, because it guards the archives that were made and how often each was asked for.
/// Source: https://github.com/binance/binance-public-data
final class ArchiveShelf: Sendable {
  let market: ServedMarket
  private let state = Mutex(State())

  private struct State {
    var made: [String: Archive] = [:]
    var order: [String] = []
    var zipRequests: [String: Int] = [:]
    var checksumRequests: [String: Int] = [:]
  }

  /// A zip as it stands.
  struct Archive {
    var bytes: [UInt8]
    var digest: String
    /// When it was put there, ms.
    var modified: Int64
    var entityTag: String { "\"\(digest.prefix(32))\"" }
  }

  init(market: ServedMarket) { self.market = market }

  func answer(_ question: Question, into body: ByteBuffer) -> Answer {
    let path = question.request.path
    if path == "/" { return list(question, into: body) }
    let isChecksum = path.hasSuffix(".CHECKSUM")
    let zipPath = isChecksum ? String(path.dropLast(".CHECKSUM".count)) : path
    guard let name = ArchiveName(path: zipPath), let archive = archive(name, now: question.now) else {
      return Self.missing(path, into: body)
    }
    return isChecksum ? checksum(of: archive, name, into: body) : zip(archive, name, question, into: body)
  }

  private func zip(
    _ archive: Archive, _ name: ArchiveName, _ question: Question, into body: ByteBuffer
  ) -> Answer {
    state.withLock { $0.zipRequests[name.file, default: 0] += 1 }
    let headers = [
      ("ETag", archive.entityTag), ("Last-Modified", HTTPDate.text(archive.modified)),
      ("Accept-Ranges", "bytes"),
    ]
    if question.request.headers["if-none-match"] == archive.entityTag {
      return Answer(Reply(status: 304, contentType: "application/zip", headers: headers))
    }
    body.append(archive.bytes)
    return Answer(Reply(status: 200, contentType: "application/zip", headers: headers))
  }

  private func checksum(of archive: Archive, _ name: ArchiveName, into body: ByteBuffer) -> Answer {
    let asked = state.withLock { state in
      state.checksumRequests[name.file, default: 0] += 1
      return state.checksumRequests[name.file, default: 0]
    }
    var (digest, file) = (archive.digest, name.file)
    switch market.archiveDefects[name.file] {
    case .badChecksum(let times) where asked <= times ?? .max: digest = Digest(of: digest).hex
    case .wrongName: file = "X" + file
    default: break
    }
    body.append("\(digest)  \(file)\n")
    return Answer(Reply(status: 200, contentType: "binary/octet-stream"))
  }

  static func missing(_ path: String, into body: ByteBuffer) -> Answer {
    body.append(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>\
      \(escaped(String(path.dropFirst())))</Key></Error>
      """)
    return Answer(Reply(status: 404, contentType: Reply.xml))
  }

  static func escaped(_ text: String) -> String {
    text.split(separator: "&", omittingEmptySubsequences: false).joined(separator: "&amp;")
      .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "&lt;")
  }
}

// MARK: Making archives

extension ArchiveShelf {
  /// So many of them are kept.
  private static let keptCount = 256

  /// The archive as it stands now; nil while it is not there.
  func archive(_ name: ArchiveName, now: Int64) -> Archive? {
    guard let listing = market.listing(of: name.symbol), var published = name.published, published <= now,
      market.archiveDefects[name.file] != .absent
    else {
      return nil
    }
    let isFirst = isFirstVersion(name)
    let key = name.path + (isFirst ? "#1" : "")
    if let made = state.withLock({ $0.made[key] }) { return made }
    let opens = keptOpens(of: name, listing, isFirst: isFirst)
    guard let last = opens.last else { return nil }
    published = max(published, name.grid.end(of: last))
    guard published <= now else { return nil }
    let bytes = ZipFile.bytes(member: name.stem + ".csv", contents: csv(of: name, opens))
    let isReplaced = !isFirst && market.archiveDefects[name.file] != nil
    let archive = Archive(
      bytes: bytes, digest: Digest(of: bytes).hex, modified: isReplaced ? max(now, published) : published)
    keep(archive, as: key)
    return archive
  }

  private func keep(_ archive: Archive, as key: String) {
    state.withLock { state in
      if state.made[key] == nil { state.order.append(key) }
      state.made[key] = archive
      if state.order.count > Self.keptCount { state.made[state.order.removeFirst()] = nil }
    }
  }

  private func isFirstVersion(_ name: ArchiveName) -> Bool {
    guard case .replaced(let after) = market.archiveDefects[name.file] else { return false }
    return state.withLock { $0.zipRequests[name.file] ?? 0 } < after
  }

  private func keptOpens(of name: ArchiveName, _ listing: ServedMarket.Listing, isFirst: Bool) -> [Int64] {
    let opens = market.opens(
      of: listing, name.grid, from: name.start, through: name.end - 1, source: .archive, now: .max)
    let week: Int64 = 7 * 86_400_000
    if isFirst { return opens.filter { $0 < name.start + week } }
    if market.archiveDefects[name.file] == .lastWeekMissing { return opens.filter { $0 < name.end - week } }
    return opens
  }

  private func csv(of name: ArchiveName, _ opens: [Int64]) -> [UInt8] {
    let series = market.bars.series(of: name.symbol, name.grid)
    let text = ByteBuffer()
    for open in opens { text.appendLine(series.bar(open: open)) }
    return Array(text.bytes)
  }
}

extension ByteBuffer {
  /// When the archives went over to microseconds: 2025-01-01.
  private static let microsecondsFrom: Int64 = 1_735_689_600_000

  /// One bar as a line of CSV, without quotes.
  fileprivate func appendLine(_ bar: ServedBar) {
    let isMicroseconds = bar.openTime >= Self.microsecondsFrom
    write(320) { cursor in
      cursor.put(isMicroseconds ? bar.openTime * 1000 : bar.openTime)
      for price in [bar.open, bar.high, bar.low, bar.close, bar.volume] {
        cursor.put(UInt8(ascii: ","))
        cursor.put(units: price)
      }
      cursor.put(UInt8(ascii: ","))
      cursor.put(isMicroseconds ? bar.endTime * 1000 - 1 : bar.endTime - 1)
      cursor.put(UInt8(ascii: ","))
      cursor.put(units: bar.quoteVolume)
      cursor.put(UInt8(ascii: ","))
      cursor.put(bar.trades)
      for volume in [bar.takerVolume, bar.takerQuoteVolume] {
        cursor.put(UInt8(ascii: ","))
        cursor.put(units: volume)
      }
      cursor.put(",0\n")
    }
  }
}
