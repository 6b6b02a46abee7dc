package import Artifacts
private import Numerics

extension Blueprint {
  /// A composition of blocks, and how it is trained.
  package struct Network: Sendable, Equatable {
    /// The list of blocks with all `$settings` put in; what each block takes is checked where blocks are known.
    package var blocks: JSON
    package var training: TrainingSettings
    package var forecast: ForecastSettings
    /// Where each block and setting stands, by its path: `network.1.encoder.layers`, `training.loss`.
    package var places: [String: Place]
  }
}

/// Turns a tree of a model's file into JSON: `$name` stands for the setting of that name.
struct BlockTree {
  /// A setting, and where its value is written: in the model's file, or where a step overrides it.
  struct Setting {
    let value: JSON
    let place: Place
  }

  private let settings: [String: Setting]
  private(set) var places: [String: Place] = [:]
  private(set) var used: Set<String> = []

  init(settings: [String: Setting]) { self.settings = settings }

  mutating func json(_ node: YAMLNode, path: String) throws(ConfigurationError) -> JSON {
    places[path] = node.place
    switch node.content {
    case .sequence(let elements):
      var list: [JSON] = []
      for (index, element) in elements.enumerated() {
        list.append(try json(element, path: "\(path).\(index)"))
      }
      return .array(list)
    case .mapping(let entries):
      var object: [String: JSON] = [:]
      for entry in entries {
        let here = "\(path).\(entry.key)"
        object[entry.key] = try json(entry.value, path: here)
        // A message about all of a block's settings, or about a list, is one about the line of its name.
        if case .scalar = entry.value.content { continue }
        places[here] = entry.keyPlace
      }
      return .object(object)
    case .scalar(let text, let isPlain):
      guard isPlain else { return .string(text) }
      guard text.hasPrefix("$") else { return Self.scalar(text) }
      let setting = try setting(String(text.dropFirst()), at: node.place)
      places[path] = setting.place
      return setting.value
    }
  }

  /// The same tree with `$settings` put in as scalars.
  mutating func substituted(_ node: YAMLNode) throws(ConfigurationError) -> YAMLNode {
    switch node.content {
    case .sequence(let elements):
      var list: [YAMLNode] = []
      for element in elements { list.append(try substituted(element)) }
      return YAMLNode(.sequence(list), at: node.place)
    case .mapping(let entries):
      var written: [YAMLNode.Entry] = []
      for entry in entries {
        var changed = entry
        changed.value = try substituted(entry.value)
        written.append(changed)
      }
      return YAMLNode(.mapping(written), at: node.place)
    case .scalar(let text, let isPlain):
      guard isPlain, text.hasPrefix("$") else { return node }
      let setting = try setting(String(text.dropFirst()), at: node.place)
      return YAMLNode(Self.content(setting.value, at: setting.place), at: setting.place)
    }
  }

  private static func content(_ json: JSON, at place: Place) -> YAMLNode.Content {
    if let list = json.array { return .sequence(list.map { YAMLNode(content($0, at: place), at: place) }) }
    if let object = json.object {
      let entries = object.sorted { $0.key < $1.key }
      return .mapping(
        entries.map { name, value in
          YAMLNode.Entry(key: name, keyPlace: place, value: YAMLNode(content(value, at: place), at: place))
        })
    }
    if let text = json.string { return .scalar(text, isPlain: false) }
    return .scalar(json == .null ? "" : json.inline, isPlain: true)
  }

  private mutating func setting(_ name: String, at place: Place) throws(ConfigurationError) -> Setting {
    guard let value = settings[name] else {
      throw .unknownName(
        what: "setting", name: name, at: place, nearest: NearestName.of(name, among: Array(settings.keys)),
        known: settings.keys.sorted())
    }
    used.insert(name)
    return value
  }

  /// A plain scalar with the type that it shows.
  static func scalar(_ text: String) -> JSON {
    switch text {
    case "", "null", "~": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      if let integer = Fields.integer(text) { return JSON(integer) }
      if let number = DecimalNumber.parse(text) { return .number(number) }
      return .string(text)
    }
  }
}
