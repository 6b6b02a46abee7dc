private import Glibc

/// Columns that are made one after the other and read row by row: how a table [N, C] is made without holding it.
///
/// What is more than some megabytes goes to a file without a name, which vanishes with this value. A class, because it
/// guards that file, or the memory.
package final class ColumnStack<Element: ArrayElement> {
  /// N.
  package let rowCount: Int
  /// C.
  package let columnCount: Int
  /// All columns one behind the other, [C, N]; nil where they are in the file.
  private let memory: UnsafeMutableRawPointer?
  private let file: OpenFile?

  private static var size: Int { MemoryLayout<Element>.stride }

  /// `folder` is where a table waits of which more than `memoryLimit` bytes are to come; nil to hold it in memory however
  /// large it is.
  ///
  /// Held are a million rows of thirty numbers of single precision.
  package init(
    rowCount: Int, columnCount: Int, folder: String?, name: String, memoryLimit: Int = 128 << 20
  ) throws(DiskError) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    let bytes = rowCount * columnCount * Self.size
    if let folder, bytes > memoryLimit {
      file = try OpenFile(temporary: folder + "/.columns-" + name)
      memory = nil
    } else {
      file = nil
      memory = Self.allocate(bytes)
    }
  }

  deinit { memory?.deallocate() }

  /// Memory in large pages: to be given them one by one takes longer than to fill them.
  private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    let largePage = 2 << 20
    guard bytes >= 2 * largePage else {
      return UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 64)
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: largePage)
    #if os(Linux)
      madvise(memory, bytes, MADV_HUGEPAGE)
    #endif
    return memory
  }

  /// Puts a column, [N], in its place.
  package func set(_ column: [Element], at index: Int) throws(DiskError) {
    precondition(column.count == rowCount, "a column of \(column.count) rows in a table of \(rowCount)")
    precondition((0..<columnCount).contains(index), "column \(index) of \(columnCount)")
    let failure = column.withUnsafeBytes { bytes -> DiskError? in
      if let memory, let start = bytes.baseAddress {
        (memory + index * bytes.count).copyMemory(from: start, byteCount: bytes.count)
      }
      do throws(DiskError) { try file?.write(bytes, at: index * bytes.count) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }

  /// The rows in their order, block by block, [n, C] row after row; a block is good as long as `body` looks at it.
  package func forEachBlock(_ body: (UnsafeBufferPointer<Element>) throws -> Void) throws {
    let size = min(rowCount, max(1, (1 << 16) / max(columnCount, 1)))
    let block = UnsafeMutableBufferPointer<Element>.allocate(capacity: size * columnCount)
    defer { block.deallocate() }
    var first = 0
    while first < rowCount {
      let rows = first..<min(first + size, rowCount)
      let part = UnsafeMutableBufferPointer(rebasing: block[..<(rows.count * columnCount)])
      try fill(part, with: rows)
      try body(UnsafeBufferPointer(part))
      first = rows.upperBound
    }
  }

  /// The whole table, [N, C] row after row.
  package func table() throws(DiskError) -> [Element] {
    var failure: DiskError?
    let table = [Element](unsafeUninitializedCapacity: rowCount * columnCount) { table, count in
      let table = UnsafeMutableBufferPointer(rebasing: table[..<(rowCount * columnCount)])
      do throws(DiskError) {
        try fill(table, with: 0..<rowCount)
        count = table.count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return table
  }

  /// Writes rows into a block, [n, C].
  private func fill(_ block: UnsafeMutableBufferPointer<Element>, with rows: Range<Int>) throws(DiskError) {
    guard let target = UnsafeMutableRawBufferPointer(block).baseAddress else { return }
    var interleaving = Interleaving(elementSize: Self.size, columns: columnCount, rows: rows.count)
    if let memory {
      interleaving.distance = rowCount * Self.size
      return interleaving.write(UnsafeRawPointer(memory) + rows.lowerBound * Self.size, to: target)
    }
    let parts = UnsafeMutableRawBufferPointer.allocate(byteCount: block.count * Self.size, alignment: 64)
    defer { parts.deallocate() }
    guard let start = parts.baseAddress else { return }
    for column in 0..<columnCount {
      try file?.read(
        into: UnsafeMutableRawBufferPointer(
          start: start + column * rows.count * Self.size, count: rows.count * Self.size),
        at: (column * rowCount + rows.lowerBound) * Self.size)
    }
    interleaving.write(UnsafeRawPointer(start), to: target)
  }
}

/// Columns to rows, by the size of their elements alone.
///
/// Told the size, the loops are compiled for it; a generic element that another module chooses is a call an element.
private struct Interleaving {
  let elementSize: Int
  let columns: Int
  let rows: Int
  /// From one column to the next, in bytes.
  var distance: Int

  init(elementSize: Int, columns: Int, rows: Int) {
    (self.elementSize, self.columns, self.rows) = (elementSize, columns, rows)
    distance = rows * elementSize
  }

  func write(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
    switch elementSize {
    case 1: write(UInt8.self, source, to: target)
    case 4: write(UInt32.self, source, to: target)
    case 8: write(UInt64.self, source, to: target)
    default: preconditionFailure("elements of \(elementSize) bytes")
    }
  }

  /// Four columns at a time, whose elements in a row are one store.
  @inline(__always)
  private func write<Word: FixedWidthInteger & SIMDScalar>(
    _ word: Word.Type, _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer
  ) {
    let size = MemoryLayout<Word>.stride
    let fours = columns / 4 * 4
    for column in stride(from: 0, to: fours, by: 4) {
      let first = source + column * distance
      let (second, third, fourth) = (first + distance, first + 2 * distance, first + 3 * distance)
      for row in 0..<rows {
        let place = row * size
        let four = SIMD4(
          first.load(fromByteOffset: place, as: Word.self), second.load(fromByteOffset: place, as: Word.self),
          third.load(fromByteOffset: place, as: Word.self), fourth.load(fromByteOffset: place, as: Word.self))
        (target + (row * columns + column) * size).storeBytes(of: four, as: SIMD4<Word>.self)
      }
    }
    for column in fours..<columns {
      for row in 0..<rows {
        (target + (row * columns + column) * size).storeBytes(
          of: (source + column * distance).load(fromByteOffset: row * size, as: Word.self), as: Word.self)
      }
    }
  }
}
