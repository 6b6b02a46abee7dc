package import Artifacts
package import Chronology

/// Where the past is cut.
///
/// A window belongs to the part that holds all of its labels; one whose labels lie on both sides of a border
/// is purged, because its end is the next part's beginning. Inputs may reach back over a border: they are the
/// past.
package struct SplitBorders: Sendable, Equatable {
  /// The times at which validation and test begin, and before which the test ends: labels in
  /// `validation..<test` belong to validation.
  package struct Borders: Sendable, Equatable {
    package var validation: Int64
    package var test: Int64
    package var end: Int64
  }

  /// For each entity.
  package let borders: [Borders]

  private init(_ borders: [Borders]) { self.borders = borders }

  /// The same dates for all entities.
  package static func dates(validation: Instant, test: Instant, end: Instant?, entities: Int) -> SplitBorders
  {
    let borders = Borders(
      validation: validation.milliseconds, test: test.milliseconds, end: end?.milliseconds ?? .max)
    return SplitBorders([Borders](repeating: borders, count: entities))
  }

  /// Shares of the times that occur in any entity, so that all are cut on the same date.
  ///
  /// For one entity these are shares of its rows: the first ⌊train · N⌋ train, the last ⌊test · N⌋ test.
  package static func fractions(train: Double, test: Double, of series: Series) -> SplitBorders {
    let times = series.entities.count == 1 ? series.time : Array(Set(series.time)).sorted()
    let validation = min(Int(train * Double(times.count)), times.count - 1)
    let testStart = max(min(times.count - Int(test * Double(times.count)), times.count - 1), validation)
    let borders = Borders(validation: times[validation], test: times[testStart], end: .max)
    return SplitBorders([Borders](repeating: borders, count: series.entities.count))
  }

  /// The ETT protocol: 12, 4 and 4 months of 30 days at one row an hour, counted in rows from the first.
  ///
  /// Source: https://github.com/cure-lab/LTSF-Linear, data_provider/data_loader.py.
  package static func ettHourly(of series: Series) throws(FeatureError) -> SplitBorders {
    let month = 30 * 24
    var borders: [Borders] = []
    for entity in series.entities.indices {
      let rows = series.rows(ofEntity: entity)
      guard rows.count >= 20 * month else {
        throw .presetTooLong(
          preset: "ett-hourly", needed: 20 * month, entity: series.entities[entity], rows: rows.count)
      }
      func time(ofRow row: Int) -> Int64 { row < rows.count ? series.time[rows.lowerBound + row] : .max }
      borders.append(
        Borders(
          validation: time(ofRow: 12 * month), test: time(ofRow: 16 * month), end: time(ofRow: 20 * month)))
    }
    return SplitBorders(borders)
  }

  /// For each run of a table its rows before validation begins.
  package func trainingRows(of table: FeatureTable) -> [Range<Int>] {
    table.segments.map { segment in
      let border = borders[segment.entity].validation
      let end = segment.rows.first { table.time[$0] >= border } ?? segment.rows.upperBound
      return segment.rows.lowerBound..<end
    }
  }

  /// The part that holds all labels of a window, or nil when they straddle a border or lie behind the end.
  package func split(entity: Int, firstLabel: Int64, lastLabel: Int64) -> Split? {
    let borders = borders[entity]
    if lastLabel < borders.validation { return .train }
    if firstLabel >= borders.validation, lastLabel < borders.test { return .validation }
    if firstLabel >= borders.test, lastLabel < borders.end { return .test }
    return nil
  }
}
