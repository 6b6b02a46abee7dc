package import Chronology

/// What `extract` hands on: rows of one or more entities (tickers, meters) on a time grid, and the gaps in it.
///
/// Rows are grouped by entity and strictly increasing in time within each; a row's time is the instant at which
/// its interval opens.
package struct Series: Equatable, Sendable {
  package struct Column: Equatable, Sendable {
    package var name: String
    /// «quote currency», «base units»; empty when nobody said.
    package var unit: String

    package init(name: String, unit: String = "") {
      self.name = name
      self.unit = unit
    }
  }

  /// Bars that the calendar owes and the source did not have.
  package struct Gap: Equatable, Sendable {
    package var entity: Int
    package var firstMissing: Instant
    package var lastMissing: Instant
    /// How many bars.
    package var count: Int

    package init(entity: Int, firstMissing: Instant, lastMissing: Instant, count: Int) {
      self.entity = entity
      self.firstMissing = firstMissing
      self.lastMissing = lastMissing
      self.count = count
    }
  }

  package var entities: [String]
  package var columns: [Column]
  package var interval: Interval
  package var calendar: Calendar
  /// The kind of source, as the configuration names it.
  package var source: String
  /// When each row's interval opens, milliseconds since the epoch, [N].
  package var time: [Int64]
  /// The values, [N, C].
  package var values: [Double]
  /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
  package var offsets: [Int]
  package var gaps: [Gap]

  package init(
    entities: [String], columns: [Column], interval: Interval, calendar: Calendar, source: String,
    time: [Int64],
    values: [Double], offsets: [Int], gaps: [Gap]
  ) {
    precondition(values.count == time.count * columns.count, "values [N, C] do not fit times [N]")
    precondition(offsets.count == entities.count + 1 && offsets.last == time.count, "offsets do not end at N")
    self.entities = entities
    self.columns = columns
    self.interval = interval
    self.calendar = calendar
    self.source = source
    self.time = time
    self.values = values
    self.offsets = offsets
    self.gaps = gaps
  }

  /// N, the number of rows.
  package var rowCount: Int { time.count }

  /// The rows of one entity.
  package func rows(ofEntity entity: Int) -> Range<Int> { offsets[entity]..<offsets[entity + 1] }

  /// One column as a vector, [N].
  package func column(_ index: Int) -> [Double] {
    stride(from: index, to: values.count, by: columns.count).map { values[$0] }
  }

  /// The runs of rows of one entity in which no bar is missing; no window may leave its run.
  package func segments(ofEntity entity: Int) -> [Range<Int>] {
    Self.segments(of: rows(ofEntity: entity), gaps: gaps.filter { $0.entity == entity }) { time[$0] }
  }

  /// The same for rows whose times are asked for one by one.
  package static func segments(
    of rows: Range<Int>, gaps: [Gap], time: (Int) -> Int64
  ) -> [Range<Int>] {
    let borders = gaps.map { gap in
      // The first row behind the gap.
      var (low, high) = (rows.lowerBound, rows.upperBound)
      while low < high {
        let middle = low + (high - low) / 2
        if time(middle) > gap.firstMissing.milliseconds { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let edges = [rows.lowerBound] + borders + [rows.upperBound]
    return zip(edges, edges.dropFirst()).map { $0..<$1 }.filter { !$0.isEmpty }
  }
}

extension Series {
  /// Writes the arrays and gives the facts for the manifest.
  package func write(to publication: Publication) throws(ArtifactError) -> [String: JSON] {
    try publication.write("time", time, axes: ["N"], unit: Self.timeUnit)
    try publication.write("values", values, shape: [rowCount, columns.count], axes: ["N", "C"])
    return try outline.write(to: publication)
  }

  /// What is true of these rows.
  package var outline: Outline {
    Outline(
      entities: entities, columns: columns, interval: interval, calendar: calendar, source: source,
      offsets: offsets, gaps: gaps, first: Instant(milliseconds: time.min() ?? 0),
      last: Instant(milliseconds: time.max() ?? 0),
      opensOnWeekends: time.contains { Instant(milliseconds: $0).weekday > 4 })
  }

  /// Reads a `series` artifact.
  package init(reading artifact: Artifact) throws(ArtifactError) {
    let reader = try SeriesReader(artifact)
    let values = try artifact.array(
      "values", of: Double.self, shape: [reader.time.count, reader.columns.count])
    self.init(
      entities: reader.entities, columns: reader.columns, interval: reader.interval,
      calendar: reader.calendar,
      source: reader.source, time: Array(reader.time), values: values.values, offsets: reader.offsets,
      gaps: reader.gaps)
  }
}

extension Series.Column {
  init?(json: JSON) {
    guard let name = json["name"]?.string, let unit = json["unit"]?.string else { return nil }
    self.init(name: name, unit: unit)
  }
}
