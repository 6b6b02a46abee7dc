package import Artifacts
import GRDB

extension CandleStore {
  /// Bulk files of a series of which the checksum is known and nothing more, and those that a server did not have when
  /// it was asked at `since` (ms, by our clock) or later.
  func openArchives(
    of series: StoredSeries, since: Int64
  ) throws -> (announced: [String: Digest], absent: Set<String>) {
    let rows = try access { database in
      try Row.fetchAll(
        database,
        sql:
          "SELECT name, digest, state FROM archive WHERE series = ? AND seen_at >= ? AND state IN ('announced', 'absent')",
        arguments: [series.id, since])
    }
    var announced: [String: Digest] = [:]
    var absent: Set<String> = []
    for row in rows {
      if let digest = Digest(parsing: row["digest"] as String), row["state"] == "announced" {
        announced[row["name"]] = digest
      } else {
        absent.insert(row["name"])
      }
    }
    return (announced, absent)
  }

  /// The latest time of a server that is known, ms: its clock can only have gone on since.
  package func serverTime(of origin: String) throws -> Int64? {
    try access { database in
      try Int64.fetchOne(database, sql: "SELECT server_time FROM clock WHERE origin = ?", arguments: [origin])
    }
  }

  /// Keeps what time a server had.
  package func keep(serverTime: Int64, of origin: String) throws {
    try access { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO clock (origin, server_time) VALUES (?, ?)",
        arguments: [origin, serverTime])
    }
  }
}
