package import Chronology

extension Series {
  /// What a series says of itself besides the rows, which may be more than fit into memory.
  package struct Outline: Equatable, Sendable {
    package var entities: [String]
    package var columns: [Column]
    package var interval: Interval
    package var calendar: Calendar
    /// The kind of source, as the configuration names it.
    package var source: String
    /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
    package var offsets: [Int]
    package var gaps: [Gap]
    /// The least and the greatest time of all rows.
    package var first: Instant
    package var last: Instant
    /// Whether any row is of a Saturday or Sunday.
    package var opensOnWeekends: Bool
    /// Rows that stood twice with equal values and were left out.
    package var duplicateRows = 0
    /// Rows that stood behind a later one and were put in order.
    package var sortedRows = 0
    /// What was mended, in words for people.
    package var warnings: [String] = []

    package init(
      entities: [String], columns: [Column], interval: Interval, calendar: Calendar, source: String,
      offsets: [Int], gaps: [Gap], first: Instant, last: Instant, opensOnWeekends: Bool
    ) {
      self.entities = entities
      self.columns = columns
      self.interval = interval
      self.calendar = calendar
      self.source = source
      self.offsets = offsets
      self.gaps = gaps
      self.first = first
      self.last = last
      self.opensOnWeekends = opensOnWeekends
    }

    /// N, the number of rows.
    package var rowCount: Int { offsets.last ?? 0 }
  }

  /// The unit of the array `time`.
  package static let timeUnit = "ms since 1970-01-01 UTC, open of the interval"
}

extension Series.Outline {
  /// Writes the arrays `offsets` and `gaps` and gives the facts for the manifest; `time` and `values` are
  /// written already.
  package func write(to publication: Publication) throws(ArtifactError) -> [String: JSON] {
    try publication.write("offsets", offsets.map(Int64.init), axes: ["E+1"], unit: "rows")
    let bounds = gaps.flatMap {
      [Int64($0.entity), $0.firstMissing.milliseconds, $0.lastMissing.milliseconds]
    }
    try publication.write(
      "gaps", bounds, shape: [gaps.count, 3], axes: ["G", "entity, first missing, last missing"],
      unit: "entity number; ms since 1970-01-01 UTC")
    return facts
  }

  private var facts: [String: JSON] {
    let columns = columns.map { JSON.object(["name": .string($0.name), "unit": .string($0.unit)]) }
    var facts: [String: JSON] = [
      "entities": JSON(entities), "columns": .array(columns), "interval": .string(interval.description),
      "calendar": .string(calendar.rawValue), "source": .string(source), "rows": JSON(rowCount),
      "gaps": JSON(gaps.count), "missingBars": JSON(gaps.reduce(0) { $0 + $1.count }),
      "missingPerGap": JSON(gaps.map(\.count)), "warnings": JSON(warnings),
      "time": [
        "first": .string(first.description), "last": .string(last.description),
        "step": .string(interval.description),
      ],
    ]
    // Only where something was mended: a clean series has the facts that it always had.
    if duplicateRows > 0 { facts["duplicateRows"] = JSON(duplicateRows) }
    if sortedRows > 0 { facts["sortedRows"] = JSON(sortedRows) }
    return facts
  }
}
