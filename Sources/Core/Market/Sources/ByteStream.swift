import Artifacts
private import Glibc

/// A file read from front to back through a window, which always holds some way ahead.
///
/// A class, because it guards the open file and the window.
final class ByteStream {
  /// What is in the window; `index` is the next byte of it.
  private(set) var bytes: UnsafeBufferPointer<UInt8>
  var index = 0

  private let file: OpenFile
  private let hasher = Hasher256()
  private let memory: UnsafeMutableBufferPointer<UInt8>
  private var isAtEnd = false
  /// How many bytes and lines lie before the window, and how far the last of these lines reaches into it.
  private var passed = 0
  private var passedLines = 0
  private var passedColumns = 0
  let size: Int

  /// So many bytes are ahead after ``lookAhead()``, unless the file ends before.
  static let reach = 1 << 20
  private static let windowLength = 4 << 20

  init(_ path: String) throws(DiskError) {
    file = try OpenFile(reading: path)
    size = try file.size()
    memory = .allocate(capacity: Self.windowLength)
    bytes = UnsafeBufferPointer(rebasing: memory[..<0])
    try lookAhead()
  }

  deinit { memory.deallocate() }

  /// The digest of the file, once all of it was read.
  var digest: Digest { hasher.finalize() }

  /// How many bytes lie behind.
  var position: Int { passed + index }

  /// Whether nothing follows.
  var isExhausted: Bool { isAtEnd && index >= bytes.count }

  /// Reads on when less than ``reach`` is ahead.
  func lookAhead() throws(DiskError) {
    guard !isAtEnd, bytes.count - index < Self.reach else { return }
    forget()
    let target = UnsafeMutableRawBufferPointer(
      rebasing: UnsafeMutableRawBufferPointer(memory)[bytes.count...])
    let count = try file.read(into: target)
    hasher.update(UnsafeRawBufferPointer(rebasing: target[..<count]))
    isAtEnd = count < target.count
    bytes = UnsafeBufferPointer(rebasing: memory[..<(bytes.count + count)])
  }

  /// Lets go of what lies behind, after counting its lines.
  private func forget() {
    (passedLines, passedColumns) = lines(before: index)
    passed += index
    let rest = bytes.count - index
    if rest > 0, let base = memory.baseAddress { memmove(base, base + index, rest) }
    bytes = UnsafeBufferPointer(rebasing: memory[..<rest])
    index = 0
  }

  private func lines(before index: Int) -> (lines: Int, columns: Int) {
    let before = bytes[..<index]
    let count = before.reduce(into: 0) { $0 &+= $1 == 0x0A ? 1 : 0 }
    guard count > 0, let last = before.lastIndex(of: 0x0A) else {
      return (passedLines, passedColumns + index)
    }
    return (passedLines + count, index - last - 1)
  }

  /// The line and column of a byte in the window, both from 1.
  func place(_ index: Int) -> (line: Int, column: Int) {
    let (lines, columns) = lines(before: min(index, bytes.count))
    return (lines + 1, columns + 1)
  }
}
