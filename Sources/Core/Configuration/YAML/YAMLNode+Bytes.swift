extension YAMLNode {
  /// Bytes that are the same for the same content, wherever it stands in a file, and others for any other.
  package func appendContent(to bytes: inout [UInt8]) {
    switch content {
    case .scalar(let text, let isPlain):
      bytes.append(isPlain ? UInt8(ascii: "p") : UInt8(ascii: "q"))
      Self.append(text, to: &bytes)
    case .sequence(let elements):
      bytes.append(UInt8(ascii: "["))
      for element in elements { element.appendContent(to: &bytes) }
      bytes.append(UInt8(ascii: "]"))
    case .mapping(let entries):
      bytes.append(UInt8(ascii: "{"))
      for entry in entries {
        Self.append(entry.key, to: &bytes)
        entry.value.appendContent(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// A text with its length before it, so that none can pass for two.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: text.utf8)
  }
}
