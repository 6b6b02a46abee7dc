/// YAML to be written: what exports are made of.
///
/// Written in blocks, with keys in the order in which they were given, so that the same value is always the same text.
package indirect enum YAMLValue: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    var key: String
    var value: YAMLValue
  }

  case text(String)
  case integer(Int)
  case flag(Bool)
  case list([YAMLValue])
  case mapping([Entry])

  /// A document, with a line feed at its end.
  package var document: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    switch self {
    case .text, .integer, .flag: [scalar]
    case .list(let elements) where elements.isEmpty: ["[]"]
    case .list(let elements): elements.flatMap { Self.indented($0.lines, first: "- ") }
    case .mapping(let entries) where entries.isEmpty: ["{}"]
    case .mapping(let entries): entries.flatMap { Self.lines(of: $0) }
    }
  }

  private static func lines(of entry: Entry) -> [String] {
    let key = written(entry.key) + ":"
    if entry.value.isOneLine { return [key + " " + entry.value.lines.joined()] }
    return [key] + indented(entry.value.lines, first: "  ")
  }

  private static func indented(_ lines: [String], first: String) -> [String] {
    lines.enumerated().map { ($0.offset == 0 ? first : "  ") + $0.element }
  }

  private var isOneLine: Bool {
    switch self {
    case .text, .integer, .flag: true
    case .list(let elements): elements.isEmpty
    case .mapping(let entries): entries.isEmpty
    }
  }

  private var scalar: String {
    switch self {
    case .text(let text): Self.written(text)
    case .integer(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .list, .mapping: ""
    }
  }

  /// Words that readers of YAML 1.1 take for something else than a text.
  private static let reserved: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

  /// Plain where nobody could take it for anything but a text, and otherwise in double quotes.
  private static func written(_ text: String) -> String {
    let isPlain =
      text.utf8.first.map(isLetter) == true && !reserved.contains(text.lowercased())
      && text.utf8.allSatisfy { isLetter($0) || "0123456789._/-".utf8.contains($0) }
    return isPlain ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: return String(scalar)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

extension YAMLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .flag(value) }
  package init(arrayLiteral elements: YAMLValue...) { self = .list(elements) }
  package init(dictionaryLiteral elements: (String, YAMLValue)...) {
    self = .mapping(elements.map { Entry(key: $0.0, value: $0.1) })
  }

  /// A mapping without the entries that have no value.
  init(present entries: [(String, YAMLValue?)]) {
    self = .mapping(entries.compactMap { key, value in value.map { Entry(key: key, value: $0) } })
  }

  init(_ texts: [String]) { self = .list(texts.map(YAMLValue.text)) }
}
