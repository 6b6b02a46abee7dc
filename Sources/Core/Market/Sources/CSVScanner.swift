private import Numerics

/// Cuts the bytes of a CSV file into records and cells (RFC 4180: quotes, doubled quotes, line breaks inside
/// quotes; LF, CRLF and CR end a record), and knows the line and column of each cell.
struct CSVScanner {
  struct Cell {
    /// The bytes between the quotes, or between the delimiters without surrounding blanks.
    var range: Range<Int>
    var isQuoted: Bool
    var line: Int
    var column: Int
  }

  enum Problem: Error {
    case openQuote(line: Int)
    case afterQuote(line: Int, column: Int)
    case tooLong(line: Int)
    case tooManyCells(line: Int, limit: Int)
    case nul(line: Int, column: Int)
    case quoteInside(line: Int, column: Int)
  }

  static let recordLimit = 1 << 20
  /// The most cells of a record.
  var cellLimit = 4096

  let bytes: UnsafeBufferPointer<UInt8>
  let delimiter: UInt8
  /// The next byte, its line, and where that line begins.
  var index: Int
  var line: Int
  private var lineStart: Int

  /// Cuts a piece of a file that begins with a record, on `line`, at byte `index`.
  init(_ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, index: Int = 0, line: Int = 1) {
    self.bytes = bytes
    self.delimiter = delimiter
    self.index = index
    self.line = line
    lineStart = index
  }

  /// Cuts a file from its beginning.
  ///
  /// Sniffs the delimiter from the first line: the one of `,` `;` tab and `|` that occurs most often.
  init(beginning bytes: UnsafeBufferPointer<UInt8>) {
    let index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let head = bytes[index...].prefix(Self.recordLimit).prefix { $0 != 0x0A && $0 != 0x0D }
    let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
    let counts = candidates.map { candidate in head.reduce(0) { $0 + ($1 == candidate ? 1 : 0) } }
    let delimiter = candidates[counts.indices.max { counts[$0] < counts[$1] } ?? 0]
    self.init(bytes, delimiter: delimiter, index: index)
  }

  /// Reads the next record that is not blank into `cells`; false at the end of the file.
  mutating func next(into cells: inout [Cell]) throws(Problem) -> Bool {
    while index < bytes.count {
      cells.removeAll(keepingCapacity: true)
      try record(into: &cells)
      if cells.count > 1 || cells.first?.isQuoted == true || cells.first?.range.isEmpty == false {
        return true
      }
    }
    return false
  }

  /// The text of a cell, doubled quotes undone.
  func text(_ cell: Cell) -> String {
    let text = String(decoding: bytes[cell.range], as: UTF8.self)
    guard cell.isQuoted, text.utf8.contains(UInt8(ascii: "\"")) else { return text }
    var result = ""
    var isSecond = false
    for character in text {
      if character == "\"", !isSecond {
        isSecond = true
        continue
      }
      isSecond = false
      result.append(character)
    }
    return result
  }

  private mutating func record(into cells: inout [Cell]) throws(Problem) {
    let start = index
    while true {
      let cell = try cell()
      cells.append(cell)
      guard cells.count <= cellLimit else { throw .tooManyCells(line: cell.line, limit: cellLimit) }
      guard index - start <= Self.recordLimit else { throw .tooLong(line: cell.line) }
      guard index < bytes.count, bytes[index] == delimiter else { break }
      index += 1
    }
    guard index < bytes.count else { return }
    if bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
    index += 1
    beginLine()
  }

  private mutating func cell() throws(Problem) -> Cell {
    while index < bytes.count, isBlank(bytes[index]) { index += 1 }
    if index < bytes.count, bytes[index] == UInt8(ascii: "\"") { return try quotedCell() }
    let start = index
    while index < bytes.count, bytes[index] != delimiter, bytes[index] != 0x0A, bytes[index] != 0x0D {
      guard bytes[index] != 0 else { throw .nul(line: line, column: index - lineStart + 1) }
      guard bytes[index] != UInt8(ascii: "\"") else {
        throw .quoteInside(line: line, column: index - lineStart + 1)
      }
      index += 1
    }
    var end = index
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return Cell(range: start..<end, isQuoted: false, line: line, column: start - lineStart + 1)
  }

  private mutating func quotedCell() throws(Problem) -> Cell {
    let (startLine, startColumn) = (line, index - lineStart + 1)
    index += 1
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      guard byte != 0 else { throw .nul(line: line, column: index - lineStart + 1) }
      guard index - start <= Self.recordLimit else { throw .tooLong(line: startLine) }
      index += 1
      if byte == 0x0A { beginLine() }
      guard byte == UInt8(ascii: "\"") else { continue }
      if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
        index += 1
        continue
      }
      let end = index - 1
      while index < bytes.count, isBlank(bytes[index]) { index += 1 }
      guard index == bytes.count || bytes[index] == delimiter || bytes[index] == 0x0A || bytes[index] == 0x0D
      else {
        throw .afterQuote(line: line, column: index - lineStart + 1)
      }
      return Cell(range: start..<end, isQuoted: true, line: startLine, column: startColumn)
    }
    throw .openQuote(line: startLine)
  }

  /// Notes that a line begins at `index`.
  mutating func beginLine() {
    line += 1
    lineStart = index
  }

  /// A blank that is not itself the delimiter.
  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 && delimiter != 0x09 }
}

extension CSVScanner.Problem {
  /// The place and the words for a message about `path`.
  func described(path: String) -> MarketError {
    switch self {
    case .openQuote(let line): .malformed(place: "\(path):\(line)", "a quote is opened and never closed")
    case .afterQuote(let line, let column):
      .malformed(
        place: "\(path):\(line):\(column)", "something follows a closing quote; double quotes inside quotes")
    case .tooLong(let line): .malformed(place: "\(path):\(line)", "the row is longer than 1 MiB")
    case .tooManyCells(let line, let limit):
      .malformed(place: "\(path):\(line)", "the row has more than \(DecimalNumber.grouped(limit)) cells")
    case .nul(let line, let column):
      .malformed(place: "\(path):\(line):\(column)", "a NUL byte; this is no text file")
    case .quoteInside(let line, let column):
      .malformed(
        place: "\(path):\(line):\(column)",
        "a quote inside a cell that begins without one; quote the whole cell and double the quotes inside")
    }
  }
}
