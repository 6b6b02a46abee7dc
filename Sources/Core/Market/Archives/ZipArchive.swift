/// Zip archives of one file, read as if by an enemy's hand.
package enum ZipArchive {
  package struct Limits: Equatable, Sendable {
    /// The most bytes that may come out.
    package var bytes: Int
    /// The most bytes that may come out for each that went in: candles give 2 to 10, a bomb up to 1032.
    package var ratio: Int

    package init(bytes: Int, ratio: Int) {
      precondition(bytes > 0 && ratio > 0, "limits of \(bytes) bytes and \(ratio) times")
      self.bytes = bytes
      self.ratio = ratio
    }

    /// 512 MiB and 50 times.
    package static let standard = Limits(bytes: 512 << 20, ratio: 50)
  }

  /// All bytes of the only file, checksum verified; ``ArchiveMember`` gives them piece by piece.
  package static func onlyMember(
    of bytes: [UInt8], named name: String, limits: Limits = .standard
  ) throws(ArchiveError) -> [UInt8] {
    let member = try ArchiveMember(of: bytes, named: name, limits: limits)
    var contents: [UInt8] = []
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { piece.deallocate() }
    // The array grows with what was really read, whatever the archive promises.
    while true {
      let count = try member.read(into: piece)
      guard count > 0 else { return contents }
      contents.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }
}
