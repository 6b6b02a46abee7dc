import Chronology
import Configuration
import Market

extension ExtractSettings {
  /// The source of the rows; `threads` may work at once.
  func rows(threads: Int) -> any RowSource {
    switch source {
    case .synthetic(let settings): return SyntheticSource(settings, until: until)
    case .exchange: preconditionFailure("an exchange's bars come through the store")
    case .csv(let settings):
      var source = CSVSource(
        files: settings.files.map { .init(entity: $0.entity, path: $0.path) },
        timeColumn: settings.timeColumn,
        entityColumn: settings.entityColumn, columns: settings.columns, offsetMinutes: settings.offsetMinutes)
      source.start = settings.start
      source.interval = interval ?? source.interval
      source.threads = threads
      return source
    case .csvSeries(let settings):
      return SeriesRowsSource(
        paths: settings.paths, column: settings.column, start: settings.start,
        interval: interval ?? .milliseconds(1), alignment: settings.alignment == .end ? .end : .start)
    case .klinesJSON(let files, let columns):
      return KlinesSource(files: files.map { .init(entity: $0.entity, path: $0.path) }, columns: columns)
    case .sqlite(let settings):
      return SQLiteSource(
        file: .init(entity: settings.file.entity, path: settings.file.path), table: settings.table,
        timeColumn: settings.timeColumn, entityColumn: settings.entityColumn, columns: settings.columns,
        offsetMinutes: settings.offsetMinutes)
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
