import Artifacts

/// Entries on their way into the database: written down as they come, because the database syncs many at once.
///
/// After a kill every entry is read back, so that nothing that was received is asked for again. After a power cut some
/// may be lost, and are asked for again: each carries its length and SHA-256, and reading ends at the first that is
/// not whole. A class, because it guards an open file.
final class EntryLog {
  private let file: OpenFile
  let path: String

  init(_ path: String) throws(DiskError) {
    self.path = path
    file = try OpenFile(appending: path)
  }

  /// Writes an entry behind the others: its length in 16 hexadecimal digits, its digest in 64, and its bytes.
  func append(_ entry: [UInt8]) throws(DiskError) {
    let length = String(entry.count, radix: 16)
    let head = String(repeating: "0", count: 16 - length.count) + length + Digest(of: entry).hex
    try file.write(Array(head.utf8) + entry)
  }

  var isEmpty: Bool { (try? file.size()) == 0 }

  /// The entries that are whole, oldest first.
  func entries() throws(DiskError) -> [[UInt8]] {
    let bytes = try Disk.read(path)
    var entries: [[UInt8]] = []
    var index = 0
    while bytes.count - index >= 80 {
      let head = String(decoding: bytes[index..<(index + 80)], as: UTF8.self)
      guard let length = Int(head.prefix(16), radix: 16), length >= 0, length <= bytes.count - index - 80
      else { break }
      let entry = Array(bytes[(index + 80)..<(index + 80 + length)])
      guard Digest(of: entry).hex == head.suffix(64) else { break }
      entries.append(entry)
      index += 80 + length
    }
    return entries
  }
}
