import Artifacts
import Chronology
import Foundation
import HTTP
import LocalExchange
import Market
import TestSupport
import Testing

/// A bar as it should be, and as it is.
private struct Bar: Equatable {
  var open: Int64
  /// Open, high, low, close and volume.
  var numbers: [Double]
}

private let minute: Int64 = 60_000

private func ms(_ time: String) -> Int64 { Instant(parsing: time)?.milliseconds ?? 0 }

private func rig(
  _ kind: ExchangeAccess.Kind, _ symbol: String? = nil, interval: String = "1m", start: String = "2024-01-01",
  now: String = "2024-01-03T00:00:30Z", faults: FaultPlan = .none, token: String = "secret"
) throws -> DownloadRig {
  let symbols: [ExchangeAccess.Kind: String] = [.coinbase: "BTC-USD", .kraken: "XBTUSD", .tiingo: "btcusd"]
  var limits = ExchangeLimits()
  limits.tiingoToken = token
  let rig = try DownloadRig(
    [symbol ?? symbols[kind] ?? "BTCUSDT"], interval: interval, start: start, now: now,
    listings: [.init("BTCUSDT", from: ms("2023-01-01"))], faults: faults, limits: limits)
  rig.kind = kind
  rig.token = token
  return rig
}

extension DownloadRig {
  /// What the store has of the only series.
  fileprivate func bars(_ market: DownloadedMarket, in store: CandleStore) throws -> [Bar] {
    let part = try #require(market.parts.first)
    #expect(try store.examine(part.series).problems == [])
    var bars: [Bar] = []
    try store.forEachBatch(
      of: part.series, in: part.wanted, columns: ["open", "high", "low", "close", "volume"]
    ) { time, values in
      bars += time.indices.map { Bar(open: time[$0], numbers: Array(values[($0 * 5)..<($0 * 5 + 5)])) }
    }
    return bars
  }

  /// What the exchange has between two times.
  fileprivate func served(from start: Int64, until end: Int64, where isThere: (Int64) -> Bool = { _ in true })
    -> [Bar]
  {
    guard case .milliseconds(let length) = interval else { return [] }
    let series = SeededBars().series(of: "BTCUSDT", BarGrid(seconds: Int(length / 1000)))
    return stride(from: start, to: end, by: Int(length)).filter(isThere).map {
      Bar(open: $0, numbers: series.bar(open: $0).numbers)
    }
  }

  /// How many questions about bars were asked.
  fileprivate func requests(containing part: String) -> Int {
    server.record.byTarget.reduce(0) { $0 + ($1.key.contains(part) ? $1.value : 0) }
  }
}

/// Whether Coinbase had a trade in a bar.
private func hasTrade(_ open: Int64) -> Bool { ServedMarket(listings: []).hasTicks("BTCUSDT", open: open) }

// MARK: Coinbase

@Test func `Coinbase gives every bar in which there was a trade, 300 a page`() throws {
  let rig = try rig(.coinbase)
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  #expect(market.until.description == "2024-01-03T00:00:00Z")
  let expected = rig.served(from: ms("2024-01-01"), until: ms("2024-01-03"), where: hasTrade)
  #expect(try rig.bars(market, in: store) == expected)
  #expect(rig.requests(containing: "/candles?") == 10 && rig.server.record.requests == 11)
  let gaps = market.parts[0].gaps
  #expect(gaps.reduce(0) { $0 + $1.count } == 2880 - expected.count)
  #expect(gaps.allSatisfy { $0.cause == "no trade, or the exchange stood still" && !$0.wasAskedAgain })
}

@Test(arguments: ["5m", "15m", "1h", "6h", "1d"])
func `Coinbase's other bars come as well`(interval: String) throws {
  let rig = try rig(.coinbase, interval: interval)
  let store = try rig.store()
  let market = try rig.download(until: "2024-01-03", into: store)
  #expect(
    try rig.bars(market, in: store)
      == rig.served(from: ms("2024-01-01"), until: ms("2024-01-03"), where: hasTrade))
}

@Test func `New bars of Coinbase join those that are there`() throws {
  let rig = try rig(.coinbase)
  let store = try rig.store()
  _ = try rig.download(until: "2024-01-01T05:01:00Z", into: store)
  rig.time.clock.advance(milliseconds: 3_600_000)
  let market = try rig.download(until: nil, into: store)
  #expect(
    try rig.bars(market, in: store)
      == rig.served(from: ms("2024-01-01"), until: ms("2024-01-03T01:00:00Z"), where: hasTrade))
}

// MARK: Kraken

@Test func `Kraken gives its last 720 bars, and the one under way is not taken`() throws {
  let rig = try rig(.kraken)
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  let end = ms("2024-01-03")
  #expect(try rig.bars(market, in: store) == rig.served(from: end - 719 * minute, until: end))
  // Nothing is missing behind the first bar that there is.
  #expect(market.parts[0].gaps == [])
  #expect(rig.requests(containing: "/0/public/OHLC?") == 1)
  // `since` is exclusive, and the bar of midnight is wanted.
  #expect(rig.requests(containing: "since=\(ms("2024-01-01") / 1000 - 1)") == 1)
}

@Test func `A store that is fed often enough has more of Kraken than Kraken`() throws {
  let rig = try rig(.kraken, now: "2024-01-02T00:00:00Z")
  let store = try rig.store()
  let first = ms("2024-01-02") - 719 * minute
  for round in 0...3 {
    let market = try rig.download(until: nil, into: store)
    let end = ms("2024-01-02") + Int64(round) * 700 * minute
    #expect(try rig.bars(market, in: store) == rig.served(from: first, until: end))
    #expect(market.parts[0].gaps == [])
    rig.time.clock.advance(milliseconds: 700 * minute)
  }
}

@Test func `What Kraken has forgotten is a gap with its cause`() throws {
  let rig = try rig(.kraken, now: "2024-01-02T00:00:00Z")
  let store = try rig.store()
  _ = try rig.download(until: nil, into: store)
  rig.time.clock.advance(milliseconds: 1000 * minute)
  let market = try rig.download(until: nil, into: store)
  #expect(market.parts[0].gaps.map(\.count) == [1000 - 719])
  #expect(market.parts[0].gaps[0].cause == "Kraken gives out its last 720 bars and no older ones")
  let before = rig.server.record.requests
  _ = try rig.download(until: market.until.description, into: store)
  #expect(rig.server.record.requests == before)
}

@Test(arguments: ["5m", "4h", "1d"])
func `Kraken's other bars come as well`(interval: String) throws {
  let rig = try rig(.kraken, interval: interval, now: "2024-01-03T00:00:00Z")
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  #expect(try rig.bars(market, in: store) == rig.served(from: ms("2024-01-01"), until: ms("2024-01-03")))
}

// MARK: Tiingo

@Test(arguments: ["2024-01-01", "2024-01-01T16:40:00Z"])
func `Tiingo gives every bar, in pages that its limit does not cut`(start: String) throws {
  let rig = try rig(.tiingo, start: start, now: "2024-01-09T00:00:30Z")
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  #expect(try rig.bars(market, in: store) == rig.served(from: ms(start), until: ms("2024-01-09")))
  #expect(market.parts[0].gaps == [])
  #expect(rig.requests(containing: "/prices?") <= 5)
}

@Test(arguments: ["5m", "4h", "1d"])
func `Tiingo's other bars come as well`(interval: String) throws {
  let rig = try rig(.tiingo, interval: interval)
  let store = try rig.store()
  let market = try rig.download(until: "2024-01-03", into: store)
  #expect(try rig.bars(market, in: store) == rig.served(from: ms("2024-01-01"), until: ms("2024-01-03")))
}

@Test(arguments: [nil, "wrong"])
func `Without the right token Tiingo gives nothing, and the error says where to put one`(token: String?)
  throws
{
  let rig = try rig(.tiingo)
  rig.token = token
  let error = #expect(throws: DownloadError.self) { _ = try rig.download(until: nil, into: try rig.store()) }
  guard case .noToken = error else {
    Issue.record("\(String(describing: error))")
    return
  }
  #expect(error?.exitStatus == .missingInput)
  #expect(error?.description.contains("source.token_env or source.token_file") == true)
}

@Test func `The token is in no address, log line, error or file`() throws {
  // Every failure but the slow ones, twice: once to be told, once to give up.
  let faults = (Fault.network + Fault.limits).filter { $0 != .headerStall && $0 != .trickle }
  let script = faults.flatMap { [$0, $0] }
  var plan = FaultPlan(script: Dictionary(uniqueKeysWithValues: zip(0..., script)))
  plan.floodHeaders = 20_000
  plan.bombBytes = 2 << 20
  let rig = try rig(.tiingo, now: "2024-01-03T00:00:30Z", faults: plan, token: "q7Zf9KtokenW2x")
  let store = try rig.store()
  var told: [String] = []
  for _ in script {
    do { told.append("\(try rig.download(until: nil, into: store, attempts: 2))") } catch {
      told.append("\(error)")
    }
  }
  #expect(rig.log.count > 5 && Set(told).count > 5)
  told += rig.log + rig.server.record.byTarget.keys
  let files = try ["market.sqlite", "incoming-0", "incoming-1"].map {
    Data(try Disk.read(rig.folder.path + "/" + $0))
  }
  #expect(files[0].count > 100_000)
  #expect((files + told.map { Data($0.utf8) }).allSatisfy { $0.range(of: Data("q7Zf9K".utf8)) == nil })
}

// MARK: What all have in common

@Test(arguments: [
  (ExchangeAccess.Kind.coinbase, "3m", "1m, 5m, 15m, 1h, 6h, 1d"),
  (.kraken, "1w", "1m, 5m, 15m, 30m, 1h, 4h, 1d"),
  (.tiingo, "1w", "1m, 5m, 15m, 30m, 1h, 2h, 4h, 6h, 12h, 1d"),
])
func `A length of bars that an exchange does not have is refused with those that it has`(
  kind: ExchangeAccess.Kind, interval: String, known: String
) throws {
  let rig = try rig(kind, interval: interval)
  let error = #expect(throws: DownloadError.self) { _ = try rig.download(until: nil, into: try rig.store()) }
  #expect(error?.exitStatus == .usage)
  #expect(
    error?.description.contains("has no bars of \(interval); it has: \(known)") == true,
    "\(String(describing: error))")
  #expect(rig.server.record.requests == 0)
}

@Test(arguments: [
  (ExchangeAccess.Kind.coinbase, "NOPE-USD", "does not list 'NOPE-USD'; products are written like BTC-USD"),
  (.kraken, "NOPEUSD", "does not list 'NOPEUSD'; Kraken says:"),
  (
    .tiingo, "nopeusd",
    "nopeusd 1m has no bar from 2024-01-01T00:00:00Z to 2024-01-03T00:00:00Z; check the symbol"
  ),
])
func `A symbol that an exchange does not know is refused`(
  kind: ExchangeAccess.Kind, symbol: String, words: String
) throws {
  let rig = try rig(kind, symbol)
  let error = #expect(throws: DownloadError.self) { _ = try rig.download(until: nil, into: try rig.store()) }
  #expect(error?.description.contains(words) == true, "\(String(describing: error))")
}

@Test(arguments: [ExchangeAccess.Kind.coinbase, .kraken, .tiingo])
func `A time that has not come is refused by every exchange`(kind: ExchangeAccess.Kind) throws {
  let rig = try rig(kind)
  let error = #expect(throws: DownloadError.self) {
    _ = try rig.download(until: "2024-01-04", into: try rig.store())
  }
  #expect(
    error?.description.contains("the server's clock says 2024-01-03T00:00:3") == true,
    "\(String(describing: error))")
}

@Test(arguments: [ExchangeAccess.Kind.coinbase, .kraken, .tiingo])
func `A bad network loses no bar of any exchange`(kind: ExchangeAccess.Kind) throws {
  var plan = FaultPlan(seed: 9, rate: 0.3, kinds: Fault.network)
  plan.stallSeconds = 0.3
  plan.floodHeaders = 20_000
  plan.bombBytes = 2 << 20
  let rig = try rig(kind, faults: plan)
  rig.stallSeconds = 0.1
  let store = try rig.store()
  for _ in 1...4 {
    rig.time.clock.advance(milliseconds: 600 * minute)
    let market = try rig.download(until: nil, into: store)
    let bars = try rig.bars(market, in: store)
    let first = try #require(bars.first).open
    let served = rig.served(from: first, until: market.until.milliseconds) { open in
      kind != .coinbase || hasTrade(open)
    }
    #expect(bars == served)
    #expect(kind == .kraken || first == ms("2024-01-01"))
  }
  #expect(rig.server.record.failures > 0)
}

// MARK: Listings

@Test(arguments: [
  (ExchangeAccess.Kind.binance, ["BTCUSDT", "ETHUSDT"]), (.binanceArchive, ["BTCUSDT", "ETHUSDT"]),
  (.coinbase, ["BTC-USD", "ETH-USD"]), (.kraken, ["ETHUSD", "XBTUSD"]), (.tiingo, ["btcusd", "ethusd"]),
])
func `Every exchange tells which symbols it has`(kind: ExchangeAccess.Kind, symbols: [String]) throws {
  let rig = try DownloadRig(["BTCUSDT", "ETHUSDT"], now: "2024-02-10T00:00:00Z")
  rig.kind = kind
  #expect(try rig.listed().map(\.symbol) == symbols)
  let statuses: [ExchangeAccess.Kind: String] = [
    .binance: "TRADING", .binanceArchive: "archived", .coinbase: "online", .kraken: "online", .tiingo: "",
  ]
  #expect(try rig.listed().allSatisfy { $0.status == statuses[kind] })
}

@Test func `A list of archives that is longer than a page is read to its end`() throws {
  let symbols = (0..<2345).map { "T\(10_000 + $0)USDT" }
  let rig = try DownloadRig(symbols, now: "2024-02-10T00:00:00Z")
  rig.kind = .binanceArchive
  #expect(try rig.listed().map(\.symbol) == symbols)
  #expect(rig.server.record.requests == 3)
}
