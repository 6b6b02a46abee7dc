/// The cyclic redundancy check of Castagnoli's polynomial, which guards the records of TensorFlow.
///
/// Bits are reflected; the register begins and ends inverted (RFC 3720, appendix B.4).
enum CRC32C {
  /// 0x1EDC6F41 with its bits reversed.
  private static let polynomial: UInt32 = 0x82F6_3B78

  /// What each byte does to an empty register.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { register, _ in
      register & 1 == 0 ? register >> 1 : register >> 1 ^ polynomial
    }
  }

  static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    let table = table
    return ~bytes.reduce(~0) { register, byte in
      register >> 8 ^ table[Int(UInt8(truncatingIfNeeded: register) ^ byte)]
    }
  }

  /// The checksum as records carry it.
  ///
  /// Turned and shifted, so that bytes that hold checksums can be guarded too.
  static func masked(of bytes: some Sequence<UInt8>) -> UInt32 {
    let checksum = checksum(of: bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
