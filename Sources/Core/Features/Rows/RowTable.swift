package import Artifacts
package import Chronology

/// A run of rows of one entity in which no bar is missing.
package struct Segment: Sendable, Equatable {
  package var entity: Int
  package var rows: Range<Int>

  package init(entity: Int, rows: Range<Int>) {
    self.entity = entity
    self.rows = rows
  }
}

/// The rows of a series as features are made of them: cleaned, cut into runs, and read column by column.
package struct RowTable: Sendable {
  package let entities: [String]
  package let columns: [Series.Column]
  /// Of the series; bars of some entities may be longer.
  package let interval: Interval
  /// Each entity's own, [E].
  package let intervals: [Interval]
  package let calendar: Calendar
  /// When each row's interval opens, ms since the epoch, [N].
  package let time: StoredArray<Int64>
  /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
  package let offsets: [Int]
  /// Runs without a gap, in the order of rows.
  package let segments: [Segment]
  /// Rows that are inputs but never labels, [N]; nil where there are none.
  package let marked: [Bool]?
  /// Rows whose values were known only later: no window ends there, [N]; nil where there are none.
  package let premature: [Bool]?
  private let read: @Sendable ([Int]) throws -> [[Double]]
  /// All columns of some rows.
  private let pick: @Sendable ([Range<Int>]) -> [[Double]]

  package init(
    entities: [String], columns: [Series.Column], interval: Interval, intervals: [Interval]? = nil,
    calendar: Calendar, time: StoredArray<Int64>, offsets: [Int], segments: [Segment], marked: [Bool]? = nil,
    premature: [Bool]? = nil, read: @escaping @Sendable ([Int]) throws -> [[Double]],
    pick: @escaping @Sendable ([Range<Int>]) -> [[Double]]
  ) {
    self.entities = entities
    self.columns = columns
    self.interval = interval
    self.intervals = intervals ?? entities.map { _ in interval }
    self.calendar = calendar
    self.time = time
    self.offsets = offsets
    self.segments = segments
    self.marked = marked
    self.premature = premature
    self.read = read
    self.pick = pick
  }

  /// N.
  package var rowCount: Int { time.count }

  /// Some columns by their numbers, [N] each.
  package func values(ofColumns columns: [Int]) throws -> [[Double]] { try read(columns) }

  package func instant(ofRow row: Int) -> String { Instant(milliseconds: time[row]).description }

  /// The number of a column.
  package func column(named name: String, setting: String) throws(FeatureError) -> Int {
    guard let index = columns.firstIndex(where: { $0.name == name }) else {
      throw .unknownColumn(name, setting: setting, known: columns.map(\.name))
    }
    return index
  }
}

extension RowTable {
  /// The rows of an artifact, read when they are asked for.
  package init(_ reader: SeriesReader) {
    self.init(
      entities: reader.entities, columns: reader.columns, interval: reader.interval,
      calendar: reader.calendar,
      time: reader.time, offsets: reader.offsets,
      segments: Self.segments(reader.entities.count, reader.offsets, reader.gaps) { reader.time[$0] },
      read: { reader.columns($0) }, pick: { reader.columns(ofRows: $0) })
  }

  /// The rows of a series in memory.
  package init(of series: Series) {
    self.init(
      entities: series.entities, columns: series.columns, interval: series.interval,
      calendar: series.calendar,
      time: StoredArray(series.time), offsets: series.offsets,
      segments: Self.segments(series.entities.count, series.offsets, series.gaps) { series.time[$0] },
      read: { columns in columns.map(series.column) },
      pick: { ranges in
        series.columns.indices.map { column in
          ranges.flatMap { range in range.map { series.values[$0 * series.columns.count + column] } }
        }
      })
  }

  private static func segments(
    _ entities: Int, _ offsets: [Int], _ gaps: [Series.Gap], _ time: (Int) -> Int64
  ) -> [Segment] {
    (0..<entities).flatMap { entity in
      Series.segments(
        of: offsets[entity]..<offsets[entity + 1], gaps: gaps.filter { $0.entity == entity }, time: time
      ).map { Segment(entity: entity, rows: $0) }
    }
  }

  /// Only some runs of the rows, in memory; `runs` are parts of segments, in any order, each a segment of its own.
  package func sample(_ runs: [Segment]) -> RowTable {
    let ordered = runs.sorted {
      ($0.entity, $0.rows.lowerBound, $0.rows.upperBound) < (
        $1.entity, $1.rows.lowerBound, $1.rows.upperBound
      )
    }
    var offsets = [0]
    var segments: [Segment] = []
    var count = 0
    for entity in entities.indices {
      for run in ordered where run.entity == entity {
        segments.append(Segment(entity: entity, rows: count..<(count + run.rows.count)))
        count += run.rows.count
      }
      offsets.append(count)
    }
    return RowTable(
      entities: entities, columns: columns, interval: interval, intervals: intervals, calendar: calendar,
      time: StoredArray(ordered.flatMap { run in run.rows.map { time[$0] } }), offsets: offsets,
      segments: segments, columns: pick(ordered.map(\.rows)))
  }

  /// Without the entities that have no rows; `kept` are the others, in order.
  func only(_ kept: [Int]) -> RowTable {
    precondition(offsets.count == entities.count + 1, "offsets for each entity")
    return RowTable(
      entities: kept.map { entities[$0] }, columns: columns, interval: interval,
      intervals: kept.map { intervals[$0] },
      calendar: calendar, time: time, offsets: kept.map { offsets[$0] } + [time.count],
      segments: segments.map { segment in
        Segment(entity: kept.firstIndex(of: segment.entity) ?? 0, rows: segment.rows)
      }, marked: marked, premature: premature, read: read, pick: pick)
  }

  /// Rows whose columns are in memory.
  package init(
    entities: [String], columns: [Series.Column], interval: Interval, intervals: [Interval]? = nil,
    calendar: Calendar, time: StoredArray<Int64>, offsets: [Int], segments: [Segment], marked: [Bool]? = nil,
    premature: [Bool]? = nil, columns values: [[Double]]
  ) {
    self.init(
      entities: entities, columns: columns, interval: interval, intervals: intervals, calendar: calendar,
      time: time,
      offsets: offsets, segments: segments, marked: marked, premature: premature,
      read: { columns in columns.map { values[$0] } },
      pick: { ranges in values.map { column in ranges.flatMap { column[$0] } } })
  }
}

extension RowTable {
  /// Only the newest run of each entity, which must have `count` rows.
  package func newest(_ count: Int) throws(FeatureError) -> RowTable {
    var newest: [Segment] = []
    for entity in entities.indices {
      guard let last = segments.last(where: { $0.entity == entity }), last.rows.count >= count else {
        let rows = segments.last { $0.entity == entity }?.rows ?? 0..<0
        throw .incompleteWindow(
          entity: entities[entity], needed: count, found: rows.count,
          since: rows.isEmpty ? "never" : instant(ofRow: rows.lowerBound))
      }
      newest.append(last)
    }
    return RowTable(
      entities: entities, columns: columns, interval: interval, intervals: intervals, calendar: calendar,
      time: time,
      offsets: offsets, segments: newest, marked: marked, premature: premature, read: read, pick: pick)
  }
}
