package import Artifacts
private import Chronology

extension Recipe {
  /// The rows of an artifact after what `clean` says is done to them, and what that was; without `clean` they are read
  /// when they are asked for.
  package func rows(of reader: SeriesReader) throws -> (rows: RowTable, cleaning: Cleaning?) {
    let rules = try CleaningRules(declaration["clean"] ?? .null)
    let (rows, cleaning) =
      try rules.map { try Self.cleaned(ColumnTable(reader), by: $0) } ?? (RowTable(reader), nil)
    return (try resampled(rows), cleaning)
  }

  /// The same for a series in memory.
  package func rows(of series: Series) throws -> RowTable {
    let rules = try CleaningRules(declaration["clean"] ?? .null)
    return try resampled(
      rules.map { try Self.cleaned(ColumnTable(of: series), by: $0).rows } ?? RowTable(of: series))
  }

  private func resampled(_ rows: RowTable) throws -> RowTable {
    try resampling()?.resampled(rows, base: interval) ?? rows
  }

  /// The longer bars that are made; nil where the series' own are taken.
  private func resampling() throws(FeatureError) -> Resampling? {
    guard let intervals = declaration["intervals"]?.strings else { return nil }
    return try Resampling(intervals.compactMap { Interval($0) }, from: interval)
  }

  /// The names of the entities that the recipe makes of a series'.
  package func entityNames(of entities: [String]) throws -> [String] {
    try resampling()?.names(of: entities) ?? entities
  }

  private static func cleaned(
    _ table: ColumnTable, by rules: CleaningRules
  ) throws -> (rows: RowTable, cleaning: Cleaning?) {
    var table = table
    let cleaning = try rules.clean(&table)
    let rows = RowTable(
      entities: table.entities, columns: table.columns, interval: table.interval, calendar: table.calendar,
      time: StoredArray(table.time), offsets: table.offsets, segments: cleaning.segments,
      marked: cleaning.marked, premature: cleaning.premature, columns: table.values)
    return (rows, cleaning)
  }
}

extension CleaningRules {
  /// Reads `clean:` as a manifest keeps it; nil where nothing was declared.
  init?(_ json: JSON) throws(FeatureError) {
    guard json != .null else { return nil }
    func policy(_ kind: String) throws(FeatureError) -> Policy? {
      guard let rule = json[kind], rule != .null else { return nil }
      guard let policy = rule["policy"]?.string.flatMap(Policy.init(rawValue:)) else {
        throw .malformedRecipe(part: "clean", setting: kind)
      }
      return policy
    }
    /// The settings of a kind, defaults included.
    func settings(_ kind: String) -> PartSettings {
      PartSettings(part: "clean.\(kind)", json: json[kind] ?? .null, interval: nil)
    }
    self.init()
    if let policy = try policy("gaps") {
      gaps = Gaps(policy, longest: try settings("gaps").period("longest"))
    }
    zeroVolume = try policy("zero_volume")
    if let policy = try policy("spikes") {
      let rule = settings("spikes")
      spikes = Spikes(
        policy, of: try rule.text("of"), threshold: try rule.number("threshold"),
        window: try rule.period("period"))
    }
    if let policy = try policy("halts") {
      halts = Halts(policy, bars: try settings("halts").period("bars"))
    }
  }
}
