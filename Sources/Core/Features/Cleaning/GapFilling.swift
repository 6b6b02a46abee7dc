import Artifacts
import Chronology

/// The bars to be put into the gaps of a table.
struct GapFilling {
  /// One gap: the row behind it, and when the bars in it open.
  private struct Insertion {
    var row: Int
    var times: [Int64]
  }

  private var insertions: [Insertion] = []
  /// The gaps that stay.
  private(set) var left: [Series.Gap] = []
  /// Gaps that stay because they are too long, and because there is no good bar on either side.
  private(set) var tooLong = 0
  private(set) var unsupported = 0

  init(of table: ColumnTable, longest: Int, isDropped: (Int) -> Bool) {
    for gap in table.gaps {
      let row = table.row(ofEntity: gap.entity, behind: gap.firstMissing.milliseconds)
      let rows = table.rows(ofEntity: gap.entity)
      if gap.count > longest {
        tooLong += 1
        left.append(gap)
      } else if row > rows.lowerBound, row < rows.upperBound, !isDropped(row - 1), !isDropped(row),
        let times = Self.times(of: gap, table)
      {
        insertions.append(Insertion(row: row, times: times))
      } else {
        unsupported += 1
        left.append(gap)
      }
    }
    insertions.sort { $0.row < $1.row }
  }

  var gapCount: Int { insertions.count }
  var barCount: Int { insertions.reduce(0) { $0 + $1.times.count } }

  /// When the missing bars would have opened; nil when the gap does not fit the calendar.
  private static func times(of gap: Series.Gap, _ table: ColumnTable) -> [Int64]? {
    var times = [gap.firstMissing]
    while times.count < gap.count, let last = times.last {
      times.append(table.calendar.next(after: last, by: table.interval))
    }
    return times.last == gap.lastMissing ? times.map(\.milliseconds) : nil
  }

  /// Puts the bars in.
  func fill(_ table: inout ColumnTable, interpolating: Bool, _ roles: ColumnRoles) {
    let old = table.values
    for column in old.indices {
      table.values[column] = inserted(into: old[column]) { before, after, way in
        let still = roles.still(column, after: before, old)
        let (first, last) = (old[column][before], old[column][after])
        return interpolating ? first + (last - first) * way : still
      }
    }
    table.time = withNewTimes(table.time)
    table.gaps = left
    table.offsets = table.offsets.map { offset in
      offset + insertions.lazy.prefix { $0.row < offset }.reduce(0) { $0 + $1.times.count }
    }
  }

  /// What is known of each row, with a value for the new ones.
  func inserted<Value>(into values: [Value], _ value: Value) -> [Value] {
    inserted(into: values) { _, _, _ in value }
  }

  /// `way` goes from 0 at the bar before the gap to 1 at the one behind.
  private func inserted<Value>(
    into values: [Value], _ value: (_ before: Int, _ after: Int, _ way: Double) -> Value
  ) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(values.count + barCount)
    var next = 0
    for insertion in insertions {
      result += values[next..<insertion.row]
      let steps = Double(insertion.times.count + 1)
      for step in insertion.times.indices {
        result.append(value(insertion.row - 1, insertion.row, Double(step + 1) / steps))
      }
      next = insertion.row
    }
    result += values[next...]
    return result
  }

  private func withNewTimes(_ time: [Int64]) -> [Int64] {
    var result: [Int64] = []
    result.reserveCapacity(time.count + barCount)
    var next = 0
    for insertion in insertions {
      result += time[next..<insertion.row]
      result += insertion.times
      next = insertion.row
    }
    result += time[next...]
    return result
  }
}
