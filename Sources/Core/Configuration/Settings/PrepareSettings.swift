import Artifacts
package import Chronology

/// The settings of a step of stage `prepare`.
package struct PrepareSettings: Sendable {
  /// How far the statistics of a transform reach.
  package enum Scope: String, CaseIterable, Sendable {
    /// Each entity has its own.
    case entity
    /// All entities share one, column by column.
    case all
  }

  package enum Transform: Sendable, Equatable {
    case log
    case logReturn
    case standardize(per: Scope)
    /// Within each window: the last input is subtracted from inputs and labels.
    case subtractLast
  }

  package enum Preset: String, CaseIterable, Sendable {
    /// The ETT protocol at one hour: 12, 4 and 4 months of 30 days, in rows.
    case ettHourly = "ett-hourly"
  }

  package enum Split: Sendable, Equatable {
    case preset(Preset)
    /// Shares of the times that occur; the rest after validation is the test.
    case fractions(train: Double, validation: Double, test: Double)
    /// The first label of each part; `end`, when given, is behind the last label of the test.
    case dates(validation: Instant, test: Instant, end: Instant?)
  }

  /// L.
  package var lookback: Int
  /// H.
  package var horizon: Int
  /// Nil for all columns of the series.
  package var features: [String]?
  /// Nil for all features.
  package var targets: [String]?
  package var transforms: [Transform]
  package var split: Split

  package init(_ fields: inout Fields) throws(ConfigurationError) {
    lookback = try fields.integer("lookback", in: 1...1_000_000)
    horizon = try fields.integer("horizon", in: 1...1_000_000)
    features = try fields.texts("features")
    targets = try fields.texts("targets")
    transforms = try Self.transforms(&fields)
    let split = try fields.nested("split") { split throws(ConfigurationError) in try Self.split(&split) }
    guard let split else { throw fields.missing("split") }
    self.split = split
  }

  // MARK: Transforms

  private enum TransformName: String, CaseIterable {
    case log
    case logReturn = "log-return"
    case standardize
    case subtractLast = "subtract-last"
  }

  /// A list of names, or of mappings from a name to its settings: `[log, {standardize: {per: all}}]`.
  private static func transforms(_ fields: inout Fields) throws(ConfigurationError) -> [Transform] {
    let elements = try fields.elements("transforms")
    var transforms: [Transform] = []
    var resolved: [JSON] = []
    for element in elements ?? [YAMLNode(.scalar("standardize", isPlain: true), at: fields.place)] {
      let (name, settings) = try transform(element, fields)
      var inner = try Fields(settings, of: "transform '\(name.rawValue)'", at: element.place)
      switch name {
      case .log: transforms.append(.log)
      case .logReturn: transforms.append(.logReturn)
      case .subtractLast: transforms.append(.subtractLast)
      case .standardize: transforms.append(.standardize(per: try inner.choice("per", default: .entity)))
      }
      try inner.finish()
      resolved.append(.object(inner.resolved.merging(["name": .string(name.rawValue)]) { first, _ in first }))
    }
    fields.record("transforms", .array(resolved))
    return transforms
  }

  private static func transform(
    _ node: YAMLNode, _ fields: Fields
  ) throws(ConfigurationError) -> (TransformName, YAMLNode?) {
    let (text, settings): (String, YAMLNode?)
    switch node.content {
    case .scalar(let name, _): (text, settings) = (name, nil)
    case .mapping(let entries) where entries.count == 1: (text, settings) = (entries[0].key, entries[0].value)
    default:
      throw fields.wrong(
        "transforms", node, expected: "a list of names, or of one name with its settings each")
    }
    guard let name = TransformName(rawValue: text) else {
      let names = TransformName.allCases.map(\.rawValue)
      throw .unknownName(
        what: "transform", name: text, at: node.place, nearest: NearestName.of(text, among: names),
        known: names)
    }
    return (name, settings)
  }

  // MARK: Split

  private static func split(_ fields: inout Fields) throws(ConfigurationError) -> Split {
    let written = ["preset", "fractions", "dates"].filter { fields.has($0) }
    guard written.count == 1 else {
      throw .wrongValue(
        at: fields.place, setting: "split", expected: "one of preset, fractions and dates",
        found: written.isEmpty ? "none of them" : written.joined(separator: " and "))
    }
    if fields.has("preset") { return .preset(try fields.choice("preset")) }
    let fractions = try fields.nested("fractions") { shares throws(ConfigurationError) in
      try Self.fractions(&shares)
    }
    if let fractions { return fractions }
    let dates = try fields.nested("dates") { borders throws(ConfigurationError) in try Self.dates(&borders) }
    guard let dates else { throw fields.missing("dates") }
    return dates
  }

  private static func fractions(_ fields: inout Fields) throws(ConfigurationError) -> Split {
    let train = try fields.number("train", in: 0.01...0.98)
    let validation = try fields.number("validation", in: 0.01...0.98)
    let test = try fields.number("test", in: 0.01...0.98)
    guard abs(train + validation + test - 1) < 1e-9 else {
      throw .wrongValue(
        at: fields.place, setting: "split.fractions", expected: "shares that add up to 1",
        found: "\(train) + \(validation) + \(test) = \(train + validation + test)")
    }
    return .fractions(train: train, validation: validation, test: test)
  }

  private static func dates(_ fields: inout Fields) throws(ConfigurationError) -> Split {
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
}
