/// Where everything stands in an archive of one file, after proof that nothing else stands in it.
///
/// The bytes must be exactly: a local header, the data, perhaps a data descriptor, one central header, the end
/// record, perhaps a comment. Every length and every figure that is written twice must agree. So nothing can
/// overlap, hide before, between or behind, or mean one thing to us and another to the next reader.
/// Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.
struct ZipLayout: Equatable {
  var name: [UInt8] = []
  var method = 0
  var flags = 0
  var checksum: UInt32 = 0
  var compressedSize = 0
  var size = 0
  /// By whom it was made: 3 is Unix.
  var system = 0
  var externalAttributes: UInt32 = 0

  var isEncrypted: Bool { flags & (1 << 0 | 1 << 6 | 1 << 13) != 0 }

  /// Whether the attributes say regular file, or nothing.
  var isRegularFile: Bool {
    let type = externalAttributes >> 28
    return (type == 0 || type == 8) && externalAttributes & 0x10 == 0 && name.last != UInt8(ascii: "/")
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>, named expected: String) throws(ArchiveError) {
    let scanner = ZipScanner(bytes: bytes, archive: expected)
    let end = try scanner.endRecord()
    let local = try scanner.central(at: end, into: &self)
    guard local == 0 else { throw scanner.problem("something stands before the file") }
    try scanner.local(upTo: end.directory, agreesWith: self)
  }
}

/// Reads the records of an archive; every read is checked against the bytes that there are.
private struct ZipScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  let archive: String

  struct End {
    /// Where the central directory begins and ends.
    var directory: Int
    var directoryEnd: Int
  }

  func problem(_ text: String) -> ArchiveError { .layout(archive: archive, text) }

  /// The last record, 22 bytes and a comment, which must reach to the last byte.
  func endRecord() throws(ArchiveError) -> End {
    var position = bytes.count - 22
    let lowest = max(0, position - 0xFFFF)
    while position >= lowest, number(position, 4) != 0x0605_4B50 { position -= 1 }
    guard position >= lowest else { throw problem("it has no end; it may be cut off") }
    guard position + 22 + number(position + 20, 2) == bytes.count else {
      throw problem("something follows its end")
    }
    let (disk, firstDisk) = (number(position + 4, 2), number(position + 6, 2))
    guard disk == 0, firstDisk == 0 else { throw problem("it is part of several") }
    let (here, count) = (number(position + 8, 2), number(position + 10, 2))
    guard count == 1, here == 1 else { throw .memberCount(archive: archive, max(here, count)) }
    let (size, directory) = (number(position + 12, 4), number(position + 16, 4))
    guard directory + size == position else {
      throw problem("its directory does not end where its end begins")
    }
    return End(directory: directory, directoryEnd: position)
  }

  /// Reads the directory's only header, and gives where it says that the local one stands.
  func central(at end: End, into layout: inout ZipLayout) throws(ArchiveError) -> Int {
    let start = end.directory
    guard start >= 0, start + 46 <= end.directoryEnd, number(start, 4) == 0x0201_4B50 else {
      throw problem("its directory is no directory")
    }
    let lengths = [28, 30, 32].map { number(start + $0, 2) }
    guard start + 46 + lengths.reduce(0, +) == end.directoryEnd else {
      throw problem("its directory is not that of one file")
    }
    layout.system = number(start + 5, 1)
    layout.flags = number(start + 8, 2)
    layout.method = number(start + 10, 2)
    layout.checksum = UInt32(number(start + 16, 4))
    layout.externalAttributes = UInt32(number(start + 38, 4))
    layout.name = Array(bytes[(start + 46)..<(start + 46 + lengths[0])])
    let extra = start + 46 + lengths[0]
    let sizes = try sizes(
      written: (number(start + 24, 4), number(start + 20, 4)), extra: extra..<(extra + lengths[1]))
    (layout.size, layout.compressedSize) = (sizes.plain, sizes.compressed)
    guard number(start + 34, 2) == 0 else { throw problem("it is part of several") }
    return number(start + 42, 4)
  }

  /// Checks the local header at 0, the data behind it, and that nothing stands before the directory.
  func local(upTo directory: Int, agreesWith layout: ZipLayout) throws(ArchiveError) {
    guard directory >= 30, number(0, 4) == 0x0403_4B50 else { throw problem("it does not begin with a file") }
    let (nameLength, extraLength) = (number(26, 2), number(28, 2))
    let data = 30 + nameLength + extraLength
    guard data <= directory else { throw problem("the file's header reaches into the directory") }
    guard bytes[30..<(30 + nameLength)].elementsEqual(layout.name) else {
      throw problem("its file has two names")
    }
    guard number(6, 2) == layout.flags, number(8, 2) == layout.method else {
      throw problem("the file's header and the directory disagree")
    }
    let isDescribedLater = layout.flags & 8 != 0
    let sizes = try sizes(written: (number(22, 4), number(18, 4)), extra: (30 + nameLength)..<data)
    let agrees =
      sizes == (layout.size, layout.compressedSize) && number(14, 4) == layout.checksum
      || isDescribedLater && sizes == (0, 0) && number(14, 4) == 0
    guard agrees else { throw problem("the file's header and the directory disagree about its size") }
    let dataEnd = data.addingReportingOverflow(layout.compressedSize)
    guard !dataEnd.overflow, dataEnd.partialValue <= directory else {
      throw problem("the file reaches into the directory")
    }
    try descriptor(dataEnd.partialValue..<directory, isThere: isDescribedLater, agreesWith: layout)
  }

  /// What stands between data and directory: nothing, or the figures that the local header left open.
  private func descriptor(
    _ range: Range<Int>, isThere: Bool, agreesWith layout: ZipLayout
  ) throws(ArchiveError) {
    guard isThere else {
      guard range.isEmpty else { throw problem("something stands between the file and the directory") }
      return
    }
    // With or without a signature; sizes of four bytes, or of eight in the 64-bit variant.
    let hasSignature = range.count == 16 || range.count == 24
    let width = range.count >= 20 ? 8 : 4
    guard [12, 16, 20, 24].contains(range.count) else {
      throw problem("something stands between the file and the directory")
    }
    let start = range.lowerBound + (hasSignature ? 4 : 0)
    guard !hasSignature || number(range.lowerBound, 4) == 0x0807_4B50,
      number(start, 4) == layout.checksum, number(start + 4, width) == layout.compressedSize,
      number(start + 4 + width, width) == layout.size
    else { throw problem("the figures behind the file and those of the directory disagree") }
  }

  /// The sizes as written, or from the 64-bit extra field where they say that they stand there.
  private func sizes(
    written: (plain: Int, compressed: Int), extra: Range<Int>
  ) throws(ArchiveError) -> (plain: Int, compressed: Int) {
    let isElsewhere = 0xFFFF_FFFF
    var sizes = written
    var position = extra.lowerBound
    var hasWide = false
    while position < extra.upperBound {
      guard position + 4 <= extra.upperBound else { throw problem("an extra field is cut off") }
      let (kind, length) = (number(position, 2), number(position + 2, 2))
      var field = position + 4
      position = field + length
      guard position <= extra.upperBound else { throw problem("an extra field is cut off") }
      guard kind == 0x0001 else { continue }
      guard !hasWide else { throw problem("its sizes are written twice") }
      hasWide = true
      if written.plain == isElsewhere, field + 8 <= position {
        sizes.plain = number(field, 8)
        field += 8
      }
      if written.compressed == isElsewhere, field + 8 <= position { sizes.compressed = number(field, 8) }
    }
    guard sizes.plain < isElsewhere, sizes.compressed < isElsewhere else {
      throw problem("its sizes are beyond all bounds")
    }
    return sizes
  }

  /// A little-endian number of so many bytes; beyond the bytes that there are, or beyond 63 bits, the largest.
  private func number(_ position: Int, _ width: Int) -> Int {
    guard position >= 0, position + width <= bytes.count else { return .max }
    var value: UInt64 = 0
    for offset in 0..<width { value |= UInt64(bytes[position + offset]) << UInt64(8 * offset) }
    return Int(clamping: value)
  }
}
