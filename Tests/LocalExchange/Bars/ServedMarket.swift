/// What is traded on the exchange, since when, and which bars it does not have.
package struct ServedMarket: Sendable {
  package struct Listing: Sendable, Equatable {
    package var symbol: String
    /// When trading began, ms since the epoch.
    package var from: Int64
    /// When it ended; REST then no longer knows the symbol, and the archives stop.
    package var until: Int64?
    /// As `exchangeInfo` gives it.
    package var status = "TRADING"

    package init(_ symbol: String, from: Int64, until: Int64? = nil) {
      self.symbol = symbol
      self.from = from
      self.until = until
    }
  }

  /// Where bars can be asked for.
  package enum Source: Sendable, CaseIterable { case rest, archive }

  /// A time without trading, or one that a source has lost: bars that lie wholly in `from..<to` do not exist.
  package struct Gap: Sendable, Equatable {
    /// Nil for all symbols.
    package var symbol: String?
    package var from: Int64
    package var to: Int64
    /// The sources that lack the bars; when the other is asked, it has them.
    package var missingFrom: Set<Source>

    package init(
      _ symbol: String? = nil, from: Int64, to: Int64, missingFrom: Set<Source> = [.rest, .archive]
    ) {
      self.symbol = symbol
      self.from = from
      self.to = to
      self.missingFrom = missingFrom
    }
  }

  package var bars: SeededBars
  package var listings: [Listing]
  package var gaps: [Gap]
  /// What is wrong with archives, by file name, such as `BTCUSDT-1h-2024-01.zip`.
  package var archiveDefects: [String: ArchiveDefect] = [:]

  package init(seed: UInt64 = 7, listings: [Listing], gaps: [Gap] = []) {
    bars = SeededBars(seed: seed)
    self.listings = listings
    self.gaps = gaps
  }

  package func listing(of symbol: String) -> Listing? { listings.first { $0.symbol == symbol } }

  /// The listing under another exchange's name: `BTC-USD`, `btcusd` and `XBTUSD` are BTCUSD or else BTCUSDT.
  func listing(alias: String) -> Listing? {
    var symbol = String(alias.uppercased().filter { $0 != "-" && $0 != "/" })
    if symbol.hasPrefix("XBT") { symbol = "BTC" + symbol.dropFirst(3) }
    return listing(of: symbol) ?? listing(of: symbol + "T")
  }

  /// The currencies of a symbol where a dollar is a dollar: BTC and USD of BTCUSDT.
  func pair(of listing: Listing) -> (base: String, quote: String) {
    let symbol = listing.symbol.hasSuffix("USDT") ? listing.symbol.dropLast() : listing.symbol[...]
    return (String(symbol.dropLast(3)), String(symbol.suffix(3)))
  }

  /// Listed and not yet delisted.
  func isTraded(_ listing: Listing, at now: Int64) -> Bool {
    listing.from <= now && now < listing.until ?? .max
  }
}

extension ServedMarket {
  /// The openings of the bars that a source has, in ascending order, both borders included.
  ///
  /// The unfinished bar at `now` is among them.
  ///
  /// - Parameter newest: Whether a `limit` keeps the newest instead of the oldest.
  package func opens(
    of listing: Listing, _ grid: BarGrid, from start: Int64 = .min, through end: Int64 = .max,
    source: Source = .rest, now: Int64, limit: Int = .max, newest: Bool = false
  ) -> [Int64] {
    let first = grid.open(atOrAfter: max(start, grid.open(atOrBefore: listing.from)))
    let last = min(end, now, listing.until.map { $0 - 1 } ?? .max)
    guard first <= last, limit > 0 else { return [] }
    let gaps = gaps.filter {
      ($0.symbol == nil || $0.symbol == listing.symbol) && $0.missingFrom.contains(source) && $0.from <= last
        && $0.to > first
    }
    return newest
      ? descending(grid, from: first, through: last, gaps, limit)
      : ascending(grid, from: first, through: last, gaps, limit)
  }

  private func ascending(
    _ grid: BarGrid, from first: Int64, through last: Int64, _ gaps: [Gap], _ limit: Int
  ) -> [Int64] {
    var opens: [Int64] = []
    var open = first
    while open <= last, opens.count < limit {
      let end = grid.end(of: open)
      if let gap = gaps.first(where: { $0.from <= open && end <= $0.to }) {
        open = grid.open(atOrBefore: gap.to)
      } else {
        opens.append(open)
        open = end
      }
    }
    return opens
  }

  private func descending(
    _ grid: BarGrid, from first: Int64, through last: Int64, _ gaps: [Gap], _ limit: Int
  ) -> [Int64] {
    var opens: [Int64] = []
    var open = grid.open(atOrBefore: last)
    while open >= first, opens.count < limit {
      let end = grid.end(of: open)
      if let gap = gaps.first(where: { $0.from <= open && end <= $0.to }) {
        open = grid.open(atOrBefore: gap.from - 1)
      } else {
        opens.append(open)
        open = grid.open(atOrBefore: open - 1)
      }
    }
    return opens.reversed()
  }
}

extension ServedMarket.Gap {
  /// Times without bars on Binance, as users reported them.
  ///
  /// Sources: issues 84, 374 and 415 of github.com/binance/binance-public-data, 5708 and 8068 of
  /// github.com/ccxt/ccxt, 716 of github.com/sammchardy/python-binance.
  package static let known: [Self] = [
    Self("BTCUSDT", from: 1_504_713_600_000, to: 1_504_738_800_000),  // 2017-09-06 16:00–23:00
    Self(from: 1_565_834_400_000, to: 1_565_863_200_000),  // 2019-08-15 02:00–10:00
    Self(from: 1_582_112_100_000, to: 1_582_133_400_000),  // 2020-02-19 11:35–17:30
    Self(from: 1_606_716_000_000, to: 1_606_719_600_000),  // 2020-11-30 06:00–07:00
    Self(from: 1_614_677_400_000, to: 1_614_679_800_000),  // 2021-03-02 09:30–10:10
    Self("BTCUSDC", from: 1_664_496_000_000, to: 1_678_492_800_000),  // 2022-09-30–2023-03-11, relisted
  ]
}
