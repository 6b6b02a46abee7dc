/// The rows that answer one question about klines, and the damage that is done to them.
struct KlinesPage {
  private var opens: [Int64]
  private var series: SeededSeries
  private let now: Int64
  private let isMicroseconds: Bool
  /// A row whose cells are wrong, and how.
  private var damagedRow: (position: Int, fault: Fault)?
  private(set) var isDamaged = false

  var rows: Int { opens.count }

  init(_ query: KlinesQuery, market: ServedMarket, question: Question, isMicroseconds: Bool) {
    opens = market.opens(
      of: query.listing, query.grid, from: query.start ?? .min, through: query.end ?? .max,
      now: question.now, limit: query.limit, newest: query.start == nil)
    series = market.bars.series(of: query.listing.symbol, query.grid)
    now = question.now
    self.isMicroseconds = isMicroseconds
    if let damage = question.damage, !opens.isEmpty {
      apply(damage, detail: question.detail, query: query, market: market)
    }
  }

  func write(into body: ByteBuffer) {
    body.append(UInt8(ascii: "["))
    for (position, open) in opens.enumerated() {
      if position > 0 { body.append(UInt8(ascii: ",")) }
      let bar = series.bar(open: open, now: now)
      if let damagedRow, damagedRow.position == position {
        body.append(Self.damaged(bar, damagedRow.fault))
      } else {
        body.appendRow(bar, isMicroseconds: isMicroseconds)
      }
    }
    body.append(UInt8(ascii: "]"))
  }

  // MARK: Damage

  /// Does what the fault says, if the page has room for it.
  ///
  /// A page that grows loses rows at its end, so that it never has more than were asked for.
  private mutating func apply(_ fault: Fault, detail: UInt64, query: KlinesQuery, market: ServedMarket) {
    let position = Int(detail % UInt64(opens.count))
    switch fault {
    case .elevenCells, .thirteenCells, .timeAsText, .notANumber: damagedRow = (position, fault)
    case .duplicateRow:
      guard query.limit >= 2 else { return }
      opens.insert(opens[position], at: position)
    case .outOfOrder:
      guard opens.count >= 2 else { return }
      opens.swapAt(max(position, 1), max(position, 1) - 1)
    case .overlappingPage:
      guard let start = query.start, query.limit >= 3 else { return }
      let earlier = market.opens(
        of: query.listing, query.grid, through: start - 1, now: now, limit: 2, newest: true)
      guard !earlier.isEmpty else { return }
      opens = earlier + opens
    case .wrongSymbol:
      series = market.bars.series(of: query.listing.symbol + "'", query.grid)
      opens = opens.map { $0 + query.grid.milliseconds / 2 }
    default: return
    }
    opens = Array(opens.prefix(query.limit))
    isDamaged = true
  }

  private static func damaged(_ bar: ServedBar, _ fault: Fault) -> String {
    var cells = bar.cells.enumerated().map { [0, 6, 8].contains($0) ? $1 : "\"\($1)\"" }
    switch fault {
    case .elevenCells: cells.removeLast()
    case .thirteenCells: cells.append("\"0\"")
    case .timeAsText: cells[0] = "\"\(cells[0])\""
    default: cells[4] = "\"NaN\""
    }
    return "[" + cells.joined(separator: ",") + "]"
  }
}

extension ByteBuffer {
  /// One bar as a row of JSON.
  @inline(__always)
  fileprivate func appendRow(_ bar: ServedBar, isMicroseconds: Bool) {
    write(320) { cursor in
      cursor.put(UInt8(ascii: "["))
      cursor.put(isMicroseconds ? bar.openTime * 1000 : bar.openTime)
      cursor.put(",\"")
      cursor.put(units: bar.open)
      cursor.put("\",\"")
      cursor.put(units: bar.high)
      cursor.put("\",\"")
      cursor.put(units: bar.low)
      cursor.put("\",\"")
      cursor.put(units: bar.close)
      cursor.put("\",\"")
      cursor.put(units: bar.volume)
      cursor.put("\",")
      cursor.put(isMicroseconds ? bar.endTime * 1000 - 1 : bar.endTime - 1)
      cursor.put(",\"")
      cursor.put(units: bar.quoteVolume)
      cursor.put("\",")
      cursor.put(bar.trades)
      cursor.put(",\"")
      cursor.put(units: bar.takerVolume)
      cursor.put("\",\"")
      cursor.put(units: bar.takerQuoteVolume)
      cursor.put("\",\"0\"]")
    }
  }
}
