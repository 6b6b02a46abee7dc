private import Artifacts

/// Binance's public REST interface.
///
/// Source: https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md
struct BinanceREST {
  let market: ServedMarket
  let limits: ExchangeLimits

  static func weight(ofPath path: String) -> Int {
    switch path {
    case "/api/v3/klines": 2
    case "/api/v3/exchangeInfo": 20
    default: 1
    }
  }

  func answer(_ question: Question, into body: ByteBuffer) -> Answer {
    do throws(BinanceRefusal) {
      let isMicroseconds = try Self.wantsMicroseconds(question.request)
      switch question.request.path {
      case "/api/v3/ping": return try ping(question, into: body)
      case "/api/v3/time": return try time(question, isMicroseconds, into: body)
      case "/api/v3/exchangeInfo": return try exchangeInfo(question, isMicroseconds, into: body)
      case "/api/v3/klines": return try klines(question, isMicroseconds, into: body)
      default: throw .unknownPath(question.request.path)
      }
    } catch {
      return error.answer(into: body)
    }
  }

  private static func wantsMicroseconds(_ request: Request) throws(BinanceRefusal) -> Bool {
    switch request.headers["x-mbx-time-unit"] {
    case nil, "MILLISECOND", "millisecond": return false
    case "MICROSECOND", "microsecond": return true
    default: throw .badTimeUnit
    }
  }

  private func ping(_ question: Question, into body: ByteBuffer) throws(BinanceRefusal) -> Answer {
    try KlinesQuery.check(question.request.query, known: [])
    body.append("{}")
    return Answer(Reply(status: 200))
  }

  private func time(
    _ question: Question, _ isMicroseconds: Bool, into body: ByteBuffer
  ) throws(BinanceRefusal) -> Answer {
    try KlinesQuery.check(question.request.query, known: [])
    body.append("{\"serverTime\":")
    body.append(isMicroseconds ? question.now * 1000 : question.now)
    body.append("}")
    return Answer(Reply(status: 200))
  }

  private func klines(
    _ question: Question, _ isMicroseconds: Bool, into body: ByteBuffer
  ) throws(BinanceRefusal) -> Answer {
    let query = try KlinesQuery(question.request, market: market, now: question.now)
    let page = KlinesPage(query, market: market, question: question, isMicroseconds: isMicroseconds)
    page.write(into: body)
    return Answer(Reply(status: 200), rows: page.rows, isDamaged: page.isDamaged)
  }
}

// MARK: Exchange information

extension BinanceREST {
  private func exchangeInfo(
    _ question: Question, _ isMicroseconds: Bool, into body: ByteBuffer
  ) throws(BinanceRefusal) -> Answer {
    let request = question.request
    try KlinesQuery.check(
      request.query,
      known: ["symbol", "symbols", "permissions", "showPermissionSets", "symbolStatus"])
    var listings = market.listings.filter { market.isTraded($0, at: question.now) }
    if let names = try Self.names(request) {
      listings = try names.map { name throws(BinanceRefusal) in
        guard let listing = listings.first(where: { $0.symbol == name }) else { throw .invalidSymbol }
        return listing
      }
    }
    if let status = request.value("symbolStatus") {
      guard ["TRADING", "HALT", "BREAK"].contains(status) else {
        throw BinanceRefusal(-1122, "Invalid symbolStatus.")
      }
      listings = listings.filter { $0.status == status }
    }
    let info: JSON = [
      "timezone": "UTC", "serverTime": .integer(isMicroseconds ? question.now * 1000 : question.now),
      "rateLimits": rateLimits, "exchangeFilters": [], "symbols": .array(listings.map(Self.description)),
    ]
    body.append(info.canonical)
    return Answer(Reply(status: 200))
  }

  /// The symbols that were asked for; nil for all.
  private static func names(_ request: Request) throws(BinanceRefusal) -> [String]? {
    if let symbol = request.value("symbol") {
      try KlinesQuery.checkSymbol(symbol, in: "symbol")
      return [symbol]
    }
    guard let text = request.value("symbols") else { return nil }
    guard let list = try? JSON(parsing: text), let names = list.strings, !names.isEmpty else {
      throw .illegalCharacters("symbols", #"^\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\]$"#)
    }
    for name in names { try KlinesQuery.checkSymbol(name, in: "symbols") }
    return names
  }

  private var rateLimits: JSON {
    [
      [
        "rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1,
        "limit": JSON(limits.weightPerMinute),
      ],
      [
        "rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5,
        "limit": JSON(limits.rawRequestsPerFiveMinutes),
      ],
    ]
  }

  private static func description(_ listing: ServedMarket.Listing) -> JSON {
    let quotes = ["USDT", "USDC", "FDUSD", "BTC", "ETH", "BNB", "EUR", "USD"]
    let quote = quotes.first { listing.symbol.hasSuffix($0) && listing.symbol != $0 } ?? "USDT"
    let base = listing.symbol.hasSuffix(quote) ? String(listing.symbol.dropLast(quote.count)) : listing.symbol
    return [
      "symbol": .string(listing.symbol), "status": .string(listing.status), "baseAsset": .string(base),
      "baseAssetPrecision": 8, "quoteAsset": .string(quote), "quotePrecision": 8, "quoteAssetPrecision": 8,
      "isSpotTradingAllowed": true, "isMarginTradingAllowed": false, "permissions": [],
      "permissionSets": [["SPOT"]], "filters": [],
    ]
  }
}
