/// Makes gzip files by hand, https://www.rfc-editor.org/rfc/rfc1952.
enum Gzip {
  private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

  /// The bytes as they are, in one stored block.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt16(bytes.count)
    return header + [1] + littleEndian(length) + littleEndian(~length) + bytes + littleEndian(checksum(bytes))
      + littleEndian(UInt32(bytes.count))
  }

  /// Zeros, about 158 to a byte, and no end.
  ///
  /// Matches of 258 bytes at distance 1 take thirteen bits each.
  static func bomb(_ count: Int) -> [UInt8] {
    // Last block, fixed codes, a literal zero, then length 285 (11000101) and distance 0 (00000) over and over.
    let unit = "11000101" + "00000"
    let bits = Array(("1" + "10" + "00110000" + String(repeating: unit, count: 16)).utf8)
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: bits.count - 7, by: 8) {
      bytes.append((0..<8).reduce(0) { $0 | (bits[start + $1] == UInt8(ascii: "1") ? 1 : 0) << UInt8($1) })
    }
    // Eight matches are thirteen bytes.
    let period = Array(bytes[2..<15])
    var file = header + bytes[..<2]
    for _ in 0..<(count / (8 * 258)) { file += period }
    return file
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
