/// An archive built byte by byte, so that every figure in it can lie.
struct ZipBytes {
  var name = "a.csv"
  /// What the member inflates to; its checksum and size are what the headers say unless told otherwise.
  var contents = Array("hello, archive".utf8)
  /// The member as it stands in the archive; the contents themselves, stored, when nil.
  var data: [UInt8]?
  var method = 0
  var flags = 0
  var system = 3
  var attributes: UInt32 = 0o100644 << 16
  var localName: String?
  var localSize: Int?
  var localCompressedSize: Int?
  var localChecksum: UInt32?
  var size: Int?
  var compressedSize: Int?
  var checksum: UInt32?
  var localExtra: [UInt8] = []
  var centralExtra: [UInt8] = []
  /// What stands between the data and the directory.
  var descriptor: [UInt8] = []
  var before: [UInt8] = []
  var localOffset: Int?
  /// More headers in the directory, already made.
  var moreCentral: [[UInt8]] = []
  var count: Int?
  var betweenDirectoryAndEnd: [UInt8] = []
  var comment: [UInt8] = []
  var after: [UInt8] = []

  init(name: String = "a.csv", contents: String = "hello, archive") {
    self.name = name
    self.contents = Array(contents.utf8)
  }

  var stored: [UInt8] { data ?? contents }
  var crc: UInt32 { checksum ?? Self.crc32(contents) }

  var local: [UInt8] {
    let name = Array((localName ?? name).utf8)
    return Self.little(0x0403_4B50, 4) + Self.little(20, 2) + Self.little(flags, 2) + Self.little(method, 2)
      + Self.little(0, 4) + Self.little(Int(localChecksum ?? crc), 4)
      + Self.little(localCompressedSize ?? compressedSize ?? stored.count, 4)
      + Self.little(localSize ?? size ?? contents.count, 4) + Self.little(name.count, 2)
      + Self.little(localExtra.count, 2) + name + localExtra + stored
  }

  func central(at offset: Int) -> [UInt8] {
    let name = Array(name.utf8)
    let sizes = Self.little(compressedSize ?? stored.count, 4) + Self.little(size ?? contents.count, 4)
    return Self.little(0x0201_4B50, 4) + [20, UInt8(system)] + Self.little(20, 2) + Self.little(flags, 2)
      + Self.little(method, 2) + Self.little(0, 4) + Self.little(Int(crc), 4) + sizes
      + Self.little(name.count, 2) + Self.little(centralExtra.count, 2) + Self.little(0, 6)
      + Self.little(Int(attributes), 4) + Self.little(offset, 4) + name + centralExtra
  }

  var bytes: [UInt8] {
    let front = before + local + descriptor
    let directory = central(at: localOffset ?? before.count) + moreCentral.joined()
    let entries = count ?? 1 + moreCentral.count
    return front + directory + betweenDirectoryAndEnd + Self.little(0x0605_4B50, 4) + Self.little(0, 4)
      + Self.little(entries, 2) + Self.little(entries, 2) + Self.little(directory.count, 4)
      + Self.little(front.count, 4) + Self.little(comment.count, 2) + comment + after
  }

  static func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    let table = (0..<256).map { (byte: UInt32) -> UInt32 in
      (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }
}

/// A deflated run of one character at two bits for 258 of them: the most that the format can do.
enum ZipBomb {
  /// `1 + 258 * matches` times the character `0`.
  static func deflated(matches: Int) -> [UInt8] {
    var bits = BitWriter()
    bits.put(1, 1)
    bits.put(2, 2)
    bits.put(29, 5)
    bits.put(0, 5)
    bits.put(14, 4)
    // Lengths of the codes of lengths, in the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] { bits.put(length, 3) }
    func zeros(_ count: Int) {
      bits.code("0")
      bits.put(count - 11, 7)
    }
    zeros(48)
    bits.code("11")
    zeros(138)
    zeros(69)
    bits.code("11")
    zeros(28)
    bits.code("10")
    bits.code("10")
    // The literal `0`, then matches of length 258 (code 0) at distance 1 (code 0), then the end.
    bits.code("10")
    for _ in 0..<matches { bits.put(0, 2) }
    bits.code("11")
    return bits.finished()
  }

  private struct BitWriter {
    var bytes: [UInt8] = []
    var filled = 8

    mutating func put(_ value: Int, _ count: Int) {
      for bit in 0..<count {
        if filled == 8 {
          bytes.append(0)
          filled = 0
        }
        bytes[bytes.count - 1] |= UInt8(value >> bit & 1) << UInt8(filled)
        filled += 1
      }
    }

    /// Codes stand with their first bit first.
    mutating func code(_ bits: String) { for bit in bits { put(bit == "1" ? 1 : 0, 1) } }

    func finished() -> [UInt8] { bytes }
  }
}
