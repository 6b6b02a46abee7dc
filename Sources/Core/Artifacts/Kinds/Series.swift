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
    let rows = rows(ofEntity: entity)
    let borders = gaps.filter { $0.entity == entity }.map { gap in
      rows.lowerBound + time[rows].partitioningIndex { $0 > gap.firstMissing.milliseconds }
    }
    let edges = [rows.lowerBound] + borders + [rows.upperBound]
    return zip(edges, edges.dropFirst()).map { $0..<$1 }.filter { !$0.isEmpty }
  }
}

extension ArraySlice {
  /// How many leading elements do not satisfy `isBehind`, for elements ordered by it.
  fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low - startIndex
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
    _ = try artifact.expecting(.series)
    let columns = try artifact.fact("columns") { $0.array?.compactMap(Column.init(json:)) }
    let counts = try artifact.fact("missingPerGap") { $0.array?.compactMap(\.integer) }
    let time = try artifact.array("time", of: Int64.self, shape: [nil])
    let bounds = try artifact.array("gaps", of: Int64.self, shape: [counts.count, 3]).values
    let offsets = try artifact.array("offsets", of: Int64.self, shape: [nil]).values.map { Int($0) }
    let entities = try artifact.fact("entities", \.strings)
    guard offsets.count == entities.count + 1, offsets.last == time.values.count else {
      throw .noFact(artifact: artifact.directory, name: "entities")
    }
    self.init(
      entities: entities, columns: columns,
      interval: try artifact.fact("interval") { $0.string.flatMap { Interval($0) } },
      calendar: try artifact.fact("calendar") { $0.string.flatMap(Calendar.init(rawValue:)) },
      source: try artifact.fact("source", \.string), time: time.values,
      values: try artifact.array("values", of: Double.self, shape: [time.values.count, columns.count]).values,
      offsets: offsets,
      gaps: counts.enumerated().map { index, count in
        Gap(
          entity: Int(bounds[index * 3]), firstMissing: Instant(milliseconds: bounds[index * 3 + 1]),
          lastMissing: Instant(milliseconds: bounds[index * 3 + 2]), count: count)
      })
  }
}

extension Series.Column {
  fileprivate init?(json: JSON) {
    guard let name = json["name"]?.string, let unit = json["unit"]?.string else { return nil }
    self.init(name: name, unit: unit)
  }
}
