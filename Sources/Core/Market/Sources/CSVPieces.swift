import Artifacts
private import Glibc

/// Reads a CSV file in pieces of whole records, and digests it on the way.
///
/// A line break ends a record when the number of quotes before it is even: no cell but a quoted one may hold a quote,
/// which the scanner sees to.
struct CSVPieces: ~Copyable {
  private let file: OpenFile
  private let hasher = Hasher256()
  private let pieceLength: Int
  /// What follows the last whole record of the piece before.
  private var rest: [UInt8] = []
  private var isAtEnd = false
  let size: Int

  init(_ path: String, pieceLength: Int = 1 << 20) throws(DiskError) {
    self.pieceLength = pieceLength
    let file = try OpenFile(reading: path)
    size = try file.size()
    self.file = file
  }

  /// The digest of the file, once every piece was read.
  var digest: Digest { hasher.finalize() }

  /// The next piece, which ends where a record does; nil at the end of the file.
  ///
  /// A record that is longer than any may be comes as far as it was read, for the scanner to refuse.
  mutating func next() throws(DiskError) -> ByteBlock? {
    guard !isAtEnd || !rest.isEmpty else { return nil }
    let block = ByteBlock(capacity: rest.count + pieceLength)
    rest.withUnsafeBytes { UnsafeMutableRawBufferPointer(block.memory).copyMemory(from: $0) }
    block.count = rest.count
    rest.removeAll(keepingCapacity: true)
    guard !isAtEnd else { return block }
    let target = UnsafeMutableRawBufferPointer(
      rebasing: UnsafeMutableRawBufferPointer(block.memory)[block.count...])
    let count = try file.read(into: target)
    hasher.update(UnsafeRawBufferPointer(rebasing: target[..<count]))
    block.count += count
    if count < target.count { isAtEnd = true }
    guard !isAtEnd else { return block.count > 0 ? block : nil }
    if let end = Self.lastRecordEnd(in: block.bytes) {
      rest.append(contentsOf: block.bytes[end...])
      block.count = end
    } else if block.count <= 2 * CSVScanner.recordLimit {
      rest.append(contentsOf: block.bytes)
      return try next()
    }
    return block
  }

  /// Where the last whole record ends.
  static func lastRecordEnd(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let quote = UInt8(ascii: "\"")
    var isInside = false
    if memchr(base, Int32(quote), bytes.count) != nil {
      isInside = bytes.reduce(into: 0) { $0 &+= $1 == quote ? 1 : 0 } & 1 == 1
    }
    var index = bytes.count - 1
    while index >= 0 {
      let byte = bytes[index]
      if byte == quote { isInside.toggle() }
      if !isInside {
        if byte == 0x0A { return index + 1 }
        // A return alone ends a record, too, if no line feed follows, which at the end nobody knows.
        if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] != 0x0A { return index + 1 }
      }
      index -= 1
    }
    return nil
  }
}
