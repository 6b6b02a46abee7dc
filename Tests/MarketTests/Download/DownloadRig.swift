import Artifacts
import Chronology
import HTTP
import LocalExchange
import Market
import TestSupport
import Testing

/// A clock that client and server share, and that jumps over pauses instead of waiting.
struct JointTime: Timekeeper {
  let clock: VirtualClock

  var seconds: Double { Double(clock.now) / 1000 }
  func pause(seconds: Double) { clock.advance(milliseconds: Int64((seconds * 1000).rounded(.up))) }
}

/// A local exchange, a store, and what it takes to download from one into the other.
///
/// A class, because it guards the server and the store's folder.
final class DownloadRig {
  let folder = TemporaryFolder()
  let server: ExchangeServer
  let time: JointTime
  let symbols: [String]
  let interval: Interval
  let start: Instant
  var bulk = ExchangeAccess.Bulk.never
  var kind = ExchangeAccess.Kind.binance
  var token: String? = "secret"
  var revisionBars = 2
  /// How long a silent server is waited for; short where silence is what is tested.
  var stallSeconds = 5.0
  var log: [String] = []

  init(
    _ symbols: [String] = ["BTCUSDT"], interval: String = "1m", start: String = "2024-01-01", now: String,
    gaps: [ServedMarket.Gap] = [], listings: [ServedMarket.Listing]? = nil, faults: FaultPlan = .none,
    limits: ExchangeLimits = ExchangeLimits(), defects: [String: ArchiveDefect] = [:]
  ) throws {
    let first = try #require(Instant(parsing: start))
    let present = try #require(Instant(parsing: now))
    let clock = VirtualClock(start: present.milliseconds, isRunning: true)
    var market = ServedMarket(
      listings: listings ?? symbols.map { .init($0, from: first.milliseconds) }, gaps: gaps)
    market.archiveDefects = defects
    server = try ExchangeServer(market: market, faults: faults, limits: limits) { clock.now }
    time = JointTime(clock: clock)
    (self.symbols, self.start, self.interval) = (symbols, first, try #require(Interval(interval)))
  }

  deinit { server.stop() }

  func store() throws -> CandleStore { try CandleStore(in: folder.path) }

  /// Downloads until a time, or until the last closed bar.
  func download(until: String?, into store: CandleStore, attempts: Int = 16) throws -> DownloadedMarket {
    var access = ExchangeAccess(kind: kind, bulk: bulk, base: server.base, token: token)
    access.policy.attempts = attempts
    access.limits.stallSeconds = stallSeconds
    access.limits.connectSeconds = 2
    let sources = try access.sources()
    let client = client(for: sources, access)
    let clock = time.clock
    let order = MarketOrder(
      symbols: symbols, interval: interval, start: start,
      until: try until.map { try #require(Instant(parsing: $0)) },
      revisionBars: revisionBars)
    return try Download(order, from: sources, into: store, client: client, now: { clock.now }).run()
  }

  /// All symbols that the source lists.
  func listed() throws -> [SymbolDirectory.Entry] {
    let access = ExchangeAccess(kind: kind, bulk: bulk, base: server.base, token: token)
    let sources = try access.sources()
    return try Download.symbols(of: sources, through: client(for: sources, access))
  }

  private func client(for sources: SourceSet, _ access: ExchangeAccess) -> PoliteClient {
    let clock = time.clock
    let client = PoliteClient(
      transport: CurlTransport(userAgent: "tests", limits: access.limits), time: time,
      budget: sources.main.budget, policy: access.policy, wallClock: { clock.now }, seed: 1)
    client.hear = { [weak self] in self?.log.append($0.description) }
    return client
  }

  /// The digest that the store must have of a symbol's bars until a time, from the generator alone.
  func digest(_ symbol: String, until: String, gaps: [Range<Int64>] = []) throws -> Digest {
    let end = try #require(Instant(parsing: until)).milliseconds
    let grid = try #require(BarGrid(interval.description))
    let bars = SeededBars().series(of: symbol, grid)
    let hasher = Hasher256()
    var open = grid.open(atOrAfter: start.milliseconds)
    while grid.end(of: open) <= end {
      if !gaps.contains(where: { $0.contains(open) }) {
        let cells = bars.bar(open: open).cells
        let line = ([cells[0]] + cells[1...5] + cells[7...10]).joined(separator: ",") + "\n"
        Array(line.utf8).withUnsafeBytes { hasher.update($0) }
      }
      open = grid.end(of: open)
    }
    return hasher.finalize()
  }

  /// The digest of what the store has.
  func stored(_ part: DownloadedMarket.Part, in store: CandleStore) throws -> Digest {
    try store.digest(of: part.series, in: part.wanted)
  }
}
