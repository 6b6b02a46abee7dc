/// One of the exchanges that the server plays; each has its own limits.
package enum Venue: String, Sendable, CaseIterable {
  case binance, archive, coinbase, kraken, tiingo

  init?(path: String) {
    if path == "/api/test" || path.hasPrefix("/tiingo/") {
      self = .tiingo
    } else if path.hasPrefix("/api/") {
      self = .binance
    } else if path == "/" || path.hasPrefix("/data/") {
      self = .archive
    } else if path == "/time" || path == "/products" || path.hasPrefix("/products/") {
      self = .coinbase
    } else if path.hasPrefix("/0/public/") {
      self = .kraken
    } else {
      return nil
    }
  }
}
