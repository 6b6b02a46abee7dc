/// A zip file with one member, which is deflated in stored blocks.
///
/// Readers must inflate it, and writing it costs nothing.
/// Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
enum ZipFile {
  static func bytes(member name: String, contents: [UInt8]) -> [UInt8] {
    let data = deflated(contents)
    let checksum = CRC32.checksum(of: contents)
    let header = common(name, checksum: checksum, packed: data.count, size: contents.count)
    var file: [UInt8] = [0x50, 0x4B, 3, 4] + header + Array(name.utf8)
    file += data
    let directoryOffset = file.count
    // Made by version 2.0 on Unix; after the common part: no comment, first disk, no internal attributes.
    file += [0x50, 0x4B, 1, 2, 20, 3] + header
    file += [UInt8](repeating: 0, count: 6)
    file.append(littleEndian: UInt32(0o100644) << 16)
    file.append(littleEndian: UInt32(0))
    file += Array(name.utf8)
    let directorySize = file.count - directoryOffset
    file += [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0]
    file.append(littleEndian: UInt32(directorySize))
    file.append(littleEndian: UInt32(directoryOffset))
    file.append(littleEndian: UInt16(0))
    return file
  }

  /// Version needed, flags, method, time, date, checksum, sizes and lengths, as both headers have them.
  private static func common(_ name: String, checksum: UInt32, packed: Int, size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    // 2025-01-01 00:00:00 in the format of MS-DOS.
    for value: UInt16 in [20, 0, 8, 0, 45 << 9 | 1 << 5 | 1] { bytes.append(littleEndian: value) }
    for value in [checksum, UInt32(packed), UInt32(size)] { bytes.append(littleEndian: value) }
    bytes.append(littleEndian: UInt16(name.utf8.count))
    bytes.append(littleEndian: UInt16(0))
    return bytes
  }

  /// The bytes in stored blocks.
  ///
  /// Source: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4
  private static func deflated(_ contents: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(contents.count + contents.count / 65_535 * 5 + 5)
    var rest = contents[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      bytes.append(rest.isEmpty ? 1 : 0)
      bytes.append(littleEndian: UInt16(block.count))
      bytes.append(littleEndian: ~UInt16(block.count))
      bytes += block
    } while !rest.isEmpty
    return bytes
  }
}
