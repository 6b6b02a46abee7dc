extension JSON {
  /// The one compact form that is digested: sorted keys, no spaces.
  package var canonical: String {
    var text = ""
    write(into: &text, separators: (",", ":"))
    return text
  }

  /// On one line, with spaces, as inside a manifest.
  package var inline: String {
    var text = ""
    write(into: &text, separators: (", ", ": "))
    return text
  }

  /// The form of a manifest: sorted keys, two spaces of indent, objects opened down to the second level, a list
  /// of objects with one element a line, and `\n` at the end, so that a `diff` of two manifests reads well.
  package var document: String {
    var text = ""
    writeDocument(into: &text, indent: "", depth: 0)
    return text + "\n"
  }

  private func writeDocument(into text: inout String, indent: String, depth: Int) {
    let inner = indent + "  "
    switch self {
    case .object(let members) where depth < 2 && !members.isEmpty:
      text += "{\n"
      for (position, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        text += (position == 0 ? "" : ",\n") + inner
        Self.write(key, into: &text)
        text += ": "
        value.writeDocument(into: &text, indent: inner, depth: depth + 1)
      }
      text += "\n" + indent + "}"
    case .array(let elements) where depth < 3 && elements.contains { $0.object != nil }:
      text += "[\n"
      for (position, element) in elements.enumerated() {
        text += (position == 0 ? "" : ",\n") + inner + element.inline
      }
      text += "\n" + indent + "]"
    default:
      text += inline
    }
  }

  private func write(into text: inout String, separators: (element: String, member: String)) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value):
      precondition(value.isFinite, "JSON has no \(value)")
      text += "\(value)"
    case .string(let value): Self.write(value, into: &text)
    case .array(let elements):
      text += "["
      for (position, element) in elements.enumerated() {
        if position > 0 { text += separators.element }
        element.write(into: &text, separators: separators)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (position, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if position > 0 { text += separators.element }
        Self.write(key, into: &text)
        text += separators.member
        value.write(into: &text, separators: separators)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
