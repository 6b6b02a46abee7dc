/// Reads the lines of a response's header.
enum HeaderText {
  /// The bytes without the spaces, tabs and line ends around them.
  static func trimmed(_ bytes: some BidirectionalCollection<UInt8>) -> [UInt8] {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    return Array(bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  /// The lower-case name and the value of `Name: value`; nil for anything else.
  static func field(_ line: UnsafeBufferPointer<UInt8>) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, line[0] > 0x20 else { return nil }
    let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
    return (name, String(decoding: trimmed(line[(colon + 1)...]), as: UTF8.self))
  }

  /// A whole number without a sign; a number beyond all sense counts as `Int.max / 4`.
  static func count(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Swift.min(Int(text) ?? .max, .max / 4)
  }
}
