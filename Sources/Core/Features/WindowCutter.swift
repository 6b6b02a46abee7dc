package import Artifacts
private import Chronology

/// Cuts a transformed table into windows that never cross a gap, an entity or the border of a split.
package struct WindowCutter: Sendable {
  package var lookback: Int
  package var horizon: Int
  package var borders: SplitBorders

  package init(lookback: Int, horizon: Int, borders: SplitBorders) {
    self.lookback = lookback
    self.horizon = horizon
    self.borders = borders
  }

  /// What was cut.
  package struct Cut: Sendable {
    /// The rows of the table that are kept, in order: those of runs, which the transforms gave values.
    package var rows: [Int]
    /// Positions among `rows` at which windows end, by split.
    package var origins: [Split: [Int64]]
    /// Windows whose labels straddle a border.
    package var purged: Int
  }

  /// One window for each run of a table, ending at its last row; it has no labels, and stands under
  /// ``Split/test``.
  package static func newest(of table: FeatureTable) -> Cut {
    table.segments.reduce(into: Cut(rows: [], origins: [:], purged: 0)) { cut, segment in
      cut.rows += segment.rows
      cut.origins[.test, default: []].append(Int64(cut.rows.count - 1))
    }
  }

  /// Cuts `table`; `warmup` is what the transforms took from the front of each run, for the message.
  package func cut(_ table: FeatureTable, warmup: Int) throws(FeatureError) -> Cut {
    var cut = Cut(rows: [], origins: [:], purged: 0)
    for segment in table.segments {
      let shift = cut.rows.count - segment.rows.lowerBound
      cut.rows += segment.rows
      guard segment.rows.count >= lookback + horizon else { continue }
      for origin in (segment.rows.lowerBound + lookback - 1)..<(segment.rows.upperBound - horizon) {
        let (first, last) = (table.time[origin + 1], table.time[origin + horizon])
        if let split = borders.split(entity: segment.entity, firstLabel: first, lastLabel: last) {
          cut.origins[split, default: []].append(Int64(origin + shift))
        } else if first < borders.borders[segment.entity].end {
          cut.purged += 1
        }
      }
    }
    try check(cut, table, warmup: warmup)
    return cut
  }

  private func check(_ cut: Cut, _ table: FeatureTable, warmup: Int) throws(FeatureError) {
    let longest = table.segments.max { $0.rows.count < $1.rows.count }
    guard let longest, longest.rows.count >= lookback + horizon else {
      throw .tooFewRows(
        lookback: lookback, horizon: horizon, warmup: warmup,
        longest: longest.map { $0.rows.count + warmup } ?? 0,
        entity: longest.map { table.entities[$0.entity] } ?? table.entities.first ?? "")
    }
    for split in Split.allCases where (cut.origins[split] ?? []).isEmpty {
      throw .emptySplit(split, lookback: lookback, horizon: horizon, rows: rows(of: table, in: split))
    }
  }

  private func rows(of table: FeatureTable, in split: Split) -> Int {
    table.segments.reduce(0) { sum, segment in
      sum
        + segment.rows.count {
          borders.split(entity: segment.entity, firstLabel: table.time[$0], lastLabel: table.time[$0])
            == split
        }
    }
  }
}
