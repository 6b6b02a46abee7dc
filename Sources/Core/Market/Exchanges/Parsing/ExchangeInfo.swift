private import Artifacts
package import Chronology

/// Binance's answer to `GET /api/v3/exchangeInfo`: its rate limits and its symbols.
///
/// Names that this program does not know are kept as they came: Binance adds some every year.
/// Format: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints
package struct ExchangeInfo: Equatable, Sendable {
  /// So many requests, or so much weight, in `intervalNum` intervals.
  package struct RateLimit: Equatable, Sendable {
    /// `REQUEST_WEIGHT`, `RAW_REQUESTS`, `ORDERS`.
    package let type: String
    /// `SECOND`, `MINUTE`, `HOUR`, `DAY`.
    package let interval: String
    package let intervalNum: Int
    package let limit: Int

    /// The length of time that the limit is for; nil when the interval is unknown.
    package var seconds: Int? {
      let lengths = ["SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400]
      return lengths[interval].map { $0 * intervalNum }
    }
  }

  package struct Symbol: Equatable, Sendable {
    package let name: String
    /// `TRADING`, `BREAK`, `HALT`, `END_OF_DAY`, `CANCEL_ONLY`.
    package let status: String
  }

  package let serverTime: Instant
  package let rateLimits: [RateLimit]
  package let symbols: [Symbol]

  /// Reads the whole answer; whatever else it holds is passed over.
  package static func parse(_ body: [UInt8]) throws(PageError) -> ExchangeInfo {
    let json: JSON
    do throws(JSON.SyntaxError) { json = try JSON(parsing: body) } catch { throw .malformed("\(error)") }
    guard let time = json["serverTime"]?.integer.flatMap(BinanceTime.instant) else {
      throw .malformed("'serverTime' is no time")
    }
    return ExchangeInfo(
      serverTime: time,
      rateLimits: try list("rateLimits", of: json) { RateLimit(json: $0) },
      symbols: try list("symbols", of: json) { Symbol(json: $0) })
  }

  private static func list<Element>(
    _ key: String, of json: JSON, _ read: (JSON) -> Element?
  ) throws(PageError) -> [Element] {
    guard let elements = json[key]?.array else { throw .malformed("'\(key)' is no list") }
    let values = elements.compactMap(read)
    guard values.count == elements.count else {
      throw .malformed("an element of '\(key)' is not as documented")
    }
    return values
  }
}

extension ExchangeInfo.RateLimit {
  fileprivate init?(json: JSON) {
    guard let type = json["rateLimitType"]?.string, let interval = json["interval"]?.string,
      let count = json["intervalNum"]?.integer, (1...100_000).contains(count),
      let limit = json["limit"]?.integer, limit >= 0
    else { return nil }
    self.init(type: type, interval: interval, intervalNum: count, limit: limit)
  }
}

extension ExchangeInfo.Symbol {
  fileprivate init?(json: JSON) {
    guard let name = json["symbol"]?.string, let status = json["status"]?.string else { return nil }
    self.init(name: name, status: status)
  }
}
