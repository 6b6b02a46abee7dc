import ArgumentParser
import Artifacts
import Chronology
import Configuration
import Logging
import Market
import StageKit

/// From a source of rows to a checked series.
@main
struct Extract: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Read a market's rows, check every one of them, and publish them as a series.",
    discussion: "extract export --csv FILE writes a published series as a table; see extract export --help.")
  static let stage = Stage.extract

  /// `export` is a command of its own beside the step's: its flags have the same names, and mean its own step.
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.first == "export" else { Program.main(Self.self) }
    Program.main(Export.self, arguments: Array(arguments.dropFirst()))
  }

  @OptionGroup var options: StageOptions

  @Flag(help: "List the symbols of the step's source, and do nothing else.")
  var listSymbols = false

  @Flag(help: "Bring the candle store up to date, and publish nothing.")
  var downloadOnly = false

  @Flag(help: "Examine every bar of the candle store, and do nothing else.")
  var check = false

  func run() throws {
    if check { return try checkStore() }
    if listSymbols { return try printSymbols() }
    if downloadOnly { return try fillStore() }
    try runStage()
  }

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .extract(let settings) = work.resolved.settings else {
      preconditionFailure("extract's own settings")
    }
    if case .exchange(let exchange) = settings.source { return try perform(exchange, settings, work) }
    let rules = SeriesRules(settings, until: settings.until)
    let source = settings.rows(threads: work.threads)
    let (series, digests) = try assemble(source, rules, work)
    var facts = try series.write(to: work.publication)
    if let from = settings.from { facts["from"] = .string(from.description) }
    if let until = settings.until { facts["until"] = .string(until.description) }
    return StageResult(facts: facts, summary: series.summary, fileDigests: digests)
  }

  /// From an exchange into the store, and from there on like any other rows.
  private func perform(_ exchange: ExchangeSettings, _ settings: ExtractSettings, _ work: StageWork) throws
    -> StageResult
  {
    let store = try CandleStore(in: work.store.root + "/store") {
      work.log.info("waiting for another program to finish with the candle store")
    }
    let market = try exchange.download(
      until: settings.until, into: store, log: work.log, progress: work.progress)
    var rules = SeriesRules(settings, until: market.until)
    rules.interval = exchange.interval
    let source = StoredMarketSource(market, in: store, columns: exchange.columns)
    let (series, _) = try assemble(source, rules, work)
    var facts = try series.write(to: work.publication)
    facts["until"] = .string(market.until.description)
    facts["origin"] = .string(market.origin)
    facts["warnings"] = JSON((facts["warnings"]?.strings ?? []) + market.warnings)
    try work.publication.write(
      file: "gaps.json", mediaType: "application/json", contents: Array(market.gapList.document.utf8))
    let digest = work.publication.digestOfArrays
    return StageResult(
      facts: facts,
      seen: [Manifest.Input(name: "bars", kind: nil, source: market.origin, digest: digest, content: digest)],
      settled: settings.untilLatestClosed ? ["until": .string(market.until.description)] : [:],
      summary: series.summary + market.gapLines)
  }

  private func assemble(_ source: any RowSource, _ rules: SeriesRules, _ work: StageWork) throws -> (
    Series.Outline, digests: [String: Digest]
  ) {
    let assembly = try SeriesAssembly(rules, of: source, into: work.publication)
    try source.deliver(to: assembly) { work.progress.show("reading", done: $0, of: $1) }
    return (try assembly.finish(), assembly.fileDigests)
  }

  // MARK: Beside the step

  private func checkStore() throws {
    let report = try StoreReport(examining: options.artifacts + "/store") {
      Console.note("waiting for another program to finish with the candle store")
    }
    try Console.write(
      (options.output.json ? report.json.canonical : report.lines.joined(separator: "\n")) + "\n")
    if !report.isSound { throw ExitCode(ExitStatus.badData.rawValue) }
  }

  private func fillStore() throws {
    Interruption.exitCleanly { _ in }
    let (settings, exchange) = try exchangeSettings(for: "--download-only")
    let log = Console.logger(label: "extract", format: options.output.log)
    let store = try CandleStore(in: options.artifacts + "/store") {
      log.info("waiting for another program to finish with the candle store")
    }
    let market = try exchange.download(until: settings.until, into: store, log: log, progress: ProgressLine())
    try Console.write("\(store.path): complete until \(market.until)\n")
  }

  private func exchangeSettings(for flag: String) throws -> (ExtractSettings, ExchangeSettings) {
    guard case .extract(let settings) = try declaredSettings(), case .exchange(let exchange) = settings.source
    else {
      throw ValidationError("\(flag) asks an exchange, and the step's source is none")
    }
    return (settings, exchange)
  }

  private func printSymbols() throws {
    let (_, exchange) = try exchangeSettings(for: "--list-symbols")
    let symbols = try exchange.symbolList()
    let text =
      options.output.json
      ? JSON.array(symbols.map { ["symbol": .string($0.symbol), "status": .string($0.status)] }).canonical
      : symbols.map { "\($0.symbol)\t\($0.status)" }.joined(separator: "\n")
    try Console.write(text + "\n")
  }
}

extension SeriesRules {
  fileprivate init(_ settings: ExtractSettings, until: Instant?) {
    self.init(
      source: settings.source.kind.rawValue, interval: settings.interval, calendar: settings.calendar,
      from: settings.from, until: until, prices: settings.prices)
  }
}
