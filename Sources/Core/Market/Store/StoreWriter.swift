import Artifacts
import CSQLite
import Dispatch
import GRDB
import Synchronization

/// Puts entries into the database while the next ones are on their way, many to a transaction.
///
/// GRDB's queue does the work, one entry after the other, in the order in which they were handed over. A class, because
/// it guards what that queue and its owner both look at.
final class StoreWriter: Sendable {
  private struct State {
    var isInTransaction = false
    var counts: [Int64: StoreCounts] = [:]
    var failure: (any Error)?
  }

  private let state = Mutex(State())
  /// No more than so many entries wait in memory.
  private let room = DispatchSemaphore(value: 8)

  /// What was stored of a series since the store was opened.
  func counts(of series: StoredSeries) -> StoreCounts {
    state.withLock { $0.counts[series.id] ?? StoreCounts() }
  }

  /// Throws what went wrong with an entry that was handed over earlier.
  func throwFailure(at path: String) throws {
    guard let failure = state.withLock({ $0.failure }) else { return }
    if let failure = failure as? DatabaseError { throw DownloadError(failure, path: path) }
    throw failure
  }

  /// Hands an entry over; waits only when many are waiting already.
  func hand(_ entry: StoreEntry, over ledger: SeriesLedger, to queue: DatabaseQueue) {
    room.wait()
    queue.asyncWriteWithoutTransaction { [self] database in
      enter(entry, over: ledger, into: database)
      room.signal()
    }
  }

  /// Commits what was handed over so far, and then empties the log that had it.
  func handCommit(emptying log: String, to queue: DatabaseQueue) {
    queue.asyncWriteWithoutTransaction { [self] database in commit(database, emptying: log) }
  }

  /// Enters an entry, in the transaction that is open or a new one.
  func enter(_ entry: StoreEntry, over ledger: SeriesLedger, into database: Database) {
    guard state.withLock({ $0.failure == nil }) else { return }
    do {
      if !state.withLock({ $0.isInTransaction }) {
        try database.execute(sql: "BEGIN IMMEDIATE")
        state.withLock { $0.isInTransaction = true }
      }
      var counts = StoreCounts()
      try database.inSavepoint {
        counts = try CandleStore.write(entry, ledger: entry.ledger(after: ledger), over: ledger, in: database)
        return .commit
      }
      state.withLock { $0.counts[entry.series.id, default: StoreCounts()] += counts }
    } catch { state.withLock { $0.failure = error } }
  }

  func commit(_ database: Database, emptying log: String) {
    do {
      if state.withLock({ $0.isInTransaction }) { try database.execute(sql: "COMMIT") }
      state.withLock { $0.isInTransaction = false }
      // After a failure the log keeps what the database may not have.
      if state.withLock({ $0.failure == nil }) { try Disk.truncate(log, to: 0) }
    } catch { state.withLock { if $0.failure == nil { $0.failure = error } } }
  }

  /// Forgets a failure that is of no consequence.
  func forgive() { state.withLock { $0.failure = nil } }
}
