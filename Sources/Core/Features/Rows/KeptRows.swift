/// The rows for which every feature has a value, and their places among each other.
package struct KeptRows: Sendable {
  /// Runs of kept rows in the table they were taken from, in order.
  package let segments: [Segment]
  /// The place of each segment's first row among the kept ones, and their number at the end.
  private let starts: [Int]
  private let entityCount: Int

  /// Drops `warmup` rows at the front of each run.
  package init(_ segments: [Segment], warmup: Int, entityCount: Int) {
    var kept: [Segment] = []
    var starts = [0]
    for segment in segments where segment.rows.count > warmup {
      let rows = (segment.rows.lowerBound + warmup)..<segment.rows.upperBound
      kept.append(Segment(entity: segment.entity, rows: rows))
      starts.append((starts.last ?? 0) + rows.count)
    }
    self.segments = kept
    self.starts = starts
    self.entityCount = entityCount
  }

  package var count: Int { starts[starts.count - 1] }

  /// For each entity the place of its first row, and the number of rows at the end, [E + 1].
  package var offsets: [Int] {
    var counts = [Int](repeating: 0, count: entityCount)
    for segment in segments { counts[segment.entity] += segment.rows.count }
    return counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
  }

  /// The place of a kept row.
  package func place(ofRow row: Int) -> Int {
    var (low, high) = (0, segments.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].rows.lowerBound <= row { low = middle } else { high = middle }
    }
    precondition(segments[low].rows.contains(row), "row \(row) is not kept")
    return starts[low] + row - segments[low].rows.lowerBound
  }

  /// The row at a place, and its segment.
  package func row(atPlace place: Int) -> (row: Int, segment: Int) {
    var (low, high) = (0, segments.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle } else { high = middle }
    }
    return (segments[low].rows.lowerBound + place - starts[low], low)
  }

  /// The kept rows of a column.
  @inline(__always)
  func picked<Element>(_ column: [Double], _ change: (Double) -> Element) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { result, filled in
      column.withUnsafeBufferPointer { column in
        for segment in segments {
          for row in segment.rows {
            result.initializeElement(at: filled + row - segment.rows.lowerBound, to: change(column[row]))
          }
          filled += segment.rows.count
        }
      }
    }
  }
}
