private import Glibc

/// Which program made an artifact.
package struct ProgramIdentity: Equatable, Sendable {
  package var name: String
  package var version: String
  /// The canonical digest of the executable; see ``canonicalDigest(ofExecutable:)``.
  package var digest: Digest

  package init(name: String, version: String, digest: Digest) {
    self.name = name
    self.version = version
    self.digest = digest
  }

  /// The version of the product, written into every manifest.
  package static let productVersion = "0.1.0"

  /// What all programs must agree on to work together; each says it when it is asked for its version as JSON.
  package static let agreement: [String: JSON] = [
    "version": .string(productVersion), "manifestSchema": JSON(Manifest.schema),
    "keyVersion": JSON(StepKey.version),
  ]

  /// The executable of this process.
  package static let ownPath = "/proc/self/exe"

  /// The SHA-256 of what an ELF executable loads: name, type, flags, address and bytes of each allocated
  /// section, without the build identifier and Swift's module hashes.
  ///
  /// What is left out, with symbols and debug information, is what differs between two checkouts of the same
  /// source or after an edited comment. What is kept differs after any change of code or constants. Format:
  /// System V ABI, chapter 4 (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html).
  /// A file that is no 64-bit ELF is digested whole.
  package static func canonicalDigest(ofExecutable path: String) throws(DiskError) -> Digest {
    let bytes = try Disk.read(path)
    guard let sections = ELFSection.sections(of: bytes) else { return Digest(of: bytes) }
    let hasher = Hasher256()
    for section in sections where section.isLoaded && !section.isIncidental {
      let place = "\(section.name) \(section.type) \(section.flags) \(section.address) \(section.size)\n"
      Array(place.utf8).withUnsafeBytes { hasher.update($0) }
      bytes.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[section.fileRange])) }
    }
    return hasher.finalize()
  }
}

/// A section header of a 64-bit little-endian ELF file.
private struct ELFSection {
  var name: String
  var type: UInt32
  var flags: UInt64
  var address: UInt64
  var size: UInt64
  var fileRange: Range<Int>

  /// SHF_ALLOC: it is in memory when the program runs.
  var isLoaded: Bool { flags & 2 != 0 }

  /// It differs between builds of the same source.
  var isIncidental: Bool { [".note.gnu.build-id", ".swift_modhash"].contains(name) }

  /// The sections of a file, or nil when it is no well-formed 64-bit little-endian ELF.
  static func sections(of bytes: [UInt8]) -> [ELFSection]? {
    func number<T: FixedWidthInteger>(at offset: Int, as type: T.Type) -> T? {
      guard offset >= 0, offset <= bytes.count - MemoryLayout<T>.size else { return nil }
      return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
    }
    guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), let table = number(at: 40, as: UInt64.self),
      let entrySize = number(at: 58, as: UInt16.self), let count = number(at: 60, as: UInt16.self),
      let nameIndex = number(at: 62, as: UInt16.self), entrySize >= 64, table < bytes.count
    else { return nil }

    func header(_ index: UInt16) -> (name: UInt32, section: ELFSection)? {
      let base = Int(table) + Int(index) * Int(entrySize)
      guard let name = number(at: base, as: UInt32.self), let type = number(at: base + 4, as: UInt32.self),
        let flags = number(at: base + 8, as: UInt64.self),
        let address = number(at: base + 16, as: UInt64.self),
        let offset = number(at: base + 24, as: UInt64.self), let size = number(at: base + 32, as: UInt64.self)
      else { return nil }
      // SHT_NOBITS: zeros that the file does not hold.
      let stored = type == 8 ? 0 : size
      guard offset <= bytes.count, stored <= UInt64(bytes.count) - min(offset, UInt64(bytes.count)) else {
        return nil
      }
      let range = Int(offset)..<Int(offset + stored)
      return (
        name, ELFSection(name: "", type: type, flags: flags, address: address, size: size, fileRange: range)
      )
    }

    guard let names = header(nameIndex)?.section.fileRange else { return nil }
    var sections: [ELFSection] = []
    for index in 0..<count {
      guard let (name, section) = header(index), Int(name) <= names.count else { return nil }
      var named = section
      named.name = String(
        decoding: bytes[(names.lowerBound + Int(name))..<names.upperBound].prefix { $0 != 0 }, as: UTF8.self)
      sections.append(named)
    }
    return sections
  }
}
