import Artifacts
package import Chronology

extension PrepareSettings {
  /// A length of time: a number of rows, or a time such as `30d`.
  package enum Length: Sendable, Equatable {
    case rows(Int)
    case time(Interval)
  }

  package struct Shares: Sendable, Equatable {
    package var train: Double
    package var validation: Double
    package var test: Double
  }

  package enum Preset: String, CaseIterable, Sendable {
    /// The ETT protocol at one hour: 12, 4 and 4 months of 30 days, in rows.
    case ettHourly = "ett-hourly"
    /// The same at a quarter of an hour, four times as many rows.
    case ettMinute = "ett-minute"
  }

  /// How the past is cut into what is fitted on, chosen by and judged by.
  package enum Split: Sendable, Equatable {
    case preset(Preset)
    /// Shares of the times that occur, on one date for all entities, or of each entity's own rows.
    case fractions(Shares, ofEachEntity: Bool)
    /// The first label of each part; `end`, when given, is behind the last label of the test.
    case dates(validation: Instant, test: Instant, end: Instant?)
    /// The same in rows of each entity.
    case rows(validation: Int, test: Int, end: Int?)
    /// Each part with its beginning and its end.
    case ranges(train: Range<Instant>, validation: Range<Instant>, test: Range<Instant>)
    /// Folds whose tests follow each other; `rolling` is the length of what is trained on, nil for all that was before.
    case walkForward(folds: Int, test: Length, validation: Length, rolling: Length?, embargo: Int)
    case purgedKFold(folds: Int, validation: Double, embargo: Int)
    case combinatorial(groups: Int, testGroups: Int, validation: Double, embargo: Int)
    /// Windows dealt at random: neighbours share nearly all of their rows, so the test is seen in training.
    case randomLeaky(Shares, seed: Int)
  }
}

extension PrepareSettings.Split {
  private static let names = [
    "preset", "fractions", "dates", "rows", "ranges", "walk_forward", "purged_k_fold", "combinatorial",
    "random-leaky",
  ]

  init(_ node: YAMLNode, _ fields: inout Fields) throws(ConfigurationError) {
    if case .scalar("random-leaky", _) = node.content {
      let shares = PrepareSettings.Shares(train: 0.7, validation: 0.1, test: 0.2)
      self = .randomLeaky(shares, seed: 1)
      fields.record("split", ["random-leaky": ["train": 0.7, "validation": 0.1, "test": 0.2, "seed": 1]])
      return
    }
    if case .scalar(let text, _) = node.content, !text.isEmpty {
      throw .unknownName(
        what: "split", name: text, at: node.place, nearest: NearestName.of(text, among: Self.names),
        known: Self.names)
    }
    self = try fields.nested("split", node) { inner throws(ConfigurationError) in try Self.read(&inner) }
  }

  private static func read(_ fields: inout Fields) throws(ConfigurationError) -> Self {
    let written = names.filter { fields.has($0) }
    guard written.count == 1 else {
      // A name that is nearly one of them is told so.
      if written.isEmpty { try fields.finish() }
      throw .wrongValue(
        at: fields.place, setting: "split", expected: "one of " + names.joined(separator: ", "),
        found: written.isEmpty ? "none of them" : written.joined(separator: " and "))
    }
    if written[0] == "preset" { return .preset(try fields.choice("preset")) }
    let split = try fields.nested(written[0]) { inner throws(ConfigurationError) -> Self in
      switch written[0] {
      case "fractions":
        let shares = try shares(&inner, "split.fractions")
        try inner.choice("each", among: ["date", "entity"], default: "date")
        return .fractions(shares, ofEachEntity: inner.resolved["each"]?.string == "entity")
      case "dates": return try dates(&inner)
      case "rows": return try rows(&inner)
      case "ranges": return try ranges(&inner)
      case "walk_forward": return try walkForward(&inner)
      case "purged_k_fold":
        return .purgedKFold(
          folds: try inner.integer("folds", default: 5, in: 2...1000),
          validation: try inner.number("validation", default: 0.1, in: 0.01...0.5),
          embargo: try inner.integer("embargo", default: 0, in: 0...1_000_000))
      case "combinatorial": return try combinatorial(&inner)
      default:
        return .randomLeaky(
          try shares(&inner, "split.random-leaky"),
          seed: try inner.integer("seed", default: 1, in: 0...(1 << 53)))
      }
    }
    guard let split else { throw fields.missing(written[0]) }
    return split
  }

  private static func shares(
    _ fields: inout Fields, _ setting: String
  ) throws(ConfigurationError) -> PrepareSettings.Shares {
    let train = try fields.number("train", in: 0.01...0.98)
    let validation = try fields.number("validation", in: 0.01...0.98)
    let test = try fields.number("test", in: 0.01...0.98)
    guard abs(train + validation + test - 1) < 1e-9 else {
      throw .wrongValue(
        at: fields.place, setting: setting, expected: "shares that add up to 1",
        found: "\(train) + \(validation) + \(test) = \(train + validation + test)")
    }
    return PrepareSettings.Shares(train: train, validation: validation, test: test)
  }

  private static func dates(_ fields: inout Fields) throws(ConfigurationError) -> Self {
    guard let validation = try fields.instant("validation") else { throw fields.missing("validation") }
    guard let test = try fields.instant("test") else { throw fields.missing("test") }
    let end = try fields.instant("end")
    guard validation < test, end.map({ test < $0 }) ?? true else {
      throw .wrongValue(
        at: fields.place, setting: "split.dates",
        expected: "dates that follow each other: validation, test, end",
        found: [validation, test, end].compactMap { $0?.description }.joined(separator: ", "))
    }
    return .dates(validation: validation, test: test, end: end)
  }

  private static func rows(_ fields: inout Fields) throws(ConfigurationError) -> Self {
    // Rows of each entity from its first, or, below zero, from its last.
    let range = -Int(1e12)...Int(1e12)
    let (validation, test) = (
      try fields.integer("validation", in: range), try fields.integer("test", in: range)
    )
    let end = fields.has("end") ? try fields.integer("end", in: range) : nil
    let places = [validation, test] + (end.map { [$0] } ?? [])
    // What counts from the front and what counts from the end can only be compared where an entity's rows are known.
    let isOrdered = zip(places, places.dropFirst()).allSatisfy { ($0 < 0) != ($1 < 0) || $0 < $1 }
    guard isOrdered, !places.contains(0) else {
      throw .wrongValue(
        at: fields.place, setting: "split.rows",
        expected: "rows that follow each other: validation, test, end",
        found: [validation, test, end].compactMap { $0.map(String.init) }.joined(separator: ", "))
    }
    return .rows(validation: validation, test: test, end: end)
  }

  /// `train: [from, to]`, each from its first label up to, but not with, the last date.
  private static func ranges(_ fields: inout Fields) throws(ConfigurationError) -> Self {
    var ranges: [Range<Instant>] = []
    for name in ["train", "validation", "test"] {
      guard let dates = try fields.instants(name) else { throw fields.missing(name) }
      guard dates.count == 2, dates[0] < dates[1] else {
        throw .wrongValue(
          at: fields.place, setting: "split.ranges.\(name)", expected: "two dates that follow each other",
          found: dates.map(\.description).joined(separator: ", "))
      }
      ranges.append(dates[0]..<dates[1])
    }
    return .ranges(train: ranges[0], validation: ranges[1], test: ranges[2])
  }

  private static func walkForward(_ fields: inout Fields) throws(ConfigurationError) -> Self {
    let folds = try fields.integer("folds", in: 1...1000)
    guard let test = try fields.length("test") else { throw fields.missing("test") }
    guard let validation = try fields.length("validation") else { throw fields.missing("validation") }
    return .walkForward(
      folds: folds, test: test, validation: validation, rolling: try fields.length("rolling"),
      embargo: try fields.integer("embargo", default: 0, in: 0...1_000_000))
  }

  private static func combinatorial(_ fields: inout Fields) throws(ConfigurationError) -> Self {
    let groups = try fields.integer("groups", default: 6, in: 2...30)
    return .combinatorial(
      groups: groups, testGroups: try fields.integer("test_groups", default: 2, in: 1...(groups - 1)),
      validation: try fields.number("validation", default: 0.1, in: 0.01...0.5),
      embargo: try fields.integer("embargo", default: 0, in: 0...1_000_000))
  }
}

extension Fields {
  /// A number of rows or a time; nil when it is not written.
  fileprivate mutating func length(_ name: String) throws(ConfigurationError) -> PrepareSettings.Length? {
    guard has(name) else { return nil }
    try bars(name, default: nil, in: 1...Int(1e12))
    if let rows = resolved[name]?.integer { return .rows(rows) }
    return resolved[name]?.string.flatMap { Interval($0) }.map { .time($0) }
  }
}
