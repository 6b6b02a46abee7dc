private import Artifacts

/// The instances that a step is multiplied into: for each a label and the settings that it has of its own.
///
/// Written as lists to be combined (`matrix: {model: [a, b], horizon: [24, 96]}` makes four) or as a list of
/// combinations (`matrix: [{model: a, horizon: 24}, {as: long, model: b, horizon: 96}]`). Keys are dotted names of
/// settings.
struct Matrix: Sendable {
  struct Combination: Sendable {
    /// `a-24`: what stands behind the `@` of the instance's name.
    var label: String
    var settings: [(keys: [String], value: YAMLNode)]
    var place: Place
  }

  /// More than this is a mistake rather than a plan.
  static let limit = 20_000

  var combinations: [Combination]

  init(_ node: YAMLNode, of step: String) throws(ConfigurationError) {
    switch node.content {
    case .mapping(let entries) where !entries.isEmpty: combinations = try Self.product(entries, of: step)
    case .sequence(let elements) where !elements.isEmpty:
      combinations = []
      for element in elements { combinations.append(try Self.listed(element, of: step)) }
    default:
      throw .wrongValue(
        at: node.place, setting: "\(step).matrix",
        expected: "lists of values by setting, or a list of combinations", found: node.kind)
    }
    var seen: Set<String> = []
    for combination in combinations where !seen.insert(combination.label).inserted {
      throw .wrongValue(
        at: combination.place, setting: "\(step).matrix",
        expected: "combinations with names of their own; list them, and name each with 'as'",
        found: "two that are both called '\(step)@\(combination.label)'")
    }
  }

  // MARK: Lists to be combined

  private static func product(
    _ entries: [YAMLNode.Entry], of step: String
  ) throws(ConfigurationError) -> [Combination] {
    var lists: [(key: YAMLNode.Entry, values: [YAMLNode])] = []
    var count = 1
    for entry in entries {
      guard case .sequence(let values) = entry.value.content, !values.isEmpty else {
        throw .wrongValue(
          at: entry.value.place, setting: "\(step).matrix.\(entry.key)", expected: "a list of values",
          found: entry.value.kind)
      }
      lists.append((entry, values))
      count *= values.count
      guard count <= limit else {
        throw .wrongValue(
          at: entry.keyPlace, setting: "\(step).matrix", expected: "at most \(limit) combinations",
          found: "more")
      }
    }
    var combinations = [Combination(label: "", settings: [], place: entries[0].keyPlace)]
    for (entry, values) in lists {
      let keys = try keys(of: entry, step: step)
      var longer: [Combination] = []
      longer.reserveCapacity(combinations.count * values.count)
      for combination in combinations {
        for (number, value) in values.enumerated() {
          var next = combination
          let word = label(of: value, number: number + 1)
          next.label += (next.label.isEmpty ? "" : "-") + word
          next.settings.append((keys, value))
          next.place = value.place
          longer.append(next)
        }
      }
      combinations = longer
    }
    return combinations
  }

  // MARK: A list of combinations

  private static func listed(_ node: YAMLNode, of step: String) throws(ConfigurationError) -> Combination {
    guard case .mapping(let entries) = node.content, !entries.isEmpty else {
      throw .wrongValue(
        at: node.place, setting: "\(step).matrix", expected: "settings with their values", found: node.kind)
    }
    var combination = Combination(label: "", settings: [], place: node.place)
    var words: [String] = []
    var name: String?
    for entry in entries {
      guard entry.key == "as" else {
        combination.settings.append((try keys(of: entry, step: step), entry.value))
        words.append(label(of: entry.value, number: combination.settings.count))
        continue
      }
      guard case .scalar(let text, _) = entry.value.content, ArtifactName.isValid(text) else {
        throw .wrongValue(
          at: entry.value.place, setting: "\(step).matrix.as", expected: "1 to 128 characters a-z 0-9 . _ -",
          found: entry.value.kind)
      }
      name = text
    }
    combination.label = name ?? words.joined(separator: "-")
    return combination
  }

  // MARK: Parts

  private static func keys(of entry: YAMLNode.Entry, step: String) throws(ConfigurationError) -> [String] {
    let keys = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !keys.contains("") else {
      throw .wrongValue(
        at: entry.keyPlace, setting: "\(step).matrix", expected: "names of settings such as training.epochs",
        found: "'\(entry.key)'")
    }
    return keys
  }

  /// A value as part of a name: `linear/ridge` is `linear-ridge`; a list or a mapping is its number.
  private static func label(of value: YAMLNode, number: Int) -> String {
    guard case .scalar(let text, _) = value.content, !text.isEmpty else { return "\(number)" }
    let bytes = text.lowercased().utf8.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        byte
      default: UInt8(ascii: "-")
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
