import Artifacts
package import Chronology

/// The settings of a step of stage `extract`.
package struct ExtractSettings: Sendable {
  package enum SourceKind: String, CaseIterable, Sendable {
    case synthetic
    case csv
    case csvSeries = "csv-series"
    case klinesJSON = "klines-json"
    case sqlite
    case binance, coinbase, kraken, tiingo
    case binanceArchive = "binance-archive"
  }

  package enum Process: String, CaseIterable, Sendable {
    case market, walk, sinusoids
  }

  package enum Source: Sendable {
    case synthetic(Synthetic)
    case csv(CSV)
    case csvSeries(CSVSeries)
    case klinesJSON(files: [EntityFile], columns: [String]?)
    case sqlite(SQLite)
    case exchange(ExchangeSettings)

    package var kind: SourceKind {
      switch self {
      case .synthetic: .synthetic
      case .csv: .csv
      case .csvSeries: .csvSeries
      case .klinesJSON: .klinesJSON
      case .sqlite: .sqlite
      case .exchange(let exchange): exchange.kind.source
      }
    }

    fileprivate var isOfFiles: Bool {
      switch self {
      case .csv, .csvSeries, .klinesJSON, .sqlite: true
      case .synthetic, .exchange: false
      }
    }
  }

  /// A file and the entity that its rows belong to.
  package struct EntityFile: Sendable {
    package var entity: String
    package var path: String
  }

  package struct Synthetic: Sendable {
    package var process: Process
    package var symbols: [String]
    package var seed: UInt64
    package var start: Instant
    package var interval: Interval
    /// Rows per symbol; nil when `until` decides.
    package var rows: Int?
    package var sinusoids = Sinusoids()
  }

  /// J28–J33 of the reference's synthetic data set.
  package struct Sinusoids: Sendable {
    package var maximumCount = 3
    package var amplitude = 0.1...1.0
    package var frequency = 0.5...30.0
    package var addNoise = false
    package var maximumLinearTrend = 0.5
    package var maximumExponentialTrend = 0.01
  }

  package struct CSV: Sendable {
    package var files: [EntityFile]
    /// Nil where rows have no times and are numbered from `start`.
    package var timeColumn: String?
    package var entityColumn: String?
    /// Nil for every column that is neither time nor entity.
    package var columns: [String]?
    /// Minutes east of UTC that times without an offset are in.
    package var offsetMinutes: Int
    package var start = Instant(milliseconds: 0)
  }

  /// A series a row.
  package struct CSVSeries: Sendable {
    package enum Alignment: String, CaseIterable, Sendable { case start, end }

    /// The file, and one in which its series go on.
    package var paths: [String]
    package var column: String
    package var start: Instant
    package var alignment: Alignment
  }

  package struct SQLite: Sendable {
    package var file: EntityFile
    /// Nil for FEATURE, or the only table.
    package var table: String?
    package var timeColumn: String
    /// Nil for share_id where there is such a column.
    package var entityColumn: String?
    /// Nil for every column that is neither time nor entity.
    package var columns: [String]?
    /// Minutes east of UTC that times without an offset are in.
    package var offsetMinutes: Int
  }

  package var source: Source
  /// Bars that open before it are left out; of files only.
  package var from: Instant?
  /// Only bars that have closed by then are taken.
  package var until: Instant?
  /// Whether `until` is the last bar that the source calls closed when the step runs.
  package var untilLatestClosed: Bool
  /// Nil when the rows decide.
  package var interval: Interval?
  package var calendar: Calendar
  /// Columns that must be positive; nil for those named open, high, low and close.
  package var prices: [String]?

  package init(_ fields: inout Fields) throws(ConfigurationError) {
    let source = try fields.nested("source") { source throws(ConfigurationError) in try Self.source(&source) }
    guard let source else { throw fields.missing("source") }
    self.source = source
    (until, untilLatestClosed) = try Self.until(&fields, for: source)
    from = source.isOfFiles ? try fields.instant("from") : nil
    interval = try fields.interval("interval")
    calendar = try fields.choice("calendar", default: .continuous)
    prices = try fields.texts("prices")
    if case .synthetic(let synthetic) = source { try checkLength(of: synthetic, fields) }
    if case .exchange = source, calendar != .continuous {
      throw .wrongValue(
        at: fields.place, setting: "calendar",
        expected: "continuous: an exchange has its own grid and never closes",
        found: calendar.rawValue)
    }
    if case .csv(let csv) = source, csv.timeColumn == nil, interval == nil {
      // Without times, only the grid can say when the rows were.
      throw .wrongValue(
        at: fields.place, setting: "source.time",
        expected: "the column of times, or interval: given where rows have none", found: "nothing")
    }
    if case .csvSeries = source, interval == nil { throw fields.missing("interval") }
  }

  /// `latest-closed`, as `until:` writes it.
  package static let latestClosed = "latest-closed"

  private static func until(
    _ fields: inout Fields, for source: Source
  ) throws(ConfigurationError) -> (Instant?, isLatestClosed: Bool) {
    guard case .exchange = source else { return (try fields.instant("until"), false) }
    if fields.isText(latestClosed, at: "until") { return (nil, try fields.text("until") == latestClosed) }
    guard let until = try fields.instant("until") else { throw fields.missing("until") }
    return (until, false)
  }

  /// The most rows of one symbol that are generated.
  private static let rowLimit = 50_000_000

  private func checkLength(of synthetic: Synthetic, _ fields: Fields) throws(ConfigurationError) {
    guard let until else {
      guard synthetic.rows != nil else { throw fields.missing("until") }
      return
    }
    let first = synthetic.interval.after(synthetic.start)
    var bars: Int64 = 0
    if case .milliseconds(let length) = synthetic.interval {
      bars = (until.milliseconds - synthetic.start.milliseconds) / length
    }
    guard first <= until, bars <= Self.rowLimit || synthetic.rows != nil else {
      throw .wrongValue(
        at: fields.place, setting: "until",
        expected: "a time when the first bar has closed (\(first)) and at most \(Self.rowLimit) more have",
        found: until.description)
    }
  }

  private static func source(_ fields: inout Fields) throws(ConfigurationError) -> Source {
    let kind: SourceKind = try fields.choice("kind")
    switch kind {
    case .synthetic: return .synthetic(try Synthetic(&fields))
    case .csv: return .csv(try CSV(&fields))
    case .csvSeries: return .csvSeries(try CSVSeries(&fields))
    case .klinesJSON: return .klinesJSON(files: try files(&fields), columns: try fields.texts("columns"))
    case .sqlite: return .sqlite(try SQLite(&fields))
    case .binance: return .exchange(try ExchangeSettings(.binance, &fields))
    case .binanceArchive: return .exchange(try ExchangeSettings(.binanceArchive, &fields))
    case .coinbase: return .exchange(try ExchangeSettings(.coinbase, &fields))
    case .kraken: return .exchange(try ExchangeSettings(.kraken, &fields))
    case .tiingo: return .exchange(try ExchangeSettings(.tiingo, &fields))
    }
  }

  /// `path`, with `name` for the entity, or `paths` by entity.
  fileprivate static func files(_ fields: inout Fields) throws(ConfigurationError) -> [EntityFile] {
    if let files = try fields.filesByName("paths") {
      return files.map { EntityFile(entity: $0.name, path: $0.path) }
    }
    guard let path = try fields.file("path") else { throw fields.missing("path") }
    let stem = Disk.lastComponent(of: path).prefix { $0 != "." }
    return [
      EntityFile(entity: try fields.text("name", default: stem.isEmpty ? "series" : String(stem)), path: path)
    ]
  }
}

extension ExtractSettings.Synthetic {
  fileprivate init(_ fields: inout Fields) throws(ConfigurationError) {
    process = try fields.choice("process", default: .market)
    symbols = try fields.texts("symbols") ?? ["SYNTH"]
    if symbols == ["SYNTH"] { fields.record("symbols", JSON(symbols)) }
    seed = UInt64(try fields.integer("seed", default: 0, in: 0...Int.max))
    guard let start = try fields.instant("start") else { throw fields.missing("start") }
    self.start = start
    interval = try fields.interval("interval", default: .milliseconds(3_600_000)) ?? .milliseconds(3_600_000)
    rows = fields.has("rows") ? try fields.integer("rows", in: 1...50_000_000) : nil
    if process == .sinusoids { sinusoids = try ExtractSettings.Sinusoids(&fields) }
  }
}

extension ExtractSettings.Sinusoids {
  fileprivate init(_ fields: inout Fields) throws(ConfigurationError) {
    maximumCount = try fields.integer("num_sinusoids", default: 3, in: 2...1000)
    amplitude = try Self.range(&fields, "amplitude", default: [0.1, 1])
    frequency = try Self.range(&fields, "frequency", default: [0.5, 30])
    addNoise = try fields.truth("add_noise", default: false)
    maximumLinearTrend = try fields.number("max_linear_trend", default: 0.5, in: 0...1e6)
    maximumExponentialTrend = try fields.number("max_exp_trend", default: 0.01, in: 0...1e6)
  }

  private static func range(
    _ fields: inout Fields, _ name: String, default fallback: [Double]
  ) throws(ConfigurationError) -> ClosedRange<Double> {
    let bounds = try fields.numbers(name, default: fallback, in: 0...1000)
    guard bounds.count == 2, bounds[0] <= bounds[1] else {
      throw .wrongValue(
        at: fields.place, setting: name, expected: "a list of a least and a greatest value",
        found: JSON(bounds).inline)
    }
    return bounds[0]...bounds[1]
  }
}

extension ExtractSettings.CSV {
  fileprivate init(_ fields: inout Fields) throws(ConfigurationError) {
    files = try ExtractSettings.files(&fields)
    timeColumn = fields.has("time") ? try fields.text("time") : nil
    if timeColumn == nil { start = try fields.instant("start") ?? start }
    entityColumn = fields.has("entity") ? try fields.text("entity") : nil
    columns = try fields.texts("columns")
    offsetMinutes = try Self.offset(&fields)
    guard entityColumn == nil || files.count == 1 else {
      throw .wrongValue(
        at: fields.place, setting: "entity",
        expected: "given for one file only: several files are one entity each",
        found: "\(files.count) files")
    }
  }

  fileprivate static func offset(_ fields: inout Fields) throws(ConfigurationError) -> Int {
    let text = try fields.text("timezone", default: "UTC")
    if text == "UTC" { return 0 }
    let parts = text.dropFirst().split(separator: ":").map { Int($0) }
    guard let sign = text.first, "+-".contains(sign), parts.count == 2, let hours = parts[0], hours <= 14,
      let minutes = parts[1], minutes < 60
    else {
      throw .wrongValue(
        at: fields.place, setting: "timezone", expected: "UTC or an offset such as +02:00", found: "'\(text)'"
      )
    }
    return (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
  }
}

extension ExtractSettings.CSVSeries {
  fileprivate init(_ fields: inout Fields) throws(ConfigurationError) {
    guard let path = try fields.file("path") else { throw fields.missing("path") }
    paths = [path] + (try fields.file("continued").map { [$0] } ?? [])
    column = try fields.text("column", default: "value")
    start = try fields.instant("start") ?? Instant(milliseconds: 0)
    alignment = try fields.choice("align", default: .start)
  }
}

extension ExtractSettings.SQLite {
  fileprivate init(_ fields: inout Fields) throws(ConfigurationError) {
    guard !fields.has("paths"), let file = try ExtractSettings.files(&fields).first else {
      throw fields.missing("path")
    }
    self.file = file
    table = fields.has("table") ? try fields.text("table") : nil
    timeColumn = try fields.text("time", default: "time")
    entityColumn = fields.has("entity") ? try fields.text("entity") : nil
    columns = try fields.texts("columns")
    offsetMinutes = try ExtractSettings.CSV.offset(&fields)
  }
}
