extension JSON {
  /// The one compact form that is digested: sorted keys, no spaces.
  package var canonical: String { String(decoding: canonicalBytes, as: UTF8.self) }

  /// The UTF-8 of ``canonical``.
  package var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes, separators: (",", ":"))
    return bytes
  }

  /// On one line, with spaces, as inside a manifest.
  package var inline: String {
    var bytes: [UInt8] = []
    writeInline(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The form of a manifest: sorted keys, two spaces of indent, objects opened down to the second level, a list
  /// of objects with one element a line, and `\n` at the end, so that a `diff` of two manifests reads well.
  package var document: String { String(decoding: documentBytes, as: UTF8.self) }

  /// The UTF-8 of ``document``.
  package var documentBytes: [UInt8] {
    var bytes: [UInt8] = []
    writeDocument(into: &bytes, indent: "", depth: 0)
    bytes += "\n".utf8
    return bytes
  }

  private func writeDocument(into bytes: inout [UInt8], indent: String, depth: Int) {
    let inner = indent + "  "
    switch self {
    case .object(let members) where depth < 2 && !members.isEmpty:
      bytes += "{\n".utf8
      for (position, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        bytes += ((position == 0 ? "" : ",\n") + inner).utf8
        Self.write(key, into: &bytes)
        bytes += ": ".utf8
        value.writeDocument(into: &bytes, indent: inner, depth: depth + 1)
      }
      bytes += ("\n" + indent + "}").utf8
    case .array(let elements) where depth < 3 && elements.contains { $0.object != nil }:
      bytes += "[\n".utf8
      for (position, element) in elements.enumerated() {
        bytes += ((position == 0 ? "" : ",\n") + inner).utf8
        element.writeInline(into: &bytes)
      }
      bytes += ("\n" + indent + "]").utf8
    default: writeInline(into: &bytes)
    }
  }

  private func writeInline(into bytes: inout [UInt8]) { write(into: &bytes, separators: (", ", ": ")) }

  private func write(into bytes: inout [UInt8], separators: (element: String, member: String)) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += "\(value)".utf8
    case .number(let value):
      precondition(value.isFinite, "JSON has no \(value)")
      bytes += "\(value)".utf8
    case .string(let value): Self.write(value, into: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (position, element) in elements.enumerated() {
        if position > 0 { bytes += separators.element.utf8 }
        element.write(into: &bytes, separators: separators)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (position, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if position > 0 { bytes += separators.element.utf8 }
        Self.write(key, into: &bytes)
        bytes += separators.member.utf8
        value.write(into: &bytes, separators: separators)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  // MARK: Strings

  private static func write(_ string: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { text in
      // What needs no escape is copied in runs.
      var (copied, index) = (0, 0)
      while index < text.count {
        guard let (scalar, length) = scalarToEscape(in: text, at: index) else {
          index += 1
          continue
        }
        bytes.append(contentsOf: text[copied..<index])
        bytes += escape(of: scalar).utf8
        index += length
        copied = index
      }
      bytes.append(contentsOf: text[copied...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A quotation mark, a backslash or a control character, of which those from U+0080 to U+009F are two bytes.
  private static func scalarToEscape(
    in text: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (scalar: Unicode.Scalar, length: Int)? {
    let byte = text[index]
    switch byte {
    case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x7F: return (Unicode.Scalar(byte), 1)
    case 0xC2 where index + 1 < text.count && text[index + 1] < 0xA0:
      return (Unicode.Scalar(text[index + 1]), 2)
    default: return nil
    }
  }

  private static func escape(of scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    default:
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
