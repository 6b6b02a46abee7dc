private import Chronology

/// Tiingo's crypto prices: objects with doubles, and nothing without a token.
///
/// Source: https://www.tiingo.com/documentation/crypto
struct Tiingo {
  let market: ServedMarket
  let limits: ExchangeLimits

  func answer(_ question: Question, into body: ByteBuffer) -> Answer {
    let request = question.request
    guard request.headers["authorization"] == "Token \(limits.tiingoToken)" else {
      return Self.refuse(401, "Invalid token.", into: body)
    }
    switch request.path {
    case "/api/test":
      body.append("{\"message\":\"You successfully sent a request\"}")
      return Answer(Reply(status: 200))
    case "/tiingo/crypto": return pairs(question, into: body)
    case "/tiingo/crypto/prices": return prices(question, into: body)
    default: return Self.refuse(404, "Not found.", into: body)
    }
  }

  private func pairs(_ question: Question, into body: ByteBuffer) -> Answer {
    let pairs = market.listings.filter { market.isTraded($0, at: question.now) }.map { listing in
      let pair = market.pair(of: listing)
      return "{\"ticker\":\"\((pair.base + pair.quote).lowercased())\",\"name\":\"\(pair.base)\"}"
    }
    body.append("[" + pairs.joined(separator: ",") + "]")
    return Answer(Reply(status: 200))
  }

  private func prices(_ question: Question, into body: ByteBuffer) -> Answer {
    let request = question.request
    guard let grid = Self.grid(request.value("resampleFreq") ?? "5min") else {
      return Self.refuse(400, "Error: resampleFreq is not valid.", into: body)
    }
    guard let start = Self.time(request.value("startDate")), let end = Self.time(request.value("endDate"))
    else {
      return Self.refuse(400, "Error: Date format was not correct.", into: body)
    }
    return prices(grid, from: start, through: end, question, into: body)
  }

  private func prices(
    _ grid: BarGrid, from start: Int64?, through end: Int64?, _ question: Question, into body: ByteBuffer
  ) -> Answer {
    let tickers = (question.request.value("tickers") ?? "").split(separator: ",").map(String.init)
    var rest = limits.tiingoRows
    body.append("[")
    for ticker in tickers {
      guard let listing = market.listing(alias: ticker) else { continue }
      // Without a start only the latest bar is given.
      let opens = market.opens(
        of: listing, grid, from: start ?? .min, through: end ?? .max, now: question.now,
        limit: start == nil ? 1 : rest, newest: start == nil)
      if body.bytes.last != UInt8(ascii: "[") { body.append(",") }
      let series = market.bars.series(of: listing.symbol, grid)
      write(opens.map { series.bar(open: $0, now: question.now) }, of: ticker, into: body)
      rest -= opens.count
    }
    body.append("]")
    return Answer(Reply(status: 200, contentType: "application/json"), rows: limits.tiingoRows - rest)
  }

  private func write(_ bars: [ServedBar], of ticker: String, into body: ByteBuffer) {
    let (base, quote) = (ticker.dropLast(3), ticker.suffix(3))
    body.append("{\"ticker\":\"\(ticker)\",")
    body.append("\"baseCurrency\":\"\(base)\",\"quoteCurrency\":\"\(quote)\",")
    body.append("\"priceData\":[")
    for (position, bar) in bars.enumerated() {
      if position > 0 { body.append(",") }
      body.appendTiingoRow(bar)
    }
    body.append("]}")
  }

  /// `1min`, `4hour`, `1day`.
  private static func grid(_ text: String) -> BarGrid? {
    let units = [("min", 60), ("hour", 3600), ("day", 86_400)]
    guard let (suffix, seconds) = units.first(where: { text.hasSuffix($0.0) }),
      let count = Int(text.dropLast(suffix.count)), (1...1440).contains(count), count * seconds <= 86_400
    else { return nil }
    return BarGrid(seconds: count * seconds)
  }

  /// Nil for what is no time; an inner nil when nothing was sent.
  private static func time(_ text: String?) -> Int64?? {
    guard let text, !text.isEmpty else { return .some(nil) }
    return Instant(parsing: text).map { $0.milliseconds }
  }

  private static func refuse(_ status: Int, _ detail: String, into body: ByteBuffer) -> Answer {
    body.append("{\"detail\":\"\(detail)\"}")
    return Answer(Reply(status: status, contentType: "application/json"))
  }
}

extension ByteBuffer {
  fileprivate func appendTiingoRow(_ bar: ServedBar) {
    let date = Instant(milliseconds: bar.openTime).description.dropLast() + "+00:00"
    append("{\"date\":\"\(date)\"")
    let notional = ServedBar.number(bar.volume) * ServedBar.number(bar.close)
    write(320) { cursor in
      cursor.put(",\"open\":")
      cursor.put(shortest: bar.open)
      cursor.put(",\"high\":")
      cursor.put(shortest: bar.high)
      cursor.put(",\"low\":")
      cursor.put(shortest: bar.low)
      cursor.put(",\"close\":")
      cursor.put(shortest: bar.close)
      cursor.put(",\"volume\":")
      cursor.put(shortest: bar.volume)
      cursor.put(",\"tradesDone\":")
      cursor.put(bar.trades)
    }
    append(".0,\"volumeNotional\":\(notional)}")
  }
}
