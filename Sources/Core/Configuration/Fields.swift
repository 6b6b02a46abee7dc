package import Artifacts
package import Chronology
private import Numerics

/// The settings under one mapping, read one by one with their types.
///
/// Every value read, default or written, is recorded in ``resolved``: that record, not the text of the file, is
/// what enters the step key, so a default spelt out or a line moved makes nothing stale. What nobody read is
/// an unknown key.
package struct Fields {
  /// The settings as they hold, defaults included.
  ///
  /// Paths are not among them: the digests of the files are.
  package private(set) var resolved: [String: JSON] = [:]
  /// Files that settings name, by the dotted name of the setting.
  package private(set) var files: [NamedFile] = []
  package let place: Place

  /// A file that a setting names.
  package struct NamedFile: Equatable, Sendable {
    /// `source.path`.
    package var setting: String
    package var path: String
    package var place: Place
  }

  private let owner: String
  private let path: String
  private var entries: [YAMLNode.Entry]
  private var known: [String] = []

  /// Reads `node`, a mapping; nil stands for an empty one.
  ///
  /// `owner` is what messages call it.
  package init(_ node: YAMLNode?, of owner: String, path: String = "", at place: Place)
    throws(ConfigurationError)
  {
    self.owner = owner
    self.path = path
    self.place = node?.place ?? place
    switch node?.content {
    case nil: entries = []
    case .mapping(let written): entries = written
    case .scalar("", isPlain: true): entries = []
    default:
      throw .wrongValue(
        at: self.place, setting: path.isEmpty ? owner : path, expected: "a mapping",
        found: node?.kind ?? "nothing")
    }
  }

  /// Refuses what nobody read.
  package func finish() throws(ConfigurationError) {
    guard let unknown = entries.first else { return }
    let nearest = NearestName.of(unknown.key, among: known)
    throw .unknownKey(unknown.key, at: unknown.keyPlace, of: owner, nearest: nearest)
  }

  /// Whether a key is written.
  ///
  /// To ask makes it a known one.
  package mutating func has(_ name: String) -> Bool {
    known.append(name)
    return entries.contains { $0.key == name }
  }

  /// Whether the value of a key is a mapping; asking makes it a known one.
  package mutating func isMapping(_ name: String) -> Bool {
    known.append(name)
    guard case .mapping? = entries.first(where: { $0.key == name })?.value.content else { return false }
    return true
  }

  /// Where the value of a key stands; nil when it is not written or was read already.
  package func place(of name: String) -> Place? { entries.first { $0.key == name }?.keyPlace }

  /// Whether the value of a key is this text.
  package func isText(_ text: String, at name: String) -> Bool {
    entries.first { $0.key == name }?.value.anyText == text
  }

  /// Whether anything is written that nobody has read yet.
  package var hasOthers: Bool { !entries.isEmpty }

  /// Records a value that follows from others.
  package mutating func record(_ name: String, _ value: JSON) { resolved[name] = value }

  /// Reads settings that change no byte of the result, so that the step key does not count them.
  package mutating func uncounted<Value>(
    _ read: (inout Fields) throws(ConfigurationError) -> Value
  ) throws(ConfigurationError) -> Value {
    let counted = resolved
    defer { resolved = counted }
    return try read(&self)
  }

  // MARK: Reading

  package mutating func integer(
    _ name: String, default fallback: Int? = nil, in range: ClosedRange<Int>
  ) throws(ConfigurationError) -> Int {
    guard let node = take(name) else { return try recorded(name, fallback) { JSON($0) } }
    let expected =
      range.upperBound == .max ? "a whole number from \(range.lowerBound)" : "a whole number in \(range)"
    guard let text = node.plainText, let value = Self.integer(text), range.contains(value) else {
      throw wrong(name, node, expected: expected)
    }
    return try recorded(name, value) { JSON($0) }
  }

  package mutating func number(
    _ name: String, default fallback: Double? = nil, in range: ClosedRange<Double>
  ) throws(ConfigurationError) -> Double {
    guard let node = take(name) else { return try recorded(name, fallback, JSON.number) }
    guard let value = Self.number(node), range.contains(value) else {
      throw wrong(name, node, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return try recorded(name, value, JSON.number)
  }

  package mutating func numbers(
    _ name: String, default fallback: [Double]? = nil, in range: ClosedRange<Double>
  ) throws(ConfigurationError) -> [Double] {
    guard let node = take(name) else { return try recorded(name, fallback) { JSON($0) } }
    guard case .sequence(let elements) = node.content else {
      throw wrong(name, node, expected: "a list of numbers")
    }
    var values: [Double] = []
    for element in elements {
      guard let value = Self.number(element), range.contains(value) else {
        throw wrong(
          name, element, expected: "a list of numbers from \(range.lowerBound) to \(range.upperBound)")
      }
      values.append(value)
    }
    return try recorded(name, values) { JSON($0) }
  }

  package mutating func integers(
    _ name: String, default fallback: [Int]? = nil, in range: ClosedRange<Int>
  ) throws(ConfigurationError) -> [Int] {
    guard let node = take(name) else { return try recorded(name, fallback) { JSON($0) } }
    guard case .sequence(let elements) = node.content else {
      throw wrong(name, node, expected: "a list of whole numbers")
    }
    var values: [Int] = []
    for element in elements {
      guard let value = element.plainText.flatMap(Self.integer), range.contains(value) else {
        throw wrong(name, element, expected: "a list of whole numbers from \(range.lowerBound)")
      }
      values.append(value)
    }
    return try recorded(name, values) { JSON($0) }
  }

  package mutating func truth(_ name: String, default fallback: Bool? = nil) throws(ConfigurationError)
    -> Bool
  {
    guard let node = take(name) else { return try recorded(name, fallback, JSON.bool) }
    guard let text = node.plainText, ["true", "false"].contains(text) else {
      throw wrong(name, node, expected: "true or false")
    }
    return try recorded(name, text == "true", JSON.bool)
  }

  package mutating func text(_ name: String, default fallback: String? = nil) throws(ConfigurationError)
    -> String
  {
    guard let node = take(name) else { return try recorded(name, fallback, JSON.string) }
    return try recorded(name, try text(name, node), JSON.string)
  }

  package mutating func texts(_ name: String) throws(ConfigurationError) -> [String]? {
    guard let node = take(name) else { return nil }
    guard case .sequence(let elements) = node.content else {
      throw wrong(name, node, expected: "a list of texts")
    }
    var values: [String] = []
    for element in elements {
      let value = try text(name, element)
      guard !values.contains(value) else {
        throw wrong(name, element, expected: "a list without repetitions")
      }
      values.append(value)
    }
    return try recorded(name, values) { JSON($0) }
  }

  package mutating func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, default fallback: Value? = nil
  ) throws(ConfigurationError) -> Value where Value.RawValue == String {
    guard let node = take(name) else { return try recorded(name, fallback) { .string($0.rawValue) } }
    guard let text = node.anyText else { throw wrong(name, node, expected: "one of its names") }
    guard let value = Value(rawValue: text) else {
      let names = Value.allCases.map(\.rawValue)
      throw .unknownName(
        what: name, name: text, at: node.place, nearest: NearestName.of(text, among: names), known: names)
    }
    return try recorded(name, value) { .string($0.rawValue) }
  }

  /// One of some names that are known only as data.
  package mutating func choice(
    _ name: String, among names: [String], default fallback: String?
  ) throws(ConfigurationError) {
    guard let node = take(name) else {
      _ = try recorded(name, fallback, JSON.string)
      return
    }
    guard let text = node.anyText else { throw wrong(name, node, expected: "one of its names") }
    guard names.contains(text) else {
      throw .unknownName(
        what: name, name: text, at: node.place, nearest: NearestName.of(text, among: names), known: names)
    }
    _ = try recorded(name, text, JSON.string)
  }

  /// Some of some names that are known only as data, each at most once.
  package mutating func choices(
    _ name: String, among names: [String], default fallback: [String]?
  ) throws(ConfigurationError) {
    guard let node = entries.first(where: { $0.key == name })?.value else {
      known.append(name)
      _ = try recorded(name, fallback) { JSON($0) }
      return
    }
    for text in try texts(name) ?? [] where !names.contains(text) {
      throw .unknownName(
        what: name, name: text, at: node.place, nearest: NearestName.of(text, among: names), known: names)
    }
  }

  /// A span: a number of bars, or a time such as `3h` that the interval of the series divides.
  package mutating func bars(
    _ name: String, default fallback: Int?, in range: ClosedRange<Int>
  ) throws(ConfigurationError) {
    guard let node = take(name) else {
      _ = try recorded(name, fallback) { JSON($0) }
      return
    }
    if let count = node.plainText.flatMap(Self.integer), range.contains(count) {
      _ = try recorded(name, count) { JSON($0) }
    } else if let interval = node.anyText.flatMap({ Interval($0) }) {
      _ = try recorded(name, interval.description, JSON.string)
    } else {
      throw wrong(
        name, node,
        expected: "a number of bars from \(range.lowerBound) to \(range.upperBound), or a time such as 3h")
    }
  }

  package mutating func instant(_ name: String) throws(ConfigurationError) -> Instant? {
    guard let node = take(name) else { return nil }
    guard let text = node.anyText, text.contains("-"), let value = Instant(parsing: text) else {
      throw wrong(name, node, expected: "a date or time such as 2024-06-30T12:00:00Z")
    }
    return try recorded(name, value) { .string($0.description) }
  }

  /// A list of dates or times.
  package mutating func instants(_ name: String) throws(ConfigurationError) -> [Instant]? {
    guard let node = take(name) else { return nil }
    guard case .sequence(let elements) = node.content else {
      throw wrong(name, node, expected: "a list of dates")
    }
    var values: [Instant] = []
    for element in elements {
      guard let text = element.anyText, text.contains("-"), let value = Instant(parsing: text) else {
        throw wrong(name, element, expected: "a date or time such as 2024-06-30T12:00:00Z")
      }
      values.append(value)
    }
    return try recorded(name, values) { JSON($0.map(\.description)) }
  }

  package mutating func interval(_ name: String, default fallback: Interval? = nil) throws(ConfigurationError)
    -> Interval?
  {
    guard let node = take(name) else {
      if let fallback { resolved[name] = .string(fallback.description) }
      return fallback
    }
    guard let text = node.anyText, let value = Interval(text) else {
      throw wrong(name, node, expected: "an interval such as 15m, 1h, 1d, 1w or 1M")
    }
    return try recorded(name, value) { .string($0.description) }
  }

  /// A length of time such as `30s`, `10m` or `2h`, in seconds; nil when it is not written.
  package mutating func seconds(_ name: String) throws(ConfigurationError) -> Double? {
    guard let node = take(name) else { return nil }
    guard let text = node.anyText, case .milliseconds(let length)? = Interval(text) else {
      throw wrong(name, node, expected: "a length of time such as 30s, 10m or 2h")
    }
    return try recorded(name, Double(length) / 1000, JSON.number)
  }

  /// The path of a file from outside.
  ///
  /// It is not recorded: the file's digest stands for it in the step key.
  package mutating func file(_ name: String) throws(ConfigurationError) -> String? {
    guard let node = take(name) else { return nil }
    let value = try text(name, node)
    files.append(NamedFile(setting: dotted(name), path: value, place: node.place))
    return value
  }

  /// A mapping of names of the user's own choice to paths of files.
  package mutating func filesByName(_ name: String) throws(ConfigurationError) -> [(
    name: String, path: String
  )]? {
    guard let node = take(name) else { return nil }
    guard case .mapping(let written) = node.content, !written.isEmpty else {
      throw wrong(name, node, expected: "a mapping of entities to files")
    }
    var values: [(name: String, path: String)] = []
    for entry in written {
      let value = try text(name, entry.value)
      files.append(NamedFile(setting: dotted(name) + "." + entry.key, path: value, place: entry.value.place))
      values.append((entry.key, value))
    }
    resolved[name] = JSON(values.map(\.name))
    return values
  }

  /// The settings under another mapping; nil when it is not written.
  package mutating func nested<Value>(
    _ name: String, _ read: (inout Fields) throws(ConfigurationError) -> Value
  ) throws(ConfigurationError) -> Value? {
    guard let node = take(name) else { return nil }
    return try nested(name, node, read)
  }

  package mutating func nested<Value>(
    _ name: String, _ node: YAMLNode, _ read: (inout Fields) throws(ConfigurationError) -> Value
  ) throws(ConfigurationError) -> Value {
    var fields = try Fields(node, of: "'\(dotted(name))'", path: dotted(name), at: node.place)
    let value = try read(&fields)
    try fields.finish()
    resolved[name] = .object(fields.resolved)
    files += fields.files
    return value
  }

  /// The entries of a mapping whose keys are the user's own, such as gates by metric.
  package mutating func entries(_ name: String) throws(ConfigurationError) -> [YAMLNode.Entry] {
    guard let node = take(name) else { return [] }
    switch node.content {
    case .mapping(let written): return written
    case .scalar("", isPlain: true): return []
    default: throw wrong(name, node, expected: "a mapping")
    }
  }

  /// The elements of a list of anything.
  package mutating func elements(_ name: String) throws(ConfigurationError) -> [YAMLNode]? {
    guard let node = take(name) else { return nil }
    guard case .sequence(let elements) = node.content else { throw wrong(name, node, expected: "a list") }
    return elements
  }

  /// A whole subtree, to be read by somebody else.
  package mutating func take(settings name: String) -> YAMLNode? { take(name) }

  /// Says that a required key is missing.
  package func missing(_ name: String) -> ConfigurationError { .missingKey(name, at: place, of: owner) }

  package func wrong(_ name: String, _ node: YAMLNode, expected: String) -> ConfigurationError {
    .wrongValue(at: node.place, setting: dotted(name), expected: expected, found: node.kind)
  }

  // MARK: Private

  private mutating func take(_ name: String) -> YAMLNode? {
    known.append(name)
    guard let index = entries.firstIndex(where: { $0.key == name }) else { return nil }
    return entries.remove(at: index).value
  }

  private mutating func recorded<Value>(
    _ name: String, _ value: Value?, _ json: (Value) -> JSON
  ) throws(ConfigurationError) -> Value {
    guard let value else { throw missing(name) }
    resolved[name] = json(value)
    return value
  }

  /// A text that YAML's older rules would turn into something else must be quoted, so that nobody is surprised.
  private func text(_ name: String, _ node: YAMLNode) throws(ConfigurationError) -> String {
    guard case .scalar(let text, let isPlain) = node.content, !text.isEmpty else {
      throw wrong(name, node, expected: "a text")
    }
    if isPlain, node.place.line > 0, Self.isAmbiguous(text) {
      throw wrong(name, node, expected: "a text; quote it if you mean one ('\(text)')")
    }
    return text
  }

  private func dotted(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  private static let ambiguousWords: Set<String> = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ".inf", "-.inf", ".nan",
  ]

  private static func isAmbiguous(_ text: String) -> Bool {
    ambiguousWords.contains(text.lowercased()) || DecimalNumber.parse(text) != nil
      || text.first?.isNumber == true
        && text.allSatisfy { $0.isNumber || $0 == ":" || $0 == "_" || $0 == "." }
  }

  /// Decimal digits without leading zeros: `012` and `1_000` mean different things to different readers.
  static func integer(_ text: String) -> Int? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard digits == "0" || digits.first != "0", digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 })
    else {
      return nil
    }
    return Int(text)
  }

  private static func number(_ node: YAMLNode) -> Double? {
    node.plainText.flatMap { DecimalNumber.parse($0) }
  }
}

extension YAMLNode {
  /// The text of a scalar that is not quoted.
  fileprivate var plainText: String? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    return text
  }

  /// The text of a scalar, quoted or not.
  fileprivate var anyText: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }
}
