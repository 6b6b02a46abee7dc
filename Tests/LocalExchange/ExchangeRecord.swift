private import Artifacts

/// What happened at the exchange.
package struct ExchangeRecord: Sendable, Equatable {
  /// Requests that were read, and those that a refused connection lost; redirected ones are counted apart.
  package var requests = 0
  package var byPath: [String: Int] = [:]
  /// By path and query exactly as they were sent.
  package var byTarget: [String: Int] = [:]
  /// Requests that followed a redirect which led nowhere.
  package var redirected = 0
  /// Faults that were done.
  package var faults: [Fault: Int] = [:]
  /// Replies with status 429, faults included.
  package var limited = 0
  /// Replies with status 418.
  package var banned = 0
  /// Requests that came although a Retry-After had not passed.
  package var insideRetryAfter = 0
  /// How the first of them came to be.
  package var offences: [String] = []
  /// Requests that came so shortly after a 429 on another connection that nobody is blamed.
  package var underWay = 0
  package var connections = 0
  package var openConnections = 0
  package var mostOpenConnections = 0
  /// The most requests that were in the server at once while a Retry-After had not passed.
  package var mostRequestsDuringWait = 0
  package var rows = 0
  package var bytes = 0

  package init() {}

  package var failures: Int { faults.values.reduce(0, +) }

  /// As a JSON document; of the exact requests only how many there were and how often the most frequent.
  package var document: String {
    let named = Dictionary(uniqueKeysWithValues: faults.map { ($0.key.rawValue, $0.value) })
    let json: JSON = [
      "requests": JSON(requests), "byPath": Self.counts(byPath), "distinctRequests": JSON(byTarget.count),
      "mostEqualRequests": JSON(byTarget.values.max() ?? 0), "redirected": JSON(redirected),
      "faults": Self.counts(named), "failures": JSON(failures), "limited": JSON(limited),
      "banned": JSON(banned), "insideRetryAfter": JSON(insideRetryAfter),
      "offences": JSON(offences), "connections": JSON(connections),
      "mostOpenConnections": JSON(mostOpenConnections),
      "mostRequestsDuringWait": JSON(mostRequestsDuringWait), "rows": JSON(rows), "underWay": JSON(underWay),
      "bytes": JSON(bytes),
    ]
    return json.document
  }

  private static func counts(_ counts: [String: Int]) -> JSON { .object(counts.mapValues { JSON($0) }) }
}
