/// A small gzip file of very many spaces.
enum GzipBomb {
  /// About 1/159 of `size`, which is rounded to whole rounds of 2,064 bytes.
  ///
  /// One literal and then matches of 258 bytes at distance 1, in the fixed code, where a match takes 13 bits:
  /// the length code 285 is 11000101 and the distance code 00000.
  /// Source: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6
  static func bytes(size: Int) -> [UInt8] {
    var bits = BitWriter()
    bits.put(0b011, count: 3)
    // The literal 0x20 has the code 0x30 + 0x20, and codes begin with their highest bit.
    bits.put(reversing: 0x50, count: 8)
    let rounds = max(size / 2064, 1)
    for _ in 0..<(rounds * 8) {
      bits.put(reversing: 0b1100_0101, count: 8)
      bits.put(0, count: 5)
    }
    bits.put(0, count: 7)
    let total = 1 + rounds * 2064
    var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    file += bits.finished()
    file.append(littleEndian: CRC32.checksum(of: repeatElement(UInt8(ascii: " "), count: total)))
    file.append(littleEndian: UInt32(truncatingIfNeeded: total))
    return file
  }
}

/// Writes bits, lowest first, as DEFLATE wants them.
private struct BitWriter {
  private var bytes: [UInt8] = []
  private var pending: UInt32 = 0
  private var count = 0

  mutating func put(_ value: UInt32, count: Int) {
    pending |= value << self.count
    self.count += count
    while self.count >= 8 {
      bytes.append(UInt8(pending & 0xFF))
      pending >>= 8
      self.count -= 8
    }
  }

  mutating func put(reversing value: UInt8, count: Int) {
    let reversed = (0..<count).reduce(UInt32(0)) { $0 << 1 | UInt32(value >> $1 & 1) }
    put(reversed, count: count)
  }

  consuming func finished() -> [UInt8] {
    if count > 0 { bytes.append(UInt8(pending & 0xFF)) }
    return bytes
  }
}
