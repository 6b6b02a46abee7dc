private import Artifacts
package import Chronology
package import HTTP
import GRDB
private import CSQLite

/// The one local store of candles: every bar that was ever received, what was asked, and what was missing.
///
/// A class, because it guards the connection and the lock that makes this process the store's only writer. It is
/// private to `extract`; other stages read `series` artifacts. Entries are written down as they come and go into the
/// database many at a time, while the next are on their way,
/// each transaction synced: after a power cut the store is whole, and after a kill nothing that was received is lost.
package final class CandleStore {
  package let path: String
  private let queue: DatabaseQueue
  private let lock: OpenFile
  private let writer = StoreWriter()
  /// Two logs in turn: one takes entries while those of the other go into the database.
  private let logs: [EntryLog]
  private var turn = 0
  /// How many entries the log in use has.
  private var entriesInLog = 0
  /// Since the store was opened: written down, and of these handed to the database.
  private var entriesNoted = 0
  private var entriesHanded = 0
  private let time: any Timekeeper
  private var logBegan = 0.0

  /// The logs change places after so many entries, or so many seconds.
  private static let entryLimit = 64
  private static let secondLimit = 1.0

  /// Opens the store in `folder`, or makes it; calls `waiting` once when another process has it, and then waits.
  package init(in folder: String, time: any Timekeeper = SystemTime(), waiting: () -> Void = {}) throws {
    self.time = time
    path = folder + "/market.sqlite"
    try Disk.createDirectory(folder)
    lock = try OpenFile(appending: folder + "/.lock")
    if !lock.tryLock() {
      waiting()
      try lock.lock()
    }
    queue = try Self.connection(to: path)
    logs = [try EntryLog(folder + "/incoming-0"), try EntryLog(folder + "/incoming-1")]
    try recover()
  }

  deinit { try? commit() }

  private static func connection(to path: String) throws -> DatabaseQueue {
    var configuration = GRDB.Configuration()
    // Entries come one by one and share a transaction.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA page_size = 16384; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;
          PRAGMA mmap_size = 0; PRAGMA cache_size = -16000; PRAGMA trusted_schema = OFF;
          """)
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.inDatabase { database in try claim(database, path: path) }
      try CandleSchema.migrator.migrate(queue)
      return queue
    } catch let error as DatabaseError { throw DownloadError(error, path: path) }
  }

  /// Refuses a database that is somebody else's, and one that a later version wrote.
  private static func claim(_ database: Database, path: String) throws {
    let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    let identity = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    if tables == 0, identity == 0 {
      return try database.execute(sql: "PRAGMA application_id = \(CandleSchema.applicationID)")
    }
    guard identity == CandleSchema.applicationID else { throw DownloadError.notOurStore(path: path) }
    guard try !CandleSchema.migrator.hasBeenSuperseded(database) else {
      throw DownloadError.newerStore(path: path)
    }
  }

  /// Runs `body` on the connection; a failure of the database becomes an error that names the file.
  func access<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do { return try queue.inDatabase(body) } catch let error as DatabaseError {
      throw DownloadError(error, path: path)
    }
  }
}

extension CandleStore {
  /// Writes an entry down, which makes it safe from a kill, and gives what is known of the series with it.
  ///
  /// ``enter(_:over:)`` has to follow before the next entry of the series is written down.
  package func note(_ entry: StoreEntry, ledger: SeriesLedger) throws -> SeriesLedger {
    try writer.throwFailure(at: path)
    if entriesInLog == 0 { logBegan = time.seconds }
    try logs[turn].append(entry.bytes(number: entriesNoted))
    entriesInLog += 1
    entriesNoted += 1
    return entry.ledger(after: ledger)
  }

  /// Hands an entry that was written down to the database, which takes it while others are on their way.
  ///
  /// A bar that is there with other cells is revised where the entry allows it; elsewhere it is a conflict, which nobody
  /// may decide in silence: then nothing of the entry is kept, and a later call throws.
  package func enter(_ entry: StoreEntry, over ledger: SeriesLedger) throws {
    try writer.throwFailure(at: path)
    writer.hand(entry, over: ledger, to: queue)
    entriesHanded += 1
    if entriesInLog >= Self.entryLimit || time.seconds - logBegan > Self.secondLimit { changeLogs() }
  }

  /// Has the log in use committed and emptied, unless it holds what the database was not given yet.
  private func changeLogs() {
    guard entriesHanded == entriesNoted else { return }
    writer.handCommit(emptying: logs[turn].path, to: queue)
    turn = 1 - turn
    entriesInLog = 0
  }

  /// Waits until everything that was handed over is in the database and synced.
  package func commit() throws {
    changeLogs()
    // What comes after it on the queue is done after it.
    try access { _ in }
    try writer.throwFailure(at: path)
  }

  /// What was stored of a series since the store was opened, as far as it is known by now.
  package func counts(of series: StoredSeries) -> StoreCounts { writer.counts(of: series) }

  /// Brings in what an earlier process had written down and not yet committed.
  private func recover() throws {
    // A log may hold nothing but the beginning of an entry, behind which nothing could be found again.
    guard logs.contains(where: { !$0.isEmpty }) else { return }
    let written = try logs.flatMap { try $0.entries() }
    let entries = try written.compactMap { try StoreEntry.numbered($0[...]) { try series($0, columns: $1) } }
    for (_, entry) in entries.sorted(by: { $0.number < $1.number }) {
      let ledger = try ledger(of: entry.series)
      try access { database in writer.enter(entry, over: ledger, into: database) }
      do { try writer.throwFailure(at: path) } catch let error as DownloadError {
        guard error.isAboutBars else { throw error }
        // It was told to that process's user, and is told again when the source is asked again.
        writer.forgive()
      }
    }
    try access { database in for log in logs { writer.commit(database, emptying: log.path) } }
    try writer.throwFailure(at: path)
  }
}

/// A series of the store.
package struct StoredSeries: Sendable, Hashable {
  package let id: Int64
  package let name: SeriesName
  /// Names of the values of a bar, in the order in which pages carry them.
  package let columns: [String]

  package var grid: CandleGrid { CandleGrid(name.interval) }
}

/// Which series is meant.
package struct SeriesName: Sendable, Hashable, CustomStringConvertible {
  /// The source, with the host when it is not the source's own: bars of a test server never mix with real ones.
  package var origin: String
  package var symbol: String
  package var interval: Interval

  package init(origin: String, symbol: String, interval: Interval) {
    self.origin = origin
    self.symbol = symbol
    self.interval = interval
  }

  package var description: String { "\(symbol) \(interval)" }
}

extension CandleStore {
  /// The series of that name, made when it is not there yet.
  package func series(_ name: SeriesName, columns: [String]) throws -> StoredSeries {
    precondition(
      Set(columns).isSubset(of: CandleSchema.numberColumns), "the store has no place for \(columns)")
    let key: [any DatabaseValueConvertible] = [name.origin, name.symbol, name.interval.description]
    let id = try access { database in
      try database.execute(
        sql:
          "INSERT INTO series (origin, symbol, interval, columns) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        arguments: StatementArguments(key + [columns.joined(separator: ",")]))
      return try Int64.fetchOne(
        database, sql: "SELECT id FROM series WHERE origin = ? AND symbol = ? AND interval = ?",
        arguments: StatementArguments(key))
    }
    guard let id else { preconditionFailure("\(name) was entered a moment ago") }
    return StoredSeries(id: id, name: name, columns: columns)
  }

  /// All series, by origin, symbol and interval.
  package func allSeries() throws -> [StoredSeries] {
    try access { database in
      try Row.fetchAll(database, sql: "SELECT * FROM series ORDER BY origin, symbol, interval").compactMap {
        row in
        guard let interval = Interval(row["interval"] as String) else { return nil }
        let name = SeriesName(origin: row["origin"], symbol: row["symbol"], interval: interval)
        let columns = (row["columns"] as String).split(separator: ",").map(String.init)
        return StoredSeries(id: row["id"], name: name, columns: columns)
      }
    }
  }

  /// What is known of a series beyond its bars.
  package func ledger(of series: StoredSeries) throws -> SeriesLedger {
    try access { database in
      var ledger = SeriesLedger()
      for kind in SpanKind.allCases {
        let rows = try Row.fetchAll(
          database, sql: "SELECT first, end FROM span WHERE series = ? AND kind = ? ORDER BY first",
          arguments: [series.id, kind.rawValue])
        for row in rows { ledger[keyPath: kind.path].insert(contentsOf: row["first"]..<row["end"]) }
      }
      return ledger
    }
  }
}

extension DownloadError {
  init(_ error: DatabaseError, path: String) {
    self = .store(
      path: path, code: error.extendedResultCode.rawValue, problem: error.message ?? "the database failed")
  }
}
