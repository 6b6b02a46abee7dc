/// Rows as ranges that are apart from each other, ascending.
struct RowRanges {
  private(set) var ranges: [Range<Int>] = []

  /// Adds a range that begins no earlier than the last, and joins those that touch.
  mutating func append(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    if let last = ranges.last, range.lowerBound <= last.upperBound {
      ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
    } else {
      ranges.append(range)
    }
  }

  /// The rows that are true.
  init(of rows: [Bool]?) {
    guard let rows else { return }
    var start: Int?
    for (row, isSet) in rows.enumerated() {
      if isSet {
        if start == nil { start = row }
      } else if let first = start {
        ranges.append(first..<row)
        start = nil
      }
    }
    if let start { ranges.append(start..<rows.count) }
  }

  init(_ ranges: some Sequence<Range<Int>> = []) {
    for range in ranges { append(range) }
  }

  /// Each range with its ends moved.
  func moved(lower: Int, upper: Int) -> RowRanges {
    RowRanges(
      ranges.lazy.map { ($0.lowerBound + lower)..<max($0.lowerBound + lower, $0.upperBound + upper) })
  }

  func union(_ other: RowRanges) -> RowRanges {
    if ranges.isEmpty { return other }
    if other.ranges.isEmpty { return self }
    return RowRanges((ranges + other.ranges).sorted { $0.lowerBound < $1.lowerBound })
  }

  /// The ranges that share a row with another, whole.
  func meeting(_ rows: Range<Int>) -> ArraySlice<Range<Int>> {
    if ranges.isEmpty || rows.isEmpty { return [] }
    let first = firstRange { $0.upperBound > rows.lowerBound }
    var end = first
    while end < ranges.count, ranges[end].lowerBound < rows.upperBound { end += 1 }
    return ranges[first..<end]
  }

  /// How many rows of a range are among these.
  func count(in rows: Range<Int>) -> Int {
    meeting(rows).reduce(0) { $0 + $1.clamped(to: rows).count }
  }

  /// What is left of a range.
  func removed(from rows: Range<Int>) -> [Range<Int>] {
    var rest: [Range<Int>] = []
    var next = rows.lowerBound
    for range in meeting(rows) {
      if range.lowerBound > next { rest.append(next..<range.lowerBound) }
      next = range.upperBound
    }
    if next < rows.upperBound { rest.append(next..<rows.upperBound) }
    return rest
  }

  private func firstRange(where isBehind: (Range<Int>) -> Bool) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(ranges[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
