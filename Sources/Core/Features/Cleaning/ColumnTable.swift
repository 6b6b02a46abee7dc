package import Artifacts
package import Chronology

/// A series column by column, as cleaning reads and changes it.
package struct ColumnTable: Sendable, Equatable {
  package var entities: [String]
  package var columns: [Series.Column]
  /// C columns of N values each.
  package var values: [[Double]]
  /// When each row's interval opens, ms since the epoch, [N].
  package var time: [Int64]
  /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
  package var offsets: [Int]
  package var gaps: [Series.Gap]
  package var interval: Interval
  package var calendar: Calendar

  package init(of series: Series) {
    entities = series.entities
    columns = series.columns
    values = series.columns.indices.map(series.column)
    time = series.time
    offsets = series.offsets
    gaps = series.gaps
    interval = series.interval
    calendar = series.calendar
  }

  /// All of an artifact, in memory.
  package init(_ reader: SeriesReader) {
    entities = reader.entities
    columns = reader.columns
    values = reader.columns(Array(reader.columns.indices))
    time = Array(reader.time)
    offsets = reader.offsets
    gaps = reader.gaps
    interval = reader.interval
    calendar = reader.calendar
  }

  package var rowCount: Int { time.count }

  func rows(ofEntity entity: Int) -> Range<Int> { offsets[entity]..<offsets[entity + 1] }

  /// The first row of an entity that is behind a time.
  func row(ofEntity entity: Int, behind moment: Int64) -> Int {
    var (low, high) = (offsets[entity], offsets[entity + 1])
    while low < high {
      let middle = (low + high) / 2
      if time[middle] > moment { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The runs of rows between gaps, in order.
  func segments() -> [Segment] {
    var borders = [[Int]](repeating: [], count: entities.count)
    for gap in gaps {
      borders[gap.entity].append(row(ofEntity: gap.entity, behind: gap.firstMissing.milliseconds))
    }
    return entities.indices.flatMap { entity in
      let rows = rows(ofEntity: entity)
      let edges = [rows.lowerBound] + borders[entity].sorted() + [rows.upperBound]
      return zip(edges, edges.dropFirst()).filter { $0 < $1 }.map {
        Segment(entity: entity, rows: $0..<$1)
      }
    }
  }

  /// The entity of a row, and when the row's interval opens, for messages.
  func place(ofRow row: Int) -> (entity: String, time: String) {
    let entity = entities.indices.last { offsets[$0] <= row } ?? 0
    return (entities[entity], Instant(milliseconds: time[row]).description)
  }
}
