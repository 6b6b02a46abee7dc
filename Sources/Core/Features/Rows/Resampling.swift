package import Artifacts
package import Chronology

/// Longer bars made of shorter ones: each interval of each entity becomes an entity of its own, `BTCUSDT@4h`, so that one
/// model learns from several clocks and no window mixes them.
///
/// A longer bar has the first open, the highest high, the lowest low, the last close and the sum of amounts of the bars
/// in it, on UTC's grid (weeks begin on Monday). It exists when all of them do: a bar with a hole, or one that has not
/// closed yet, is a gap.
package struct Resampling: Sendable, Equatable {
  package let intervals: [Interval]

  /// Demands intervals that the bars divide.
  package init(_ intervals: [Interval], from base: Interval) throws(FeatureError) {
    for interval in intervals {
      guard case .milliseconds(let bar) = base, case .milliseconds(let length) = interval, length % bar == 0
      else {
        throw .resampling(interval: interval.description, base: base.description)
      }
    }
    self.intervals = intervals
  }

  /// The names of the entities that come of others.
  package func names(of entities: [String]) -> [String] {
    entities.flatMap { entity in intervals.map { "\(entity)@\($0)" } }
  }

  /// The longer bars of rows whose columns are in memory.
  func resampled(_ rows: RowTable, base: Interval) throws -> RowTable {
    let values = try rows.values(ofColumns: Array(rows.columns.indices))
    let roles = rows.columns.map(BarRole.init)
    var made = MadeBars(columns: rows.columns.count)
    for entity in rows.entities.indices {
      let segments = rows.segments.filter { $0.entity == entity }
      for interval in intervals {
        made.begin()
        let share = Self.bars(of: base, in: interval)
        for segment in segments { made.add(segment.rows, rows, values, roles, Self.length(interval), share) }
      }
    }
    return RowTable(
      entities: names(of: rows.entities), columns: rows.columns, interval: base,
      intervals: rows.entities.flatMap { _ in intervals }, calendar: rows.calendar,
      time: StoredArray(made.time),
      offsets: made.offsets + [made.time.count], segments: made.segments,
      marked: rows.marked == nil ? nil : made.marked, premature: rows.premature == nil ? nil : made.premature,
      columns: made.values)
  }

  /// The entity of the series that one of the entities made of it comes of: ``names(of:)`` puts the intervals of each
  /// side by side.
  package static func source(of entity: Int, among made: Int, of entities: Int) -> Int {
    entity * entities / made
  }

  /// For each gap of an entity of the series, in order, how many bars of an interval it takes away that none before
  /// took: each of them that it touches.
  package static func missing(_ interval: Interval, in gaps: [Series.Gap], of base: Interval) -> [Int] {
    guard interval != base else { return gaps.map(\.count) }
    let length = length(interval)
    var next = Int64.min
    return gaps.map { gap in
      let first = max(next, slot(of: gap.firstMissing.milliseconds, length))
      let last = slot(of: gap.lastMissing.milliseconds, length)
      next = max(next, last + 1)
      return min(gap.count, Int(max(0, last - first + 1)))
    }
  }

  /// The number of the longer bar that a time lies in.
  fileprivate static func slot(of time: Int64, _ length: Int64) -> Int64 {
    (time - origin(length)).flooredQuotient(length)
  }

  /// The epoch was a Thursday; weeks begin on Monday.
  fileprivate static func origin(_ length: Int64) -> Int64 {
    let day: Int64 = 86_400_000
    return length % (7 * day) == 0 ? 4 * day : 0
  }

  private static func length(_ interval: Interval) -> Int64 {
    guard case .milliseconds(let length) = interval else { preconditionFailure("checked when it was made") }
    return length
  }

  private static func bars(of base: Interval, in interval: Interval) -> Int {
    Int(length(interval) / length(base))
  }
}

/// What becomes of a column in a longer bar.
private enum BarRole {
  case first, greatest, least, last, sum

  init(_ column: Series.Column) {
    switch column.name.lowercased() {
    case "open": self = .first
    case "high": self = .greatest
    case "low": self = .least
    default: self = ColumnRoles.isAmount(column) ? .sum : .last
    }
  }

  func value(_ values: ArraySlice<Double>) -> Double {
    switch self {
    case .first: values.first ?? .nan
    case .greatest: values.max() ?? .nan
    case .least: values.min() ?? .nan
    case .last: values.last ?? .nan
    case .sum: values.reduce(0, +)
    }
  }
}

/// Longer bars so far.
private struct MadeBars {
  var time: [Int64] = []
  var values: [[Double]]
  var marked: [Bool] = []
  var premature: [Bool] = []
  var offsets: [Int] = []
  var segments: [Segment] = []

  init(columns: Int) { values = [[Double]](repeating: [], count: columns) }

  mutating func begin() { offsets.append(time.count) }

  /// Adds the whole longer bars of one run; `count` bars make one.
  mutating func add(
    _ run: Range<Int>, _ rows: RowTable, _ columns: [[Double]], _ roles: [BarRole], _ length: Int64,
    _ count: Int
  ) {
    let first = time.count
    var row = run.lowerBound
    while row < run.upperBound {
      let slot = Resampling.slot(of: rows.time[row], length)
      var end = row + 1
      while end < run.upperBound, Resampling.slot(of: rows.time[end], length) == slot { end += 1 }
      if end - row == count {
        time.append(slot * length + Resampling.origin(length))
        for (column, role) in roles.enumerated() {
          values[column].append(role.value(columns[column][row..<end]))
        }
        marked.append(rows.marked.map { $0[row..<end].contains(true) } ?? false)
        premature.append(rows.premature.map { $0[row..<end].contains(true) } ?? false)
      }
      row = end
    }
    guard time.count > first else { return }
    segments.append(Segment(entity: offsets.count - 1, rows: first..<time.count))
  }
}

extension Int64 {
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
