private import Artifacts
private import CSQLite
private import Glibc
private import Numerics

/// An SQLite file of unknown origin, opened for reading and trusted in nothing.
///
/// What a hostile file can do is bounded on every side: no view, trigger, virtual table or function of the schema is
/// run, cells and memory have limits, and each step has a deadline. See https://www.sqlite.org/security.html.
///
/// A class, because it guards the connection.
final class SQLiteFile {
  private let path: String
  private var database: OpaquePointer?
  private let watch: Watch
  /// What a step may take: a moment until the schema is read, then the time to go through the file as well.
  private var allowance = SQLiteFile.moment

  private static let moment = 0.6
  private static let bytesPerSecond = 50e6

  /// A step that took too long is stopped here.
  ///
  /// A class, because the library keeps a pointer to it.
  private final class Watch {
    var deadline = 0.0
    static var now: Double {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
  }

  init(_ path: String) throws(MarketError) {
    self.path = path
    watch = Watch()
    let size: Int
    let head: [UInt8]
    do throws(DiskError) {
      let file = try OpenFile(reading: path)
      size = try file.size()
      head = try file.readAll(size: min(size, 20))
    } catch { throw .disk(error) }
    guard size > 0 else { throw .empty(path: path) }
    guard head.starts(with: Array("SQLite format 3\0".utf8)), head.count == 20 else {
      throw .database(path: path, "it is no SQLite file")
    }
    try checkNeighbours()
    try open(isImmutable: head[18] == 2)
    try protect()
    try run("SELECT 1 FROM main.sqlite_schema LIMIT 1")
    allowance += Double(size) / Self.bytesPerSecond
    try check()
  }

  deinit { sqlite3_close_v2(database) }

  // MARK: Opening

  /// Refuses a file whose writer has left, or is just making, changes beside it.
  ///
  /// The key of the step counts the file alone, so what waits elsewhere must not be read.
  func checkNeighbours() throws(MarketError) {
    for suffix in ["-wal", "-journal"] where (Disk.size(of: path + suffix) ?? 0) > 0 {
      throw .unfinishedDatabase(path: path, beside: path + suffix)
    }
  }

  /// Opens the file for reading.
  ///
  /// One in WAL mode with nothing beside it is opened as one that cannot change, or else SQLite would leave files
  /// beside it; whether it changed all the same, its digest says afterwards.
  private func open(isImmutable: Bool) throws(MarketError) {
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let address = "file:" + Self.escaped(path) + "?mode=ro" + (isImmutable ? "&immutable=1" : "")
    guard sqlite3_open_v2(address, &database, flags, nil) == SQLITE_OK else { throw problem() }
  }

  /// The path as part of a URI: nothing in it may be taken for a parameter.
  private static func escaped(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = path.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        [byte]
      default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func protect() throws(MarketError) {
    sqlite3_hard_heap_limit64(96 << 20)
    for (option, value) in [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_VIEW, 0),
      (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0), (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    ] as [(Int32, Int32)] {
      guard sqlite_configure(database, option, value) == SQLITE_OK else { throw problem() }
    }
    for (limit, value) in [
      (SQLITE_LIMIT_LENGTH, 16 << 20), (SQLITE_LIMIT_SQL_LENGTH, 1 << 20), (SQLITE_LIMIT_COLUMN, 2000),
      (SQLITE_LIMIT_EXPR_DEPTH, 100), (SQLITE_LIMIT_COMPOUND_SELECT, 3), (SQLITE_LIMIT_VDBE_OP, 100_000),
      (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50), (SQLITE_LIMIT_WORKER_THREADS, 0),
    ] as [(Int32, Int32)] { sqlite3_limit(database, limit, value) }
    sqlite3_progress_handler(
      database, 1000,
      { context in
        guard let context else { return 1 }
        return Watch.now > Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue().deadline ? 1 : 0
      }, Unmanaged.passUnretained(watch).toOpaque())
    for setting in [
      "trusted_schema=0", "cell_size_check=1", "mmap_size=0", "query_only=1", "ignore_check_constraints=1",
      "cache_size=-16384", "temp_store=1",
    ] { try run("PRAGMA " + setting) }
  }

  private func check() throws(MarketError) {
    let statement = try Statement("PRAGMA quick_check(1)", in: self)
    guard try statement.step(), let verdict = statement.text(0) else { throw problem() }
    guard verdict == "ok" else { throw .database(path: path, "it is damaged: \(verdict.prefix(120))") }
  }

  private func run(_ text: String) throws(MarketError) {
    let statement = try Statement(text, in: self)
    while try statement.step() {}
  }

  /// What the library says went wrong.
  private func problem() -> MarketError {
    let code = sqlite3_errcode(database)
    switch code & 0xFF {
    case SQLITE_INTERRUPT:
      return .database(
        path: path,
        "a step of reading it took more than \(DecimalNumber.fixed(allowance, places: 1)) s; it was stopped")
    case SQLITE_NOMEM: return .database(path: path, "it asks for more memory than it may have")
    case SQLITE_CANTOPEN:
      return .database(
        path: path,
        "it cannot be opened; a file in WAL mode needs a folder that can be written, or PRAGMA journal_mode=DELETE"
      )
    default:
      let words = sqlite3_errmsg(database).map { String(cString: $0) } ?? "out of memory"
      return .database(path: path, "SQLite cannot read it: \(words.prefix(200)) (\(code))")
    }
  }

  // MARK: Statements

  /// A prepared statement.
  ///
  /// A class, because it guards what the library holds for it.
  final class Statement {
    private let file: SQLiteFile
    private var statement: OpaquePointer?

    init(_ text: String, _ parameters: [String] = [], in file: SQLiteFile) throws(MarketError) {
      self.file = file
      file.watch.deadline = Watch.now + file.allowance
      guard sqlite3_prepare_v2(file.database, text, -1, &statement, nil) == SQLITE_OK else {
        throw file.problem()
      }
      for (index, parameter) in parameters.enumerated() {
        guard sqlite_bind_copy(statement, Int32(index + 1), parameter, -1) == SQLITE_OK else {
          throw file.problem()
        }
      }
    }

    deinit { sqlite3_finalize(statement) }

    /// Goes to the next row; false when there is none.
    func step() throws(MarketError) -> Bool {
      file.watch.deadline = Watch.now + file.allowance
      switch sqlite3_step(statement) {
      case SQLITE_ROW: return true
      case SQLITE_DONE: return false
      default: throw file.problem()
      }
    }

    /// What a cell holds, whatever its column was declared as.
    func cell(_ column: Int) -> Cell {
      let column = Int32(column)
      switch sqlite3_column_type(statement, column) {
      case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
      case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
      case SQLITE_TEXT: return .text
      case SQLITE_BLOB: return .blob
      default: return .null
      }
    }

    /// A cell as text; nil when it is NULL.
    func text(_ column: Int) -> String? {
      sqlite3_column_text(statement, Int32(column)).map {
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
      }
    }
  }

  /// The storage class of a cell, and its value where it is a number.
  enum Cell {
    case integer(Int64)
    case real(Double)
    case text, blob, null
  }
}
