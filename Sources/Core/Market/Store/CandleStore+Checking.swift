package import Artifacts
private import Chronology
import GRDB
private import CSQLite
private import Numerics

/// What an examination of one series found.
package struct SeriesExamination: Sendable {
  package let series: StoredSeries
  package var bars = 0
  /// Opens of the first and last bar, ms; nil when there is none.
  package var first: Int64?
  package var last: Int64?
  /// Bars missing between the first and the last.
  package var missing = 0
  package var revisions = 0
  package var archives = 0
  /// Over all bars as received; see ``CandleStore/digest(of:in:)``.
  package var digest: Digest
  /// What is wrong, in sentences.
  package var problems: [String] = []
}

extension CandleStore {
  /// Problems of the file as a whole, in sentences; empty when it is whole.
  package func damage() throws -> [String] {
    try access { database in
      let findings = try String.fetchAll(database, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
      let strays =
        try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").count
        + (Int.fetchOne(
          database, sql: "SELECT count(*) FROM candle WHERE series NOT IN (SELECT id FROM series)") ?? 0)
      return findings + (strays == 0 ? [] : ["\(strays) rows belong to no series"])
    }
  }

  /// Looks at every bar of a series.
  ///
  /// Is it on the grid, is it where the ledger says, and are its numbers those that were received?
  package func examine(_ series: StoredSeries) throws -> SeriesExamination {
    let everything = Instant.representable.lowerBound..<Instant.representable.upperBound
    var examination = SeriesExamination(series: series, digest: try digest(of: series, in: everything))
    let ledger = try ledger(of: series)
    var examiner = BarExaminer(series: series, ledger: ledger)
    try access { database in
      let statement = try database.makeStatement(
        sql:
          "SELECT open_time, received, \(series.columns.joined(separator: ", ")) FROM candle WHERE bar >= ? AND bar < ? ORDER BY bar"
      )
      let keys = BarKey.range(series: series.id, opens: 0..<Int64.max)
      try statement.setArguments([keys.lowerBound, keys.upperBound])
      while sqlite3_step(statement.sqliteStatement) == SQLITE_ROW { examiner.take(statement.sqliteStatement) }
      examination.revisions = try Self.count("revision", of: series, database)
      examination.archives =
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM archive WHERE series = ? AND state = 'taken'",
          arguments: [series.id]) ?? 0
    }
    examiner.finish()
    (examination.bars, examination.first, examination.last) = (examiner.bars, examiner.first, examiner.last)
    examination.problems = examiner.problems
    if let first = examiner.first, let last = examiner.last {
      let inside = ledger.missing.intersection(RangeSet(first..<(last + 1)))
      examination.missing = inside.ranges.reduce(0) {
        $0 + series.grid.steps(from: $1.lowerBound, to: $1.upperBound)
      }
    }
    return examination
  }

  private static func count(_ table: String, of series: StoredSeries, _ database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table) WHERE series = ?", arguments: [series.id])
      ?? 0
  }
}

/// Compares the bars of a series with its ledger as they go by.
private struct BarExaminer {
  let series: StoredSeries
  /// Where bars must be.
  private let owed: RangeSet<Int64>
  private(set) var bars = 0
  private(set) var first: Int64?
  private(set) var last: Int64?
  private(set) var problems: [String] = []
  private var current: Range<Int64> = 0..<0
  private var barsOwed = 0

  init(series: StoredSeries, ledger: SeriesLedger) {
    self.series = series
    owed = ledger.covered.subtracting(ledger.missing)
    for range in owed.ranges { barsOwed += series.grid.steps(from: range.lowerBound, to: range.upperBound) }
  }

  mutating func take(_ statement: SQLiteStatement) {
    let open = sqlite3_column_int64(statement, 0)
    bars += 1
    if first == nil { first = open }
    last = open
    if !series.grid.isOpen(Instant(milliseconds: open)) { report(open, "is not on the grid") }
    if !current.contains(open) {
      current = owed.ranges.first { $0.contains(open) } ?? 0..<0
      if current.isEmpty { report(open, "was never asked for, or is listed as missing") }
    }
    let count = Int(sqlite3_column_bytes(statement, 1))
    let text = UnsafeBufferPointer(start: sqlite3_column_text(statement, 1), count: count)
    let cells = text.split(separator: UInt8(ascii: ","))
    let agrees =
      cells.count == series.columns.count
      && cells.indices.allSatisfy {
        DecimalNumber.parse(UnsafeBufferPointer(rebasing: cells[$0]))
          == sqlite3_column_double(statement, Int32($0) + 2)
      }
    if !agrees { report(open, "has other numbers than were received") }
  }

  mutating func finish() {
    if bars != barsOwed { problems.append("\(barsOwed) bars were received, and \(bars) are there") }
  }

  private mutating func report(_ open: Int64, _ problem: String) {
    guard problems.count < 20 else { return }
    problems.append("the bar of \(Instant(milliseconds: open)) \(problem)")
  }
}
