/// Kraken's bars: the last 720 only, under another name than was asked for, and errors with status 200.
///
/// Weeks are cut from the epoch here; where they really open is not documented.
/// Source: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data
struct Kraken {
  let market: ServedMarket

  private static let minutes = [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600]
  private static let barLimit = 720

  func answer(_ question: Question, into body: ByteBuffer) -> Answer {
    switch question.request.path {
    case "/0/public/Time": time(question, into: body)
    case "/0/public/OHLC": bars(question, into: body)
    case "/0/public/AssetPairs": pairs(question, into: body)
    default: Self.refuse("EGeneral:Unknown method", into: body)
    }
  }

  private func time(_ question: Question, into body: ByteBuffer) -> Answer {
    let seconds = question.now / 1000
    body.append(
      "{\"error\":[],\"result\":{\"unixtime\":\(seconds),\"rfc1123\":\"\(HTTPDate.text(question.now))\"}}")
    return Answer(Reply(status: 200))
  }

  private func pairs(_ question: Question, into body: ByteBuffer) -> Answer {
    let pairs = market.listings.filter { market.isTraded($0, at: question.now) }.map { listing in
      let pair = market.pair(of: listing)
      let name = (pair.base == "BTC" ? "XBT" : pair.base) + pair.quote
      return "\"\(Self.resultName(of: name))\":{\"altname\":\"\(name)\",\"status\":\"online\"}"
    }
    body.append("{\"error\":[],\"result\":{" + pairs.joined(separator: ",") + "}}")
    return Answer(Reply(status: 200))
  }

  private func bars(_ question: Question, into body: ByteBuffer) -> Answer {
    let request = question.request
    guard let pair = request.value("pair"), let listing = market.listing(alias: pair) else {
      return Self.refuse("EQuery:Unknown asset pair", into: body)
    }
    guard let minutes = Int(request.value("interval") ?? "1"), Self.minutes.contains(minutes),
      let since = Int64(request.value("since") ?? "0"), (0...10_000_000_000).contains(since)
    else { return Self.refuse("EGeneral:Invalid arguments", into: body) }
    let grid = BarGrid(seconds: minutes * 60)
    let recent = market.opens(
      of: listing, grid, now: question.now, limit: Self.barLimit, newest: true)
    let series = market.bars.series(of: listing.symbol, grid)
    // The unfinished bar is given whatever `since` says; it alone is not committed.
    let opens = recent.filter { $0 > since * 1000 || $0 == recent.last }
    body.append("{\"error\":[],\"result\":{\"\(Self.resultName(of: pair))\":[")
    for (position, open) in opens.enumerated() {
      if position > 0 { body.append(",") }
      body.appendKrakenRow(series.bar(open: open, now: question.now))
    }
    body.append("],\"last\":\((recent.dropLast().last ?? 0) / 1000)}}")
    return Answer(Reply(status: 200), rows: opens.count)
  }

  /// `XXBTZUSD` of `XBTUSD`: currencies of old get a letter before them.
  static func resultName(of pair: String) -> String {
    let name = pair.uppercased().filter { $0 != "/" }
    guard name.count == 6 else { return name }
    let base = name.prefix(3) == "BTC" ? "XBT" : String(name.prefix(3))
    return "X" + base + "Z" + name.suffix(3)
  }

  private static func refuse(_ error: String, into body: ByteBuffer) -> Answer {
    body.append("{\"error\":[\"\(error)\"]}")
    return Answer(Reply(status: 200))
  }
}

extension ByteBuffer {
  /// Time, open, high, low, close, mean price, volume, trades.
  fileprivate func appendKrakenRow(_ bar: ServedBar) {
    // A bar without trades has a mean price of 0.
    let mean = bar.trades == 0 ? 0 : (bar.high + bar.low) / 2
    write(320) { cursor in
      cursor.put("[")
      cursor.put(bar.openTime / 1000)
      for value in [bar.open, bar.high, bar.low, bar.close, mean, bar.volume] {
        cursor.put(",\"")
        cursor.put(units: value)
        cursor.put("\"")
      }
      cursor.put(",")
      cursor.put(bar.trades)
      cursor.put("]")
    }
  }
}
