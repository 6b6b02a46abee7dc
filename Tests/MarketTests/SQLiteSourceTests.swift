import Artifacts
import CSQLite
import Chronology
import Foundation
import Market
import TestSupport
import Testing

private let rules = SeriesRules(source: "sqlite", interval: Interval("1d"), calendar: .observed)

/// A database made by these statements.
private func database(_ statements: String, in folder: TemporaryFolder) -> String {
  let path = folder.path + "/f.db"
  var connection: OpaquePointer?
  #expect(sqlite3_open(path, &connection) == SQLITE_OK)
  #expect(
    sqlite3_exec(connection, statements, nil, nil, nil) == SQLITE_OK,
    "\(String(cString: sqlite3_errmsg(connection)))")
  sqlite3_close(connection)
  return path
}

private func source(
  _ statements: String, in folder: TemporaryFolder, table: String? = nil, time: String = "time",
  entity: String? = nil, columns: [String]? = nil
) -> SQLiteSource {
  SQLiteSource(
    file: EntityFile(entity: "X", path: database(statements, in: folder)), table: table, timeColumn: time,
    entityColumn: entity, columns: columns)
}

private func message(_ statements: String, table: String? = nil, columns: [String]? = nil) -> String {
  let folder = TemporaryFolder()
  return refusal(source(statements, in: folder, table: table, columns: columns), rules)
}

private let feature = """
  CREATE TABLE FEATURE (time CHAR(25) NOT NULL, share_id CHAR(15) NOT NULL, close_b0 REAL, n INT,
    PRIMARY KEY (time, share_id));
  INSERT INTO FEATURE VALUES ('2024-01-02', '600001', 3.5, 3), ('2024-01-01', '600000', 1.5, 1),
    ('2024-01-02', '600000', 2.5, 2);
  """

@Test func `The feature table is read by share and time`() throws {
  let folder = TemporaryFolder()
  let series = try assembled(source(feature, in: folder), rules).series
  #expect(series.entities == ["600000", "600001"])
  #expect(series.columns.map(\.name) == ["close_b0", "n"])
  #expect(series.values == [1.5, 1, 2.5, 2, 3.5, 3])
  #expect(series.time == [1_704_067_200_000, 1_704_153_600_000, 1_704_153_600_000])
  #expect(Disk.names(in: folder.path) == ["f.db"])
}

@Test func `Any table of any name is read, with any names of columns`() throws {
  let folder = TemporaryFolder()
  let statements = #"""
    CREATE TABLE "x""; drop table y; --" (at INTEGER, "a b" REAL, "say ""hi""" REAL, sum AS ("a b" * 2));
    INSERT INTO "x""; drop table y; --" VALUES (1704067200, 1, 2), (1704153600000, 3, 4);
    CREATE VIEW v AS SELECT 1;
    """#
  let series = try assembled(source(statements, in: folder, time: "at"), rules).series
  #expect(series.entities == ["X"] && series.columns.map(\.name) == ["a b", "say \"hi\""])
  #expect(series.values == [1, 2, 3, 4])
  #expect(series.time == [1_704_067_200_000, 1_704_153_600_000])
}

private func table(_ cell: String, time: String = "'2024-01-01'") -> String {
  "CREATE TABLE t (time, x REAL); INSERT INTO t VALUES ('2024-01-01', 1), (\(time), \(cell));"
}

@Test(arguments: [
  (
    table("'abc'", time: "'2024-01-02'"),
    "f.db, table 't', row 2 by time: 'abc' in column 'x' is no finite decimal number"
  ),
  (table("'7'", time: "'2024-01-02'"), ""), (table("x'00'", time: "'2024-01-02'"), "'a blob' in column 'x'"),
  (table("NULL", time: "'2024-01-02'"), "'NULL' in column 'x'"),
  (table("9e999", time: "'2024-01-02'"), "'Inf' in column 'x'"),
  (table("1", time: "'soon'"), "row 2 by time: 'soon' in column 'time' is no time"),
  (table("1", time: "NULL"), "'NULL' in column 'time'"),
  (table("1", time: "1e300"), "in column 'time' is no time"),
  (table("2"), "f.db, table 't', row 2 by time: 2024-01-01T00:00:00Z stands twice"),
  ("CREATE TABLE t (time, x); INSERT INTO t VALUES ('2024-01-01', '1')", "'1' in column 'x'"),
  ("CREATE TABLE t (time, x)", "the table 't' has no rows"),
  ("CREATE TABLE t (time)", "no column besides time"),
  ("CREATE TABLE t (at, x)", "the table 't' has no column 'time'; there are: at, x"),
  ("CREATE TABLE a (time, x); CREATE TABLE b (time, x)", "set source.table to one of: a, b"),
  ("CREATE VIEW FEATURE AS SELECT 1 AS time, 2 AS x", "there is no table in it"),
  ("CREATE VIRTUAL TABLE FEATURE USING fts5(time, x)", "set source.table"),
  (
    "CREATE TABLE FEATURE (time, share_id, x); INSERT INTO FEATURE VALUES ('2024-01-01', NULL, 1)",
    "row 1 by share_id and time: 'share_id' is no text"
  ),
])
func `A table that is not what it should be is refused with its place`(statements: String, expected: String) {
  let text = message(statements)
  #expect(expected.isEmpty ? text.isEmpty : text.contains(expected), "\(text)")
}

@Test func `A view is never read, even by its name`() {
  let endless = """
    CREATE TABLE a (x);
    CREATE VIEW FEATURE AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS time, x FROM c;
    """
  #expect(
    message(endless, table: "FEATURE").contains(
      "there is no table 'FEATURE'; there are: a; views are not read"))
}

@Test func `Changes that wait beside the file are a reason to refuse it`() throws {
  for suffix in ["-wal", "-journal"] {
    let folder = TemporaryFolder()
    let feature = source(feature, in: folder)
    try folder.write("x", to: "f.db" + suffix)
    #expect(refusal(feature, rules).contains("f.db is not finished: changes wait in"))
    try folder.write("", to: "f.db" + suffix)
    #expect(refusal(feature, rules).isEmpty)
  }
}

@Test func `A file in WAL mode is read, and nothing is left beside it`() throws {
  let folder = TemporaryFolder()
  let finished = source("PRAGMA journal_mode = WAL;" + feature, in: folder)
  #expect(Disk.names(in: folder.path) == ["f.db"])
  #expect(try assembled(finished, rules).series.rowCount == 3)
  #expect(Disk.names(in: folder.path) == ["f.db"])
}

@Test func `What is no database, or a damaged one, is refused in a moment`() throws {
  let clock = ContinuousClock()
  let folder = TemporaryFolder()
  func said(_ bytes: [UInt8]) throws -> String {
    Disk.remove(folder.path + "/bad.db")
    try Disk.create(folder.path + "/bad.db", contents: bytes)
    var text = ""
    let file = EntityFile(entity: "X", path: folder.path + "/bad.db")
    let taken = clock.measure { text = refusal(SQLiteSource(file: file), rules) }
    #expect(taken < .seconds(1))
    return text
  }
  let whole = try Disk.read(database(feature, in: folder))
  #expect(try said([]).contains("bad.db is empty"))
  #expect(try said(Array("time,x\n1,2\n".utf8)).contains("it is no SQLite file"))
  #expect(try !said(Array(whole[..<5000])).isEmpty)
  #expect(try said(Array(whole[..<100])).contains("SQLite cannot read it"))
  var stream = RandomBytes(state: 5)
  for _ in 0..<60 {
    var bytes = whole
    for _ in 0..<6 {
      bytes[Int(stream.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: stream.next())
    }
    _ = try said(bytes)
  }
}

@Test func `Work that a schema hides is stopped`() throws {
  // Computed columns and checks may hold any expression: they are neither read nor run.
  let heavy = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = 'CREATE TABLE t (time, x REAL,
      slow AS (length(replace(hex(zeroblob(7000000)), ''0'', ''ab''))), CHECK (length(hex(zeroblob(x * 4000000))) > 0))';
    """
  let folder = TemporaryFolder()
  let rows = (0..<500).map { "INSERT INTO t VALUES (\($0 * 86_400), 1);" }.joined()
  let clock = ContinuousClock()
  let heavySource = source("CREATE TABLE t (time, x REAL); BEGIN; \(rows) COMMIT; \(heavy)", in: folder)
  var rowCount = 0
  let taken = try clock.measure { rowCount = try assembled(heavySource, rules).series.rowCount }
  #expect(rowCount == 500)
  #expect(taken < .seconds(1))
}

/// Numbers without order, always the same.
private struct RandomBytes {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
