private import Artifacts
private import Chronology
import GRDB
private import CSQLite

/// What came of storing bars.
package struct StoreCounts: Sendable, Equatable {
  package var new = 0
  /// Received before with the same cells.
  package var repeated = 0
  package var revised = 0

  package init() {}

  package static func - (left: StoreCounts, right: StoreCounts) -> StoreCounts {
    var rest = left
    rest.new -= right.new
    rest.repeated -= right.repeated
    rest.revised -= right.revised
    return rest
  }

  package static func += (left: inout StoreCounts, right: StoreCounts) {
    left.new += right.new
    left.repeated += right.repeated
    left.revised += right.revised
  }
}

/// A bulk file that was looked at.
package struct ArchiveRecord: Sendable, Equatable {
  package enum State: String, Sendable {
    /// Its checksum is known, and the file itself has not come yet.
    case announced
    /// The server has no such file.
    case absent
    case taken
    /// It never matched its checksum.
    case quarantined
  }

  package var name: String
  /// In hexadecimal digits; of a quarantined file what it should have, and empty when nobody could say.
  package var digest: String
  package var etag: String?
  package var bars: Int
  package var state: State

  package init(name: String, digest: String, etag: String?, bars: Int, state: State) {
    self.name = name
    self.digest = digest
    self.etag = etag
    self.bars = bars
    self.state = state
  }
}

/// The kinds of time range that the store keeps for a series.
enum SpanKind: String, CaseIterable {
  case covered, missing, reasked, end

  var path: WritableKeyPath<SeriesLedger, RangeSet<Int64>> {
    switch self {
    case .covered: \.covered
    case .missing: \.missing
    case .reasked: \.reasked
    case .end: \.ends
    }
  }
}

extension CandleStore {
  /// Writes all that an entry changes.
  static func write(
    _ entry: StoreEntry, ledger: SeriesLedger, over earlier: SeriesLedger, in database: Database
  ) throws -> StoreCounts {
    let writer = try CandleWriter(
      database, series: entry.series, revisableFrom: entry.revisableFrom, now: entry.now)
    for page in entry.pages { try writer.insert(page) }
    try save(ledger, over: earlier, of: entry.series, in: database)
    if let archive = entry.archive { try record(archive, of: entry.series, in: database, now: entry.now) }
    return writer.counts
  }

  private static func record(
    _ archive: ArchiveRecord, of series: StoredSeries, in database: Database, now: Int64
  ) throws {
    try database.execute(
      sql: "DELETE FROM archive WHERE series = ? AND name = ? AND state IN ('announced', 'absent')",
      arguments: [series.id, archive.name])
    try database.execute(
      sql:
        "INSERT OR REPLACE INTO archive (series, name, digest, etag, bars, state, seen_at) VALUES (?,?,?,?,?,?,?)",
      arguments: [
        series.id, archive.name, archive.digest, archive.etag, archive.bars, archive.state.rawValue, now,
      ])
  }

  /// Writes the ranges that changed, and no others.
  private static func save(
    _ ledger: SeriesLedger, over earlier: SeriesLedger, of series: StoredSeries, in database: Database
  ) throws {
    for kind in SpanKind.allCases {
      let (old, new) = (earlier[keyPath: kind.path], ledger[keyPath: kind.path])
      guard old != new else { continue }
      let (before, after) = (Set(old.ranges), Set(new.ranges))
      for range in before.subtracting(after) {
        try database.execute(
          sql: "DELETE FROM span WHERE series = ? AND kind = ? AND first = ?",
          arguments: [series.id, kind.rawValue, range.lowerBound])
      }
      for range in after.subtracting(before) {
        try database.execute(
          sql: "INSERT OR REPLACE INTO span (series, kind, first, end) VALUES (?, ?, ?, ?)",
          arguments: [series.id, kind.rawValue, range.lowerBound, range.upperBound])
      }
    }
  }
}

/// Puts bars into the table, one prepared statement for all of them.
///
/// A class, because it guards that statement. The cells are bound through SQLite's own calls: a million bars have
/// eleven million of them.
private final class CandleWriter {
  private let database: Database
  private let series: StoredSeries
  private let revisableFrom: Int64
  private let now: Int64
  private let insertion: Statement
  private(set) var counts = StoreCounts()

  init(_ database: Database, series: StoredSeries, revisableFrom: Int64, now: Int64) throws {
    self.database = database
    self.series = series
    self.revisableFrom = revisableFrom
    self.now = now
    let marks = [String](repeating: "?", count: series.columns.count + 2).joined(separator: ", ")
    let columns = series.columns.joined(separator: ", ")
    insertion = try database.cachedStatement(
      sql: """
        INSERT INTO candle (bar, received, \(columns)) VALUES (\(marks)) ON CONFLICT DO NOTHING
        """)
  }

  func insert(_ page: CandlePage) throws {
    let statement = insertion.sqliteStatement
    let width = page.columnCount
    precondition(width == series.columns.count, "a page of \(width) columns for \(series.columns)")
    var collisions: [Int] = []
    let code = page.text.withUnsafeBytes { text -> Int32 in
      let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
      for bar in 0..<page.count {
        let cells = page.cells(ofBar: bar).indices
        guard let key = BarKey.of(series: series.id, open: page.open[bar]) else { return SQLITE_RANGE }
        sqlite3_bind_int64(statement, 1, key)
        sqlite3_bind_text(statement, 2, start.map { $0 + cells.lowerBound }, Int32(cells.count), nil)
        for column in 0..<width {
          sqlite3_bind_double(statement, Int32(column + 3), page.values[bar * width + column])
        }
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard code == SQLITE_DONE else { return code }
        if sqlite3_changes(database.sqliteConnection) == 0 { collisions.append(bar) }
      }
      return SQLITE_OK
    }
    sqlite3_clear_bindings(statement)
    guard code == SQLITE_OK else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
    counts.new += page.count - collisions.count
    for bar in collisions { try settle(bar, of: page) }
  }

  /// A bar that is there already: the same, revised, or in conflict.
  private func settle(_ bar: Int, of page: CandlePage) throws {
    let open = page.open[bar]
    let received = String(decoding: page.cells(ofBar: bar), as: UTF8.self)
    let stored = try String.fetchOne(
      database, sql: "SELECT received FROM candle WHERE bar = ?",
      arguments: [BarKey.of(series: series.id, open: open)])
    guard let stored, stored != received else {
      counts.repeated += 1
      return
    }
    guard open >= revisableFrom else {
      throw DownloadError.conflict(
        series: series.name.description, time: Instant(milliseconds: open).description, stored: stored,
        received: received)
    }
    try revise(bar, of: page, from: stored, to: received)
    counts.revised += 1
  }

  private func revise(_ bar: Int, of page: CandlePage, from before: String, to after: String) throws {
    let open = page.open[bar]
    try database.execute(
      sql: """
        INSERT INTO revision (series, open_time, number, before, after, seen_at)
        SELECT ?1, ?2, count(*) + 1, ?3, ?4, ?5 FROM revision WHERE series = ?1 AND open_time = ?2
        """, arguments: [series.id, open, before, after, now])
    let width = page.columnCount
    let numbers = page.values[(bar * width)..<((bar + 1) * width)]
    let assignments = series.columns.map { "\($0) = ?" }.joined(separator: ", ")
    try database.execute(
      sql: "UPDATE candle SET received = ?, \(assignments) WHERE bar = ?",
      arguments: StatementArguments(
        [after as any DatabaseValueConvertible] + numbers.map { $0 as any DatabaseValueConvertible }
          + [BarKey.of(series: series.id, open: open)]))
  }
}
