private import Chronology

/// Coinbase Exchange's candles: newest first, numbers, low before high.
///
/// Source: https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproductcandles
struct Coinbase {
  let market: ServedMarket

  private static let granularities = [60, 300, 900, 3600, 21_600, 86_400]
  private static let candleLimit = 300

  func answer(_ question: Question, into body: ByteBuffer) -> Answer {
    let parts = question.request.path.split(separator: "/").map(String.init)
    if parts == ["time"] { return time(question, into: body) }
    if parts == ["products"] { return products(question, into: body) }
    guard parts.count == 3, parts[2] == "candles", let listing = market.listing(alias: parts[1]) else {
      return Self.refuse(404, "NotFound", into: body)
    }
    guard let seconds = Int(question.request.value("granularity") ?? "60"),
      Self.granularities.contains(seconds)
    else { return Self.refuse(400, "Unsupported granularity", into: body) }
    return candles(of: listing, BarGrid(seconds: seconds), question, into: body)
  }

  private func time(_ question: Question, into body: ByteBuffer) -> Answer {
    let instant = Instant(milliseconds: question.now)
    body.append("{\"iso\":\"\(instant)\",\"epoch\":\(Double(question.now) / 1000)}")
    return Answer(Reply(status: 200))
  }

  private func products(_ question: Question, into body: ByteBuffer) -> Answer {
    let products = market.listings.filter { market.isTraded($0, at: question.now) }.map { listing in
      let pair = market.pair(of: listing)
      return "{\"id\":\"\(pair.base)-\(pair.quote)\",\"status\":\"online\"}"
    }
    body.append("[" + products.joined(separator: ",") + "]")
    return Answer(Reply(status: 200))
  }

  private func candles(
    of listing: ServedMarket.Listing, _ grid: BarGrid, _ question: Question, into body: ByteBuffer
  ) -> Answer {
    var (start, end) = (question.now - Int64(Self.candleLimit) * grid.milliseconds + 1, question.now)
    let (startText, endText) = (question.request.value("start"), question.request.value("end"))
    // One without the other is ignored.
    if let startText, let endText {
      guard let from = Instant(parsing: startText), let to = Instant(parsing: endText), from <= to else {
        return Self.refuse(400, "invalid start or end", into: body)
      }
      (start, end) = (from.milliseconds, to.milliseconds)
    }
    let count = (grid.open(atOrBefore: end) - grid.open(atOrAfter: start)) / grid.milliseconds + 1
    guard count <= Self.candleLimit else {
      return Self.refuse(
        400,
        """
        granularity too small for the requested time range. Count of aggregations requested exceeds \
        \(Self.candleLimit)
        """, into: body)
    }
    // «Some candles may precede start»: here those of every seventh start do.
    let precedes = count < Self.candleLimit && start / grid.milliseconds % 7 == 0
    let opens = market.opens(
      of: listing, grid, from: precedes ? start - grid.milliseconds : start, through: end, now: question.now
    ).filter { market.hasTicks(listing.symbol, open: $0) }
    let series = market.bars.series(of: listing.symbol, grid)
    write(opens.reversed().map { series.bar(open: $0, now: question.now) }, into: body)
    return Answer(Reply(status: 200), rows: opens.count)
  }

  private func write(_ bars: [ServedBar], into body: ByteBuffer) {
    body.append("[")
    for (position, bar) in bars.enumerated() {
      body.write(320) { cursor in
        cursor.put(position > 0 ? ",[" : "[")
        cursor.put(bar.openTime / 1000)
        for value in [bar.low, bar.high, bar.open, bar.close, bar.volume] {
          cursor.put(",")
          cursor.put(shortest: value)
        }
        cursor.put("]")
      }
    }
    body.append("]")
  }

  private static func refuse(_ status: Int, _ message: String, into body: ByteBuffer) -> Answer {
    body.append("{\"message\":\"\(message)\"}")
    return Answer(Reply(status: status))
  }
}

extension ServedMarket {
  /// Whether Coinbase has this bar: one of 61 is missing, as bars of times without trades are.
  package func hasTicks(_ symbol: String, open: Int64) -> Bool {
    (UInt64(keyOf: symbol) ^ UInt64(bitPattern: open)).scrambled % 61 != 0
  }
}
