import Artifacts
import Chronology

/// Reads what turns a series into columns, and notes where each part stands.
struct RecipeReader {
  private(set) var json: JSON = [:]
  private(set) var places: [String: Place] = [:]
  private let place: Place

  init(place: Place) { self.place = place }

  var hasLabels: Bool { json["labels"]?.array?.isEmpty == false }

  mutating func read(_ fields: inout Fields) throws(ConfigurationError) {
    var transforms = try PartList(what: "transform", schemas: PartCatalogue.transforms).read(
      "transforms", &fields)
    if transforms == nil { transforms = [try Self.standard(at: fields.place)] }
    let features = try features(&fields)
    let labels = try labels(&fields)
    let window = try fields.nested("window") { inner throws(ConfigurationError) in try Self.window(&inner) }
    let cleaning = try CleaningReader.read(&fields)
    let intervals = try Self.intervals(&fields)
    json = [
      "transforms": .array(transforms ?? []), "features": features.map(JSON.array) ?? .null,
      "labels": .array(labels),
      "window": window ?? .null, "clean": cleaning ?? .null, "intervals": intervals ?? .null,
    ]
    for key in ["transforms", "features", "labels", "window", "clean", "intervals"] {
      fields.record(key, json[key] ?? .null)
    }
  }

  /// What is done where nobody said: each column in standard deviations.
  private static func standard(at place: Place) throws(ConfigurationError) -> JSON {
    guard let schema = PartCatalogue.transforms.first(where: { $0.name == "standardize" }) else { return [:] }
    var fields = try Fields(nil, of: "transform 'standardize'", at: place)
    try schema.read(&fields)
    return .object(fields.resolved.merging(["name": .string(schema.name)]) { _, name in name })
  }

  /// Bars that are made of the series' own, such as `[1h, 4h]`; nil for the series' own.
  private static func intervals(_ fields: inout Fields) throws(ConfigurationError) -> JSON? {
    guard let elements = try fields.elements("intervals") else { return nil }
    var intervals: [JSON] = []
    for element in elements {
      guard case .scalar(let text, _) = element.content, let interval = Interval(text) else {
        throw fields.wrong("intervals", element, expected: "a list of different intervals such as [1h, 4h]")
      }
      let name = JSON.string(interval.description)
      guard !intervals.contains(name) else {
        throw fields.wrong("intervals", element, expected: "a list of different intervals such as [1h, 4h]")
      }
      intervals.append(name)
    }
    return intervals.isEmpty ? nil : .array(intervals)
  }

  // MARK: Features

  /// Nil for all columns of the series.
  private mutating func features(_ fields: inout Fields) throws(ConfigurationError) -> [JSON]? {
    guard let elements = try fields.elements("features") else { return nil }
    let list = PartList(what: "indicator", schemas: PartCatalogue.indicators + [Self.column])
    var features: [JSON] = []
    for (index, element) in elements.enumerated() {
      places["features.\(index)"] = element.place
      // A plain name that is no indicator's is a column's; which columns there are, the series will say.
      if case .scalar(let name, _) = element.content, !name.isEmpty,
        !PartCatalogue.indicators.contains(where: { $0.name == name })
      {
        features.append([
          "kind": "column", "name": .string(name), "settings": ["of": .string(name)], "transforms": .null,
        ])
      } else {
        let (schema, settings) = try list.part(element, of: "features", in: fields)
        features.append(try Self.named(schema, settings, at: element.place, what: "indicator"))
      }
    }
    try refuseDoubles(features, fields)
    return features
  }

  /// A column under another name, or with transforms of its own.
  private static let column = PartSchema("column", ["of": .column(default: nil)])

  private static func named(
    _ schema: PartSchema, _ settings: YAMLNode?, at place: Place, what: String
  ) throws(ConfigurationError) -> JSON {
    var inner = try Fields(settings, of: "\(what) '\(schema.name)'", at: place)
    try schema.read(&inner)
    let own = inner.resolved
    let title = schema.name == "column" ? own["of"]?.string : schema.title(settings)
    let name = try inner.text("as", default: title)
    let transforms = try PartList(what: "transform", schemas: PartCatalogue.transforms).read(
      "transforms", &inner)
    try inner.finish()
    return [
      "kind": .string(schema.name), "name": .string(name), "settings": .object(own),
      "transforms": transforms.map(JSON.array) ?? .null,
    ]
  }

  private func refuseDoubles(_ features: [JSON], _ fields: Fields) throws(ConfigurationError) {
    var seen: Set<String> = []
    for (index, feature) in features.enumerated() {
      guard let name = feature["name"]?.string, !seen.insert(name).inserted else { continue }
      throw .wrongValue(
        at: places["features.\(index)"] ?? fields.place, setting: "features",
        expected: "a list of different names; give one an 'as:'", found: "'\(name)' twice")
    }
  }

  // MARK: Labels

  private mutating func labels(_ fields: inout Fields) throws(ConfigurationError) -> [JSON] {
    let list = PartList(what: "label", schemas: PartCatalogue.labels)
    var labels: [JSON] = []
    for (index, element) in (try fields.elements("labels") ?? []).enumerated() {
      places["labels.\(index)"] = element.place
      let (schema, settings) = try list.part(element, of: "labels", in: fields)
      var inner = try Fields(settings, of: "label '\(schema.name)'", at: element.place)
      try schema.read(&inner)
      let own = inner.resolved
      let name = try inner.text("as", default: schema.title(settings))
      try inner.finish()
      labels.append(["kind": .string(schema.name), "name": .string(name), "settings": .object(own)])
    }
    return labels
  }

  // MARK: Windows

  private static func window(_ fields: inout Fields) throws(ConfigurationError) -> JSON {
    try fields.choice("scale", among: ["none", "last", "mean", "mean-std", "min-max"], default: "none")
    var groups: [JSON] = []
    for element in try fields.elements("share") ?? [] {
      guard case .sequence(let names) = element.content else {
        throw fields.wrong("share", element, expected: "a list of lists of features")
      }
      var group: [JSON] = []
      for name in names {
        guard case .scalar(let text, _) = name.content, !text.isEmpty else {
          throw fields.wrong("share", name, expected: "a list of lists of features")
        }
        group.append(.string(text))
      }
      groups.append(.array(group))
    }
    fields.record("share", .array(groups))
    if try fields.texts("leave") == nil { fields.record("leave", .array([])) }
    try fields.choice("over", among: ["inputs", "inputs-and-labels"], default: "inputs")
    let filters = try PartList(what: "filter", schemas: PartCatalogue.filters).read("smooth", &fields)
    fields.record("smooth", .array(filters ?? []))
    return .object(fields.resolved)
  }
}
