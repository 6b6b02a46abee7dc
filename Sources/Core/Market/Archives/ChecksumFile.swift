package import Artifacts

/// The file beside an archive that holds its SHA-256, as `sha256sum` writes it: `<64 digits>  <name>`.
package enum ChecksumFile {
  /// The digest of the file `name`; its line must be the only one.
  package static func digest(in bytes: [UInt8], of name: String) throws(ArchiveError) -> Digest {
    var line = bytes[...]
    if line.last == UInt8(ascii: "\n") { line.removeLast() }
    guard line.count > 66, line.count <= 66 + 1024, !line.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw .checksum(file: name, "one line '<64 digits>  <name>' is expected")
    }
    guard let digest = Digest(parsing: String(decoding: line.prefix(64), as: UTF8.self)) else {
      throw .checksum(file: name, "it does not begin with 64 hexadecimal digits in lower case")
    }
    // The second separator is `*` for a file that was read as binary.
    let separator = line.dropFirst(64).prefix(2)
    guard separator.elementsEqual("  ".utf8) || separator.elementsEqual(" *".utf8) else {
      throw .checksum(file: name, "two spaces are expected behind the digits")
    }
    guard line.dropFirst(66).elementsEqual(name.utf8) else {
      throw .checksumName(expected: name, found: String(decoding: line.dropFirst(66), as: UTF8.self))
    }
    return digest
  }
}
