package import Artifacts
private import Chronology
import GRDB
private import Numerics
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
    // A file can be changed behind our back: the numbers are believed only where they are what was received.
    let sql = "SELECT open_time, received, \(columns.joined(separator: ", ")) FROM candle"
    let proof = ReceivedCells(series, columns: columns)
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
        for column in columns.indices { values.append(sqlite3_column_double(statement, Int32(column + 2))) }
        guard proof.agree(with: values.suffix(columns.count), in: statement, column: 1) else {
          let time = Instant(milliseconds: sqlite3_column_int64(statement, 0))
          throw DownloadError.damaged(
            path: path, problem: "the bar of \(series.name) at \(time) has other numbers than were received")
        }
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

/// Compares the numbers of bars with the cells that were received of them.
private struct ReceivedCells {
  /// For each cell, in order, which of the chosen columns it is; nil for one that was not chosen.
  private let places: [Int?]

  init(_ series: StoredSeries, columns: [String]) {
    places = series.columns.map { columns.firstIndex(of: $0) }
  }

  func agree(with values: ArraySlice<Double>, in statement: SQLiteStatement, column: Int32) -> Bool {
    let text = UnsafeBufferPointer(
      start: sqlite3_column_text(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
    var index = 0
    for (cell, place) in places.enumerated() {
      if cell > 0 {
        guard index < text.count, text[index] == UInt8(ascii: ",") else { return false }
        index += 1
      }
      guard let number = DecimalNumber.scan(text, from: &index),
        place.map({ values[values.startIndex + $0] == number }) ?? true
      else { return false }
    }
    return index == text.count
  }
}
