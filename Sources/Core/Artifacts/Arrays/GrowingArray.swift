/// An array that grows row by row in its file, can be changed there, and gets its shape when the last row is known.
///
/// A class, because it guards an open file. Nothing of the array is held in memory.
package final class GrowingArray<Element: ArrayElement> {
  /// N, the number of rows so far.
  package private(set) var rowCount = 0
  /// The number of elements of a row.
  package let rowLength: Int

  private let path: String
  private let rowShape: [Int]
  private let entry: Manifest.ArrayEntry
  private var file: OpenFile
  private let register: (Manifest.ArrayEntry) -> Void
  private var begun = GrowingArray.headerLength

  /// What a header takes for every shape of one or two dimensions: it is padded to a multiple of 64 bytes.
  private static var headerLength: Int { 128 }
  /// So many bytes are handed to the disk at a time while more are written.
  private static var writeBehind: Int { 16 << 20 }

  private var rowBytes: Int { rowLength * MemoryLayout<Element>.stride }

  init(
    path: String, name: String, rowShape: [Int], axes: [String], unit: String,
    register: @escaping (Manifest.ArrayEntry) -> Void
  ) throws(DiskError) {
    precondition(rowShape.count <= 1, "\(name): rows of shape \(rowShape) need another length of header")
    precondition(axes.count == rowShape.count + 1, "\(name): axes \(axes) do not name rows of \(rowShape)")
    self.path = path
    self.rowShape = rowShape
    rowLength = rowShape.reduce(1, *)
    entry = Manifest.ArrayEntry(
      name: name, file: Disk.lastComponent(of: path), elementType: Element.elementType, shape: [], axes: axes,
      unit: unit, digest: Digest(of: ""))
    file = try OpenFile(creatingForUpdate: path)
    self.register = register
  }

  private init(_ other: GrowingArray, file: consuming OpenFile) {
    path = other.path
    rowShape = other.rowShape
    rowLength = other.rowLength
    entry = other.entry
    register = { _ in }
    self.file = file
  }

  /// Begins anew with an empty file and hands over the old one.
  ///
  /// What is handed over has no name any more: it can be read, and vanishes when it is let go.
  package func startAnew() throws(DiskError) -> GrowingArray {
    Disk.remove(path)
    let old = GrowingArray(self, file: try OpenFile(creatingForUpdate: path))
    swap(&file, &old.file)
    swap(&rowCount, &old.rowCount)
    begun = Self.headerLength
    return old
  }

  // MARK: Rows

  /// Adds whole rows behind those already written.
  package func append(_ elements: UnsafeBufferPointer<Element>) throws(DiskError) {
    precondition(elements.count % rowLength == 0, "\(entry.name): half a row")
    try overwrite(from: rowCount, with: elements)
    let end = Self.headerLength + rowCount * rowBytes
    guard end - begun >= Self.writeBehind else { return }
    file.beginWriting(from: begun, count: end - begun)
    begun = end
  }

  /// Adds the leading `count` rows of `elements`.
  package func append(_ elements: [Element], rows count: Int) throws(DiskError) {
    try withPointer(to: elements, rows: count) { rows throws(DiskError) in try append(rows) }
  }

  /// Writes whole rows over those at `row` and after it, or behind the last one.
  package func overwrite(from row: Int, with elements: UnsafeBufferPointer<Element>) throws(DiskError) {
    try file.write(UnsafeRawBufferPointer(elements), at: Self.headerLength + row * rowBytes)
    rowCount = max(rowCount, row + elements.count / rowLength)
  }

  package func overwrite(from row: Int, with elements: [Element], rows count: Int) throws(DiskError) {
    try withPointer(to: elements, rows: count) { rows throws(DiskError) in
      try overwrite(from: row, with: rows)
    }
  }

  /// Reads rows, [n, rowLength].
  package func elements(ofRows rows: Range<Int>) throws(DiskError) -> [Element] {
    precondition(rows.upperBound <= rowCount, "\(entry.name) has \(rowCount) rows, not \(rows.upperBound)")
    var failure: DiskError?
    let elements = [Element](unsafeUninitializedCapacity: rows.count * rowLength) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(
        start: buffer.baseAddress, count: rows.count * rowBytes)
      do throws(DiskError) {
        try file.read(into: bytes, at: Self.headerLength + rows.lowerBound * rowBytes)
        count = rows.count * rowLength
      } catch { failure = error }
    }
    if let failure { throw failure }
    return elements
  }

  private func withPointer(
    to elements: [Element], rows count: Int, _ body: (UnsafeBufferPointer<Element>) throws(DiskError) -> Void
  ) throws(DiskError) {
    let failure = elements.withUnsafeBufferPointer { buffer -> DiskError? in
      do throws(DiskError) { try body(UnsafeBufferPointer(rebasing: buffer[..<(count * rowLength)])) } catch {
        return error
      }
      return nil
    }
    if let failure { throw failure }
  }

  // MARK: The end

  /// Cuts the array off behind its first `rows` rows and writes the header.
  ///
  /// What is left is ``synchronize()`` and ``enter()``, which may run at the same time.
  package func seal(rows: Int) throws(DiskError) {
    precondition(rows <= rowCount, "\(entry.name) has \(rowCount) rows, not \(rows)")
    let header = NumPyHeader(elementType: Element.elementType, shape: [rows] + rowShape).bytes
    precondition(header.count == Self.headerLength, "\(entry.name): a header of \(header.count) bytes")
    if rows < rowCount { try file.truncate(to: Self.headerLength + rows * rowBytes) }
    rowCount = rows
    let failure = header.withUnsafeBytes { bytes -> DiskError? in
      do throws(DiskError) { try file.write(bytes, at: 0) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }

  /// Makes the file durable.
  package func synchronize() throws(DiskError) { try file.synchronize() }

  /// Digests the file and enters it into the manifest.
  ///
  /// The header comes first in the file and is known last, so the file is read again.
  package func enter() throws(DiskError) {
    var entry = entry
    entry.shape = [rowCount] + rowShape
    entry.digest = try file.digest(size: Self.headerLength + rowCount * rowBytes)
    register(entry)
  }
}

extension OpenFile {
  /// The SHA-256 of the first `size` bytes.
  fileprivate func digest(size: Int) throws(DiskError) -> Digest {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { piece.deallocate() }
    let hasher = Hasher256()
    var offset = 0
    while offset < size {
      let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<min(piece.count, size - offset)])
      try read(into: part, at: offset)
      hasher.update(UnsafeRawBufferPointer(part))
      offset += part.count
    }
    return hasher.finalize()
  }
}
