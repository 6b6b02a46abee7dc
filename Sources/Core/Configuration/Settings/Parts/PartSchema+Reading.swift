import Artifacts

extension PartSchema {
  /// Reads the settings of a part; what is not written has its default, and what nobody knows is refused.
  func read(_ fields: inout Fields) throws(ConfigurationError) {
    for (name, kind) in settings { try Self.read(name, kind, &fields) }
  }

  private static func read(_ name: String, _ kind: Kind, _ fields: inout Fields) throws(ConfigurationError) {
    switch kind {
    case .optional(let kind):
      if fields.has(name) { try read(name, kind, &fields) } else { fields.record(name, .null) }
    case .column(let fallback): _ = try fields.text(name, default: fallback)
    case .integer(let fallback, let range): _ = try fields.integer(name, default: fallback, in: range)
    case .integers(let fallback, let range): _ = try fields.integers(name, default: fallback, in: range)
    case .number(let fallback, let range): _ = try fields.number(name, default: fallback, in: range)
    case .numbers(let fallback, let range): _ = try fields.numbers(name, default: fallback, in: range)
    case .truth(let fallback): _ = try fields.truth(name, default: fallback)
    case .choice(let names, let fallback): try fields.choice(name, among: names, default: fallback)
    case .choices(let names, let fallback): try fields.choices(name, among: names, default: fallback)
    case .bars(let fallback, let range): try fields.bars(name, default: fallback, in: range)
    }
  }

  /// What written settings make of the part's name, so that two averages are told apart: `sma_20`, `ema_3h`.
  func title(_ settings: YAMLNode?) -> String {
    var title = name.replacing("-", with: "_")
    guard case .mapping(let entries)? = settings?.content else { return title }
    for (setting, kind) in self.settings {
      guard let entry = entries.first(where: { $0.key == setting }),
        case .scalar(let text, _) = entry.value.content
      else { continue }
      if case .truth = kind {
        if text == "true" { title += "_" + setting }
      } else {
        title += "_" + text.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
      }
    }
    return title
  }
}

/// A list whose elements name parts: `[rsi, {sma: {period: 20}}]`.
struct PartList {
  let what: String
  let schemas: [PartSchema]

  /// The schema that an element names, and the settings written with it.
  func part(
    _ node: YAMLNode, of setting: String, in fields: Fields
  ) throws(ConfigurationError) -> (schema: PartSchema, settings: YAMLNode?) {
    let (name, settings) = try Self.name(node, of: setting, in: fields)
    guard let schema = schemas.first(where: { $0.name == name }) else {
      let names = schemas.map(\.name)
      throw .unknownName(
        what: what, name: name, at: node.place, nearest: NearestName.of(name, among: names), known: names)
    }
    return (schema, settings)
  }

  /// The name of an element and what is written under it.
  static func name(
    _ node: YAMLNode, of setting: String, in fields: Fields
  ) throws(ConfigurationError) -> (name: String, settings: YAMLNode?) {
    switch node.content {
    case .scalar(let name, _) where !name.isEmpty: return (name, nil)
    case .mapping(let entries) where entries.count == 1: return (entries[0].key, entries[0].value)
    default:
      throw fields.wrong(setting, node, expected: "a list of names, or of one name with its settings each")
    }
  }

  /// A list of parts with their settings resolved, each as `{"name": …, settings…}`.
  func read(_ setting: String, _ fields: inout Fields) throws(ConfigurationError) -> [JSON]? {
    guard let elements = try fields.elements(setting) else { return nil }
    var parts: [JSON] = []
    for element in elements {
      let (schema, settings) = try part(element, of: setting, in: fields)
      var inner = try Fields(settings, of: "\(what) '\(schema.name)'", at: element.place)
      try schema.read(&inner)
      try inner.finish()
      parts.append(.object(inner.resolved.merging(["name": .string(schema.name)]) { _, name in name }))
    }
    return parts
  }
}
