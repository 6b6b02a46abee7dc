/// The values of one bar under way, and where in the body their cells stand, by column.
///
/// It owns its memory; whoever makes one calls `deallocate`.
struct BarCells {
  /// The longest cell that is taken; the longest that an exchange sends has 25 bytes.
  static let cellLimit = 64

  let columnCount: Int
  /// [C].
  let values: UnsafeMutablePointer<Double>
  private let starts: UnsafeMutablePointer<Int>
  private let ends: UnsafeMutablePointer<Int>
  private let text: UnsafeMutablePointer<UInt8>

  init(columnCount: Int) {
    self.columnCount = columnCount
    values = .allocate(capacity: columnCount)
    starts = .allocate(capacity: columnCount)
    ends = .allocate(capacity: columnCount)
    text = .allocate(capacity: columnCount * (Self.cellLimit + 1) + Self.stride)
    values.initialize(repeating: 0, count: columnCount)
    starts.initialize(repeating: 0, count: columnCount)
    ends.initialize(repeating: 0, count: columnCount)
  }

  func deallocate() {
    values.deallocate()
    starts.deallocate()
    ends.deallocate()
    text.deallocate()
  }

  /// How many bytes are copied at once, whatever the length of the cell.
  private static let stride = 32

  @inline(__always)
  func set(_ column: Int, _ value: Double, from start: Int, to end: Int) {
    values[column] = value
    starts[column] = start
    ends[column] = end
  }

  /// A number without quotes for a column; false when there is none.
  @inline(__always)
  func takeNumber(_ column: Int, _ scanner: inout CellScanner) -> Bool {
    let start = scanner.index
    guard let value = scanner.decimal() else { return false }
    set(column, value, from: start, to: scanner.index)
    return true
  }

  /// A number in quotes for a column; false when there is none.
  @inline(__always)
  func takeQuoted(_ column: Int, _ scanner: inout CellScanner) -> Bool {
    scanner.take("\"") && takeNumber(column, &scanner) && scanner.takeAtOnce("\"")
  }

  /// A whole number without quotes for a column; false when there is none.
  @inline(__always)
  func takeWhole(_ column: Int, _ scanner: inout CellScanner) -> Bool {
    let start = scanner.index
    guard let value = scanner.whole() else { return false }
    set(column, Double(value), from: start, to: scanner.index)
    return true
  }

  /// Appends the bar to a page; false when a cell is too long.
  @inline(__always)
  func append(to page: inout CandlePage, open: Int64, from scanner: CellScanner) -> Bool {
    var length = 0
    for column in 0..<columnCount {
      let start = starts[column]
      let count = ends[column] - start
      guard count <= Self.cellLimit else { return false }
      let target = UnsafeMutableRawPointer(text + length)
      if count <= Self.stride, start + Self.stride <= scanner.end {
        target.copyMemory(from: scanner.base + start, byteCount: Self.stride)
      } else {
        target.copyMemory(from: scanner.base + start, byteCount: count)
      }
      length += count + 1
      text[length - 1] = UInt8(ascii: ",")
    }
    page.append(
      open: open, values: UnsafeBufferPointer(start: values, count: columnCount),
      text: UnsafeBufferPointer(start: text, count: length - 1))
    return true
  }
}

// MARK: What a candle must be

extension BarCells {
  /// What is wrong with the values; nil when nothing is.
  ///
  /// The first four columns are open, high, low and close; whatever follows is an amount.
  @inline(__always)
  var problem: StaticString? {
    let (open, high, low, close) = (values[0], values[1], values[2], values[3])
    guard low > 0 else { return "a price is not positive" }
    guard high >= open, high >= close else { return "the high lies below the open or the close" }
    guard low <= open, low <= close else { return "the low lies above the open or the close" }
    for column in 4..<columnCount where values[column] < 0 { return "an amount is negative" }
    return nil
  }

  /// Whether the values are those of a page's last bar.
  func isLastBar(of page: CandlePage) -> Bool {
    guard !page.isEmpty else { return false }
    return page.row(page.count - 1).elementsEqual(UnsafeBufferPointer(start: values, count: columnCount))
  }
}
