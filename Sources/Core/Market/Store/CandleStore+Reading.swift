package import Artifacts
import GRDB
private import CSQLite

extension CandleStore {
  /// How many bars are handed over at once.
  private static let batch = 8192

  /// Hands over the bars of a series that open in `range`, oldest first: times [n] and values [n, columns].
  package func forEachBatch(
    of series: StoredSeries, in range: Range<Int64>, columns: [String],
    _ body: (_ time: [Int64], _ values: [Double]) throws -> Void
  ) throws {
    let unknown = columns.filter { !series.columns.contains($0) }
    precondition(unknown.isEmpty, "\(series.name) has no columns \(unknown)")
    let sql = "SELECT open_time, \(columns.joined(separator: ", ")) FROM candle"
    try forEachRow(sql, of: series, in: range) { statement, isLast in
      var time: [Int64] = []
      var values: [Double] = []
      time.reserveCapacity(Self.batch)
      values.reserveCapacity(Self.batch * columns.count)
      while time.count < Self.batch {
        guard try Self.step(statement) else {
          isLast = true
          break
        }
        time.append(sqlite3_column_int64(statement, 0))
        for column in columns.indices { values.append(sqlite3_column_double(statement, Int32(column + 1))) }
      }
      if !time.isEmpty { try body(time, values) }
    }
  }

  /// The SHA-256 over the bars that open in `range`: a line `open time,cells as received` for each.
  package func digest(of series: StoredSeries, in range: Range<Int64>) throws -> Digest {
    let hasher = Hasher256()
    var line: [UInt8] = []
    try forEachRow("SELECT open_time, received FROM candle", of: series, in: range) { statement, isLast in
      line.removeAll(keepingCapacity: true)
      while line.count < 1 << 16 {
        guard try Self.step(statement) else {
          isLast = true
          break
        }
        line += "\(sqlite3_column_int64(statement, 0)),".utf8
        let count = Int(sqlite3_column_bytes(statement, 1))
        line += UnsafeBufferPointer(start: sqlite3_column_text(statement, 1), count: count)
        line.append(0x0A)
      }
      line.withUnsafeBytes { hasher.update($0) }
    }
    return hasher.finalize()
  }

  /// The open of the first or last bar, and how many there are.
  package func extent(of series: StoredSeries, in range: Range<Int64>) throws -> (
    first: Int64, last: Int64, count: Int
  )? {
    let keys = BarKey.range(series: series.id, opens: range)
    return try access { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT min(open_time) AS first, max(open_time) AS last, count(*) AS count FROM candle
          WHERE bar >= ? AND bar < ?
          """, arguments: [keys.lowerBound, keys.upperBound])
      guard let row, let first = row["first"] as Int64?, let last = row["last"] as Int64? else { return nil }
      return (first, last, row["count"])
    }
  }

  /// Runs a selection over the bars of a range; `body` takes as many rows as it likes and says when none is left.
  private func forEachRow(
    _ selection: String, of series: StoredSeries, in range: Range<Int64>,
    _ body: (SQLiteStatement, inout Bool) throws -> Void
  ) throws {
    let keys = BarKey.range(series: series.id, opens: range)
    try access { database in
      let statement = try database.makeStatement(
        sql: selection + " WHERE bar >= ? AND bar < ? ORDER BY bar")
      try statement.setArguments([keys.lowerBound, keys.upperBound])
      var isLast = false
      while !isLast { try body(statement.sqliteStatement, &isLast) }
      sqlite3_reset(statement.sqliteStatement)
    }
  }

  private static func step(_ statement: SQLiteStatement) throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
    }
  }
}
