/// The checksum of zip and gzip.
enum CRC32 {
  /// The checksum of all bytes.
  ///
  /// Source: https://www.rfc-editor.org/rfc/rfc1952#section-8
  static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~UInt32(0)) { ($0 >> 8) ^ table[Int(($0 ^ UInt32($1)) & 0xFF)] }
    }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: UInt16) {
    append(contentsOf: [UInt8(value & 0xFF), UInt8(value >> 8)])
  }

  mutating func append(littleEndian value: UInt32) {
    append(littleEndian: UInt16(value & 0xFFFF))
    append(littleEndian: UInt16(value >> 16))
  }
}
