private import Chronology
private import Numerics

/// The rows of a piece of a CSV file: what was read, and how many lines that took.
struct CSVRows: Sendable {
  var batch = RowBatch()
  /// Which of `names` each row belongs to, [n]; empty where there is no column of entities.
  var entities: [Int32] = []
  var names: [String] = []
  /// The line on which the piece begins.
  var firstLine = 1
  /// The line of each row, [n], where they were asked for, when the first one is 1.
  var lines: [Int] = []
  var rowCount = 0
  /// How many lines the piece has.
  var lineCount = 0
}

/// Reads the rows of pieces of one file; every thread has its own.
struct CSVRowReader: Sendable {
  let layout: CSVLayout
  let delimiter: UInt8
  let offsetMinutes: Int
  let path: String
  var timeName = ""
  var keepsLines = false

  /// Reads all records of a piece whose first line is `line`.
  func rows(
    of bytes: UnsafeBufferPointer<UInt8>, from index: Int = 0, line: Int = 1
  ) throws(MarketError) -> CSVRows {
    var rows = CSVRows()
    var scanner = CSVScanner(bytes, delimiter: delimiter, index: index, line: line)
    let width = layout.columns.count
    // A cell takes a byte, its delimiter, and one more where a number stands in it.
    let most = (bytes.count - index) / (layout.cellCount + width) + 1
    if layout.time != nil { rows.batch.time.reserveCapacity(most) }
    var names = EntityNames()
    var clock = TimeReader(offsetMinutes: offsetMinutes)
    var cells: [CSVScanner.Cell] = []
    var failure: MarketError?
    rows.batch.values = [Double](unsafeUninitializedCapacity: most * width) { values, count in
      do throws(MarketError) {
        while true {
          let target = UnsafeMutableBufferPointer(rebasing: values[(rows.rowCount * width)...])
          let line = scanner.line
          let start = scanner.index
          if !quickRow(&scanner, &rows, target, &clock, &names) {
            scanner.index = start
            guard try slowRow(&scanner, &cells, &rows, target, &names) else { break }
          }
          if keepsLines { rows.lines.append(cells.isEmpty ? line : cells[0].line) }
          cells.removeAll(keepingCapacity: true)
          rows.rowCount += 1
        }
      } catch { failure = error }
      count = rows.rowCount * width
    }
    if let failure { throw failure }
    rows.names = names.names
    rows.lineCount = scanner.line - line
    return rows
  }

  // MARK: Quick rows

  /// Reads a record that is written as nearly all are: no quotes, plain numbers, a line of its own.
  ///
  /// False when anything is otherwise; the slow way then reads it once more, or knows what is wrong with it.
  private func quickRow(
    _ scanner: inout CSVScanner, _ rows: inout CSVRows, _ values: UnsafeMutableBufferPointer<Double>,
    _ clock: inout TimeReader, _ names: inout EntityNames
  ) -> Bool {
    let bytes = scanner.bytes
    let end = bytes.count
    var index = scanner.index
    var time: Int64 = 0
    var entity: Int32 = 0
    let last = layout.roles.count - 1
    for (cell, role) in layout.roles.enumerated() {
      while index < end, bytes[index] == 0x20 { index += 1 }
      switch role {
      case .value(let number):
        guard let value = DecimalNumber.scan(bytes, from: &index) else { return false }
        values[number] = value
      case .nothing:
        guard skip(bytes, &index) else { return false }
      case .time:
        guard let read = clock.read(bytes, from: &index, delimiter: delimiter) else { return false }
        time = read
      case .entity:
        let start = index
        guard skip(bytes, &index), index > start, bytes[index - 1] != 0x20, bytes[index - 1] != 0x09 else {
          return false
        }
        entity = names.number(of: UnsafeBufferPointer(rebasing: bytes[start..<index]))
      }
      guard index < end else { return false }
      if cell < last {
        guard bytes[index] == delimiter else { return false }
        index += 1
      }
    }
    if bytes[index] == 0x0D, index + 1 < end, bytes[index + 1] == 0x0A { index += 1 }
    guard bytes[index] == 0x0A, index - scanner.index <= CSVScanner.recordLimit else { return false }
    scanner.index = index + 1
    scanner.beginLine()
    if layout.time != nil { rows.batch.time.append(time) }
    if layout.entity != nil { rows.entities.append(entity) }
    return true
  }

  /// Goes to the end of a cell without quotes.
  @inline(__always)
  private func skip(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    while index < bytes.count {
      let byte = bytes[index]
      if byte == delimiter || byte == 0x0A || byte == 0x0D { return true }
      if byte == 0 || byte == UInt8(ascii: "\"") { return false }
      index += 1
    }
    return true
  }

  // MARK: Slow rows

  /// Reads a record however it is written; false at the end of the piece.
  private func slowRow(
    _ scanner: inout CSVScanner, _ cells: inout [CSVScanner.Cell], _ rows: inout CSVRows,
    _ values: UnsafeMutableBufferPointer<Double>, _ names: inout EntityNames
  ) throws(MarketError) -> Bool {
    do throws(CSVScanner.Problem) {
      guard try scanner.next(into: &cells) else { return false }
    } catch { throw error.described(path: path) }
    guard cells.count == layout.cellCount else {
      throw .cellCount(place: "\(path):\(cells[0].line)", found: cells.count, expected: layout.cellCount)
    }
    if let entity = layout.entity {
      var name = scanner.text(cells[entity])
      rows.entities.append(name.withUTF8 { names.number(of: $0) })
    }
    if let time = layout.time { rows.batch.time.append(try self.time(of: cells[time], scanner)) }
    for (number, column) in layout.columns.enumerated() {
      let cell = cells[column.index]
      guard let value = DecimalNumber.parse(UnsafeBufferPointer(rebasing: scanner.bytes[cell.range])) else {
        throw .notANumber(place: place(cell), column: column.name, text: scanner.text(cell))
      }
      values[number] = value
    }
    return true
  }

  private func time(of cell: CSVScanner.Cell, _ scanner: CSVScanner) throws(MarketError) -> Int64 {
    let bytes = UnsafeBufferPointer(rebasing: scanner.bytes[cell.range])
    guard let time = Instant(parsing: bytes, offsetMinutes: offsetMinutes) else {
      throw .notATime(place: place(cell), column: timeName, text: scanner.text(cell))
    }
    return time.milliseconds
  }

  private func place(_ cell: CSVScanner.Cell) -> String { "\(path):\(cell.line):\(cell.column)" }
}

/// Numbers the names of entities in the order in which they occur.
private struct EntityNames {
  private(set) var names: [String] = []
  private var numbers: [String: Int32] = [:]
  private var newest: (bytes: [UInt8], number: Int32)?

  mutating func number(of bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    // Most files have long runs of rows of one entity.
    if let newest, newest.bytes.elementsEqual(bytes) { return newest.number }
    let name = String(decoding: bytes, as: UTF8.self)
    let number = numbers[name] ?? Int32(names.count)
    if number == names.count {
      names.append(name)
      numbers[name] = number
    }
    newest = (Array(bytes), number)
    return number
  }
}
