import Artifacts
import Chronology
import Configuration
import Logging
import Market
import Numerics
import StageKit

extension ExchangeSettings {
  /// Brings the store up to date and says what is in it.
  func download(
    until: Instant?, into store: CandleStore, log: Logger, progress line: ProgressLine
  ) throws -> DownloadedMarket {
    let access = try access()
    let sources = try access.sources()
    try sources.check(columns: columns)
    let client = access.client(for: sources, product: Self.product, now: Self.now, seed: Self.seed) { words in
      line.finish()
      log.info("\(words)")
    }
    let order = MarketOrder(
      symbols: symbols, interval: interval, start: start, until: until, revisionBars: revisionBars)
    let started = Clock.seconds
    let download = Download(order, from: sources, into: store, client: client, now: Self.now) { progress in
      line.show(progress.barsDone, of: progress.barsWanted) {
        progress.words(after: Clock.seconds - started)
      }
    }
    let market = try download.run()
    line.finish()
    for note in market.notes { log.info("\(note)") }
    return market
  }

  /// All symbols that the source lists.
  func symbolList() throws -> [SymbolDirectory.Entry] {
    let access = try access()
    let sources = try access.sources()
    let client = access.client(for: sources, product: Self.product, now: Self.now, seed: Self.seed) {
      Console.note($0)
    }
    return try Download.symbols(of: sources, through: client)
  }

  private static var product: String { "candlewick/\(ProgramIdentity.productVersion)" }
  private static func now() -> Int64 { Clock.now.milliseconds }
  /// Waits are random so that machines which failed together do not return together; no byte depends on it.
  private static var seed: UInt64 { UInt64(bitPattern: Clock.nanoseconds) &+ UInt64(Clock.process) }

  private func access() throws -> ExchangeAccess {
    guard let kind = ExchangeAccess.Kind(rawValue: kind.rawValue) else {
      preconditionFailure("\(kind.rawValue) is an exchange")
    }
    let bulk: ExchangeAccess.Bulk =
      switch self.bulk {
      case .auto: .auto
      case .never: .never
      case .always: .always
      }
    return ExchangeAccess(
      kind: kind, bulk: bulk, base: base, archiveBase: archiveBase, token: try token?.secret(),
      parallel: parallel, deadlineSeconds: deadlineSeconds, allowsPrivateAddresses: allowsPrivateAddresses)
  }
}

extension DownloadProgress {
  /// `downloading bars (31 requests, weight 62, 52,000 bars/s)`.
  func words(after seconds: Double) -> String {
    let speed = Int(Double(barsBrought) / max(seconds, 0.001))
    return """
      downloading bars (\(DecimalNumber.grouped(traffic.requests)) requests, weight \
      \(DecimalNumber.grouped(traffic.weight)), \(DecimalNumber.grouped(speed)) bars/s)
      """
  }
}

extension DownloadedMarket {
  /// What a person wants to know of the download.
  var notes: [String] {
    let counts = parts.reduce(into: StoreCounts()) { $0 += $1.counts }
    var notes = [
      """
      \(origin): \(DecimalNumber.grouped(counts.new)) new bars, \(counts.revised) revised; \
      \(DecimalNumber.grouped(traffic.requests)) requests, \(traffic.failures) of them failed
      """
    ]
    for part in parts where !part.quarantined.isEmpty {
      notes.append(
        "\(part.series.name): never matched their checksum and were left alone: \(part.quarantined.joined(separator: ", "))"
      )
    }
    return notes
  }

  /// The longest gaps for people, each with its cause.
  var gapLines: [String] {
    let gaps = parts.flatMap { part in (part.gaps + part.tail).map { (part.series.name.symbol, $0) } }
    let rest = gaps.count > 3 ? ["  … all \(gaps.count) are in gaps.json"] : []
    return gaps.sorted { $0.1.count > $1.1.count }.prefix(3).map { symbol, gap in
      let bars = gap.count == 1 ? "1 bar" : "\(DecimalNumber.grouped(gap.count)) bars"
      return "  \(symbol): \(bars) missing from \(gap.first.readable())" + (gap.cause.map { ": \($0)" } ?? "")
    } + rest
  }

  /// What makes a series less than it looks: an end that is missing, or a tenth of its bars.
  var warnings: [String] {
    parts.flatMap { part -> [String] in
      let (symbol, missing) = (part.series.name.symbol, part.missing)
      let ends = part.tail.last.map {
        "\(symbol) ends early: its last \(DecimalNumber.grouped($0.count)) bars, from \($0.first.readable()), are missing"
      }
      let many =
        missing.count * 10 > missing.of
        ? "\(symbol): \(DecimalNumber.grouped(missing.count)) of \(DecimalNumber.grouped(missing.of)) bars are missing"
        : nil
      return [ends, many].compactMap(\.self)
    }
  }

  /// The gaps as a list for people and programs: which bars, how many, why if anybody knows.
  var gapList: JSON {
    .array(
      parts.flatMap { part in
        (part.gaps + part.tail).map { gap in
          [
            "entity": .string(part.series.name.symbol), "first": .string(gap.first.description),
            "last": .string(gap.last.description), "bars": JSON(gap.count),
            "cause": gap.cause.map(JSON.string) ?? .null, "askedAgain": .bool(gap.wasAskedAgain),
          ]
        }
      })
  }
}

extension ExchangeSettings.Token {
  fileprivate func secret() throws -> String {
    switch self {
    case .environment(let name): try Secret.inEnvironment(name)
    case .file(let path): try Secret.inFile(path)
    }
  }
}
