/// How much the exchange gives, and how it punishes.
package struct ExchangeLimits: Sendable, Equatable {
  /// Of Binance's REST interface, a minute of the exchange's clock.
  package var weightPerMinute = 6000
  /// Told in `exchangeInfo`, not enforced.
  package var rawRequestsPerFiveMinutes = 300_000
  /// Requests inside a Retry-After until the address is banned.
  package var violationsBeforeBan = 3
  package var firstBanSeconds: Int64 = 120
  package var longestBanSeconds: Int64 = 259_200
  /// Nobody is held to a Retry-After that is longer.
  package var longestRetrySeconds: Int64 = 259_200
  /// A request on another connection may have been under way while a 429 was sent; of the system's clock.
  package var graceSeconds = 0.1
  /// So many of them are not blamed.
  package var graceRequests = 8
  package var tiingoToken = "secret"
  package var tiingoRows = 5000
  /// A connection without requests is closed after so long.
  package var idleSeconds = 60

  package init() {}
}
