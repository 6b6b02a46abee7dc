import Chronology
import Configuration
import Market

extension ExtractSettings {
  /// The source's rows, and its kind.
  func rows(progress: (Int, Int) -> Void) throws -> (RawSeries, SourceKind) {
    switch source {
    case .synthetic(let settings):
      return (SyntheticSource(settings, until: until).read(progress: progress), .synthetic)
    case .csv(let settings):
      let source = CSVSource(
        files: settings.files.map { .init(entity: $0.entity, path: $0.path) },
        timeColumn: settings.timeColumn,
        entityColumn: settings.entityColumn, columns: settings.columns, offsetMinutes: settings.offsetMinutes)
      return (try source.read(progress: progress), .csv)
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
