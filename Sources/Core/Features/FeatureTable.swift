package import Artifacts
private import Chronology

/// Columns of a series on their way through the transforms, and the runs of rows that are still whole.
package struct FeatureTable: Sendable {
  package var entities: [String]
  package var names: [String]
  /// F columns of N values each.
  package var columns: [[Double]]
  /// When each row's interval opens, ms since the epoch, [N].
  package var time: [Int64]
  /// Runs of rows without a gap in which every value is defined, in order, with their entity.
  ///
  /// A transform that looks back shortens them at the front.
  package var segments: [Segment]

  package struct Segment: Sendable, Equatable {
    package var entity: Int
    package var rows: Range<Int>
  }

  /// The chosen columns of a series; nil for all of them.
  package init(of series: Series, features: [String]?) throws(FeatureError) {
    let known = series.columns.map(\.name)
    entities = series.entities
    names = features ?? known
    columns = []
    for name in names {
      guard let index = known.firstIndex(of: name) else {
        throw .unknownColumn(name, setting: "features", known: known)
      }
      columns.append(series.column(index))
    }
    time = series.time
    segments = series.entities.indices.flatMap { entity in
      series.segments(ofEntity: entity).map { Segment(entity: entity, rows: $0) }
    }
  }

  /// N.
  package var rowCount: Int { time.count }

  /// Changes one column in place: it leaves the table meanwhile, so that nothing is copied.
  mutating func updateColumn(_ column: Int, _ body: (inout [Double], [Segment]) -> Void) {
    var values: [Double] = []
    swap(&values, &columns[column])
    body(&values, segments)
    swap(&values, &columns[column])
  }

  /// Keeps the newest `count` rows of each entity, which must be without a gap.
  package mutating func keepNewest(_ count: Int) throws(FeatureError) {
    var newest: [Segment] = []
    for entity in entities.indices {
      guard let last = segments.last(where: { $0.entity == entity }), last.rows.count >= count else {
        let rows = segments.last { $0.entity == entity }?.rows ?? 0..<0
        throw .incompleteWindow(
          entity: entities[entity], needed: count, found: rows.count,
          since: rows.isEmpty ? "never" : instant(ofRow: rows.lowerBound))
      }
      newest.append(Segment(entity: entity, rows: (last.rows.upperBound - count)..<last.rows.upperBound))
    }
    segments = newest
  }

  /// Drops `rows` rows at the front of each run.
  mutating func shortenSegments(by rows: Int) {
    guard rows > 0 else { return }
    segments = segments.compactMap { segment in
      let start = segment.rows.lowerBound + rows
      return start < segment.rows.upperBound
        ? Segment(entity: segment.entity, rows: start..<segment.rows.upperBound) : nil
    }
  }

  func instant(ofRow row: Int) -> String { Instant(milliseconds: time[row]).description }
}
