import GRDB
package import HTTP

extension CandleStore {
  /// What a server allows, when it has told since a time (ms, by our clock); nil otherwise.
  package func limits(of origin: String, since: Int64) throws -> [RateLimit]? {
    let rows = try access { database in
      try Row.fetchAll(
        database, sql: "SELECT unit, seconds, amount FROM rate_limit WHERE origin = ? AND asked_at >= ?",
        arguments: [origin, since])
    }
    let limits = rows.map { row in
      RateLimit(
        limit: row["amount"], windowSeconds: row["seconds"],
        unit: row["unit"] == "weight" ? .weight : .requests)
    }
    return limits.isEmpty ? nil : limits
  }

  /// Keeps what a server has told of its limits.
  package func keep(_ limits: [RateLimit], of origin: String, at time: Int64) throws {
    try access { database in
      try database.inSavepoint {
        try database.execute(sql: "DELETE FROM rate_limit WHERE origin = ?", arguments: [origin])
        for limit in limits {
          try database.execute(
            sql:
              "INSERT OR REPLACE INTO rate_limit (origin, unit, seconds, amount, asked_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [
              origin, limit.unit == .weight ? "weight" : "requests", limit.windowSeconds, limit.limit, time,
            ])
        }
        return .commit
      }
    }
  }
}
