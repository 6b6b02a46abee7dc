/// What a client asks of `/api/v3/klines`, checked as Binance checks it.
struct KlinesQuery {
  var listing: ServedMarket.Listing
  var grid: BarGrid
  /// Milliseconds; bars that open then or later.
  var start: Int64?
  /// Milliseconds; bars that open then or earlier.
  var end: Int64?
  var limit: Int

  private static let parameters = ["symbol", "interval", "startTime", "endTime", "timeZone", "limit"]
  /// What a symbol may consist of, beside letters beyond ASCII.
  static let symbolPattern = "^[A-Z0-9-_.]{1,20}$"

  init(_ request: Request, market: ServedMarket, now: Int64) throws(BinanceRefusal) {
    try Self.check(request.query, known: Self.parameters)
    let symbol = try Self.mandatory("symbol", in: request)
    let interval = try Self.mandatory("interval", in: request)
    try Self.checkSymbol(symbol, in: "symbol")
    guard let listing = market.listing(of: symbol), market.isTraded(listing, at: now) else {
      throw .invalidSymbol
    }
    guard let grid = BarGrid(interval) else { throw .invalidInterval }
    self.listing = listing
    self.grid = grid
    start = try Self.time("startTime", in: request, roundingUp: true)
    end = try Self.time("endTime", in: request, roundingUp: false)
    if let start, let end, start > end { throw .startAfterEnd }
    let count = try Self.number("limit", in: request) ?? 500
    guard count > 0 else { throw .invalid("limit") }
    // What a limit above 1000 does is not documented; such a page is cut.
    limit = Int(min(count, 1000))
    // Other zones would shift the days; no client of ours asks for them.
    guard ["0", "0:00", "00:00"].contains(request.value("timeZone") ?? "0") else {
      throw .invalid("timeZone")
    }
  }

  /// Refuses parameters that are unknown, that stand twice, or that are empty.
  static func check(_ query: [(name: String, value: String)], known: [String]) throws(BinanceRefusal) {
    for (position, parameter) in query.enumerated()
    where query[..<position].contains(where: { $0.name == parameter.name }) {
      throw .duplicate(parameter.name)
    }
    let read = query.count { known.contains($0.name) }
    guard read == query.count else { throw .unread(read: read, sent: query.count) }
    if let empty = query.first(where: { $0.value.isEmpty && !["symbol", "interval"].contains($0.name) }) {
      throw .empty(empty.name)
    }
  }

  static func checkSymbol(_ symbol: String, in name: String) throws(BinanceRefusal) {
    let isLegal = symbol.unicodeScalars.allSatisfy {
      ("A"..."Z").contains($0) || ("0"..."9").contains($0) || "-_.".unicodeScalars.contains($0)
        || $0.value >= 0x80
    }
    guard isLegal, (1...20).contains(symbol.unicodeScalars.count) else {
      throw .illegalCharacters(name, symbolPattern)
    }
  }

  private static func mandatory(_ name: String, in request: Request) throws(BinanceRefusal) -> String {
    guard let value = request.value(name), !value.isEmpty else { throw .missing(name) }
    return value
  }

  private static func number(_ name: String, in request: Request) throws(BinanceRefusal) -> Int64? {
    guard let text = request.value(name) else { return nil }
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), text.utf8.count <= 20 else {
      throw .illegalCharacters(name, "^[0-9]{1,20}$")
    }
    guard let value = Int64(text) else { throw .overflow(name) }
    return value
  }

  /// Milliseconds, of milli- or microseconds.
  private static func time(
    _ name: String, in request: Request, roundingUp: Bool
  ) throws(BinanceRefusal) -> Int64? {
    guard let value = try number(name, in: request) else { return nil }
    guard value >= 100_000_000_000_000 else { return value }
    return value / 1000 + (roundingUp && value % 1000 > 0 ? 1 : 0)
  }
}
