private import Artifacts
private import Chronology

/// Reads a table of any SQLite file: a column of times, perhaps one that names the entity, and columns of numbers.
///
/// The file may come from anywhere: only real tables are read, every cell must hold what it should, whatever its column
/// was declared as, and a file that its writer has not finished is refused.
package struct SQLiteSource: RowSource, Sendable {
  package var file: EntityFile
  /// Nil for `FEATURE`, or the only table.
  package var table: String?
  package var timeColumn: String
  /// Nil for `share_id` where there is such a column.
  package var entityColumn: String?
  /// Nil for every column that is neither time nor entity.
  package var columns: [String]?
  /// Minutes east of UTC that times without an offset are in.
  package var offsetMinutes: Int

  package init(
    file: EntityFile, table: String? = nil, timeColumn: String = "time", entityColumn: String? = nil,
    columns: [String]? = nil, offsetMinutes: Int = 0
  ) {
    self.file = file
    self.table = table
    self.timeColumn = timeColumn
    self.entityColumn = entityColumn
    self.columns = columns
    self.offsetMinutes = offsetMinutes
  }

  private static let usualTable = "FEATURE"
  private static let usualEntity = "share_id"
  private static let batchRows = 1 << 13

  /// Hands over the table's rows by entity and time; `progress` hears of rows, whose number nobody knows before.
  package func deliver(
    to assembly: SeriesAssembly, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(MarketError) {
    let database = try SQLiteFile(file.path)
    let layout = try layout(of: database)
    try assembly.begin(columns: layout.columns.map { Series.Column(name: $0) })
    let statement = try SQLiteFile.Statement(layout.query, in: database)
    var batch = RowBatch()
    var (name, number, row, rows) = ("", 0, 0, 0)
    while try statement.step() {
      let rowName = try entityName(statement, layout, rows: rows)
      if rows == 0 || rowName != name {
        try assembly.append(batch, entity: number)
        batch = RowBatch()
        (name, number, row) = (rowName, try assembly.entity(named: rowName), 0)
      }
      let place = {
        self.place(of: .number(row), table: layout.table, entity: layout.entity == nil ? nil : name)
      }
      batch.time.append(try time(statement, place))
      for (index, column) in layout.columns.enumerated() {
        batch.values.append(try value(statement, 2 + index, column, place))
      }
      row += 1
      rows += 1
      guard batch.time.count == Self.batchRows else { continue }
      try assembly.append(batch, entity: number)
      batch = RowBatch()
      progress(rows, rows)
    }
    try database.checkNeighbours()
    guard rows > 0 else { throw .database(path: file.path, "the table '\(layout.table)' has no rows") }
    try assembly.append(batch, entity: number)
  }

  // MARK: Layout

  private struct Layout {
    var table: String
    var entity: String?
    var columns: [String]
    var query: String
  }

  private func layout(of database: SQLiteFile) throws(MarketError) -> Layout {
    let table = try tableName(in: database)
    var known: [String] = []
    let statement = try SQLiteFile.Statement("PRAGMA table_xinfo(\(Self.quoted(table)))", in: database)
    while try statement.step() {
      // What is computed from other columns is no data, and nobody knows what computing it takes.
      guard case .integer(0) = statement.cell(6), let name = statement.text(1) else { continue }
      known.append(name)
    }
    func present(_ name: String) throws(MarketError) -> String {
      guard known.contains(name) else {
        throw .database(
          path: file.path,
          "the table '\(table)' has no column '\(name)'; there are: \(known.prefix(40).joined(separator: ", "))"
        )
      }
      return name
    }
    let time = try present(timeColumn)
    var entity: String?
    if let entityColumn {
      entity = try present(entityColumn)
    } else if known.contains(Self.usualEntity) {
      entity = Self.usualEntity
    }
    var chosen: [String] = []
    for name in columns ?? known.filter({ $0 != time && $0 != entity }) { chosen.append(try present(name)) }
    guard !chosen.isEmpty else {
      throw .database(path: file.path, "the table '\(table)' has no column besides time and entity")
    }
    let cells = ([time, entity ?? time] + chosen).map(Self.quoted).joined(separator: ", ")
    let order = [entity, time].compactMap { $0 }.map(Self.quoted).joined(separator: ", ")
    return Layout(
      table: table, entity: entity, columns: chosen,
      query: "SELECT \(cells) FROM main.\(Self.quoted(table)) ORDER BY \(order)")
  }

  /// The table of exactly this name, or the one that is meant when none is named; a view is none.
  private func tableName(in database: SQLiteFile) throws(MarketError) -> String {
    var tables: [String] = []
    let statement = try SQLiteFile.Statement(
      """
      SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0
      AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name LIMIT 10000
      """, in: database)
    while try statement.step() { if let name = statement.text(0) { tables.append(name) } }
    if let table {
      guard tables.contains(table) else {
        throw .database(
          path: file.path,
          "there is no table '\(table)'; there are: \(Self.listed(tables)); views are not read")
      }
      return table
    }
    if tables.contains(Self.usualTable) { return Self.usualTable }
    guard tables.count == 1 else {
      throw .database(
        path: file.path,
        tables.isEmpty
          ? "there is no table in it"
          : "which table is meant? set source.table to one of: \(Self.listed(tables))")
    }
    return tables[0]
  }

  private static func listed(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.prefix(20).joined(separator: ", ")
  }

  /// A name as SQL writes any name: in double quotes, those inside doubled.
  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  // MARK: Cells

  private func entityName(
    _ statement: SQLiteFile.Statement, _ layout: Layout, rows: Int
  ) throws(MarketError) -> String {
    guard let entity = layout.entity else { return file.entity }
    switch statement.cell(1) {
    case .text, .integer: return statement.text(1) ?? ""
    default:
      throw .database(
        path: file.path,
        "table '\(layout.table)', row \(rows + 1) by \(entity) and \(timeColumn): '\(entity)' is no text; mend the row"
      )
    }
  }

  private func time(_ statement: SQLiteFile.Statement, _ place: () -> String) throws(MarketError) -> Int64 {
    var time: Instant?
    switch statement.cell(0) {
    case .integer(let epoch): time = Instant(epoch: epoch)
    case .real(let epoch): time = Int64(exactly: epoch).map(Instant.init(epoch:))
    case .text: time = statement.text(0).flatMap { Instant(parsing: $0, offsetMinutes: offsetMinutes) }
    case .blob, .null: break
    }
    guard let time, Instant.representable.contains(time.milliseconds) else {
      throw .notATime(place: place(), column: timeColumn, text: shown(statement, 0))
    }
    return time.milliseconds
  }

  private func value(
    _ statement: SQLiteFile.Statement, _ index: Int, _ column: String, _ place: () -> String
  ) throws(MarketError) -> Double {
    switch statement.cell(index) {
    case .integer(let value): return Double(value)
    case .real(let value) where value.isFinite: return value
    default: throw .notANumber(place: place(), column: column, text: shown(statement, index))
    }
  }

  /// What stands in a cell, for a message.
  private func shown(_ statement: SQLiteFile.Statement, _ index: Int) -> String {
    switch statement.cell(index) {
    case .null: "NULL"
    case .blob: "a blob"
    default: String((statement.text(index) ?? "").prefix(40))
    }
  }

  // MARK: Places

  /// `feature.db, table 'FEATURE', row 17 of 'A' by time`.
  package func place(of row: RowMark, entity: String) -> String {
    let table = (try? tableName(in: SQLiteFile(file.path))) ?? table ?? Self.usualTable
    return place(of: row, table: table, entity: entityColumn == nil && entity == file.entity ? nil : entity)
  }

  private func place(of row: RowMark, table: String, entity: String?) -> String {
    let whose = entity.map { " of '\($0)'" } ?? ""
    switch row {
    case .number(let number): return "\(file.path), table '\(table)', row \(number + 1)\(whose) by time"
    case .time(let time, _):
      return "\(file.path), table '\(table)', the row\(whose) of \(Instant(milliseconds: time))"
    }
  }
}
