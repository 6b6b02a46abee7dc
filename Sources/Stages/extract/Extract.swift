import ArgumentParser
import Artifacts
import Chronology
import Configuration
import Market
import Numerics
import StageKit

/// From a source of rows to a checked series.
@main
struct Extract: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Read a market's rows, check every one of them, and publish them as a series.")
  static let stage = Stage.extract

  @OptionGroup var options: StageOptions

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .extract(let settings) = work.resolved.settings else {
      preconditionFailure("extract's own settings")
    }
    let (raw, kind) = try settings.rows()
    let assembly = SeriesAssembly(
      source: kind.rawValue, interval: settings.interval, calendar: settings.calendar, until: settings.until,
      prices: settings.prices)
    let series = try assembly.series(from: raw)
    var facts = try series.write(to: work.publication)
    if let until = settings.until { facts["until"] = .string(until.description) }
    return StageResult(facts: facts, summary: series.summary)
  }
}

extension ExtractSettings {
  /// The source's rows, and its kind.
  fileprivate func rows() throws -> (RawSeries, SourceKind) {
    switch source {
    case .synthetic(let settings):
      return (SyntheticSource(settings, until: until).read(), .synthetic)
    case .csv(let settings):
      let source = CSVSource(
        files: settings.files.map { .init(entity: $0.entity, path: $0.path) },
        timeColumn: settings.timeColumn,
        entityColumn: settings.entityColumn, columns: settings.columns, offsetMinutes: settings.offsetMinutes)
      return (try source.read(), .csv)
    case .klinesJSON(let files):
      return (
        try KlinesSource(files: files.map { .init(entity: $0.entity, path: $0.path) }).read(), .klinesJSON
      )
    }
  }
}

extension SyntheticSource {
  fileprivate init(_ settings: ExtractSettings.Synthetic, until: Instant?) {
    let process: Process =
      switch settings.process {
      case .market: .market
      case .walk: .walk
      case .sinusoids: .sinusoids(SinusoidProcess(settings.sinusoids))
      }
    self.init(
      process: process, symbols: settings.symbols, seed: settings.seed, start: settings.start,
      interval: settings.interval, rows: settings.rowCount(until: until))
  }
}

extension ExtractSettings.Synthetic {
  /// The bars that close by `until`, or as many as were asked for, whichever is fewer.
  fileprivate func rowCount(until: Instant?) -> Int {
    guard let until else { return rows ?? 0 }
    var count = 0
    while interval.after(start, steps: count + 1) <= until, count < rows ?? .max { count += 1 }
    return count
  }
}

extension SinusoidProcess {
  fileprivate init(_ settings: ExtractSettings.Sinusoids) {
    self.init(
      maximumCount: settings.maximumCount, amplitude: settings.amplitude, frequency: settings.frequency,
      addNoise: settings.addNoise, maximumLinearTrend: settings.maximumLinearTrend,
      maximumExponentialTrend: settings.maximumExponentialTrend)
  }
}

extension Series {
  /// What a person wants to know at once.
  fileprivate var summary: [String] {
    let names = entities.count <= 6 ? entities.joined(separator: ", ") : "\(entities.count) entities"
    let span = [time.min(), time.max()].compactMap { $0.map { Instant(milliseconds: $0).readable() } }
    let missing = gaps.reduce(0) { $0 + $1.count }
    return [
      "\(DecimalNumber.grouped(rowCount)) rows of \(columns.count) columns, every \(interval), \(names)",
      span.joined(separator: " to ") + " UTC",
      gaps.isEmpty ? "no gaps" : "\(gaps.count) gaps, \(DecimalNumber.grouped(missing)) missing bars",
    ]
  }
}
