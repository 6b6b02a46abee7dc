import ArgumentParser
import Chronology
import Glibc
import LocalExchange

@main
struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "local-exchange",
    abstract: "An exchange on this machine, to try the product without a network.",
    discussion: """
      It serves Binance's REST interface and archives, and candles as Coinbase, Kraken and Tiingo give them. Its \
      bars are a function of the seed. Ctrl-C ends it and prints what happened as JSON.
      """)

  @Option(help: "The port of 127.0.0.1; 0 for any that is free.")
  var port = 8787

  @Option(help: "Decides bars and faults.")
  var seed: UInt64 = 7

  @Option(help: "What goes wrong: \(FaultPlan.names.joined(separator: ", ")).")
  var faults = "none"

  @Option(help: "The share of requests that meet a fault, 0 to 1.")
  var rate = 0.3

  @Option(help: "How long a silent server is silent, in seconds.")
  var stallSeconds = 30.0

  @Option(help: "When the exchange's clock starts, or 'real' for the system's time.")
  var now = "2025-03-01T00:00:00Z"

  @Option(help: "What is traded, separated by commas.")
  var symbols = "BTCUSDT,ETHUSDT"

  @Option(help: "Since when it is traded.")
  var listed = "2024-01-01"

  @Option(help: "Which bars are missing: 'known' for the gaps that Binance has, or 'none'.")
  var gaps = "none"

  @Option(help: "Request weight that is given a minute.")
  var weight = ExchangeLimits().weightPerMinute

  func run() throws {
    // Before any thread exists, because threads inherit what is blocked.
    var signals = Self.watchedSignals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let clock = try clock()
    var limits = ExchangeLimits()
    limits.weightPerMinute = weight
    let server = try ExchangeServer(
      market: try market(), faults: try plan(), limits: limits, port: port, clock: { clock.now })
    Self.tell(try introduction(to: server))
    Self.report(on: server)
    server.stop()
    print(server.record.document, terminator: "")
  }

  // MARK: Settings

  private var symbolNames: [String] { symbols.split(separator: ",").map(String.init) }

  private func clock() throws -> VirtualClock {
    guard now != "real" else { return VirtualClock(start: VirtualClock.system, isRunning: true) }
    guard let start = Instant(parsing: now) else {
      throw ValidationError("--now is 'real' or a time such as 2025-03-01T00:00:00Z, not '\(now)'")
    }
    return VirtualClock(start: start.milliseconds, isRunning: true)
  }

  private func listedSince() throws -> Instant {
    guard let since = Instant(parsing: listed) else {
      throw ValidationError("--listed is a time such as 2024-01-01, not '\(listed)'")
    }
    return since
  }

  private func market() throws -> ServedMarket {
    guard ["known", "none"].contains(gaps) else {
      throw ValidationError("--gaps is 'known' or 'none', not '\(gaps)'")
    }
    let since = try listedSince().milliseconds
    return ServedMarket(
      seed: seed, listings: symbolNames.map { ServedMarket.Listing($0, from: since) },
      gaps: gaps == "known" ? ServedMarket.Gap.known : [])
  }

  private func plan() throws -> FaultPlan {
    guard (0...1).contains(rate) else { throw ValidationError("--rate is 0 to 1, not \(rate)") }
    guard var plan = FaultPlan(named: faults, seed: seed, rate: rate) else {
      throw ValidationError(
        "--faults is one of \(FaultPlan.names.joined(separator: ", ")), not '\(faults)'")
    }
    plan.stallSeconds = stallSeconds
    return plan
  }

  // MARK: Output

  private func introduction(to server: ExchangeServer) throws -> String {
    """
    \(server.base)

    version: 1
    steps:
      series:
        stage: extract
        with:
          source: {kind: binance, symbols: [\(symbolNames.joined(separator: ", "))], interval: 1h, start: \(try listedSince()), \
    base: \(server.base)}
          until: latest-closed

    Ctrl-C ends the exchange.

    """
  }

  private static var watchedSignals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    return signals
  }

  /// Says how things go, every 1,000 requests, until a signal comes.
  private static func report(on server: ExchangeServer) {
    var (signals, pause, told) = (watchedSignals, timespec(tv_sec: 0, tv_nsec: 100_000_000), 0)
    while sigtimedwait(&signals, nil, &pause) < 0 {
      let record = server.record
      guard record.requests / 1000 > told else { continue }
      told = record.requests / 1000
      tell(
        """
        \(record.requests) requests, \(record.rows) bars, \(record.failures) faults, \(record.limited) × 429, \
        \(record.banned) × 418, \(record.insideRetryAfter) inside a Retry-After

        """)
    }
  }

  /// Writes to standard error; standard output is the record's.
  private static func tell(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
