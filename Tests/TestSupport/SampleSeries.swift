package import Artifacts
import Chronology

/// Small series for tests.
package enum SampleSeries {
  /// Entities of hourly rows from 2024-01-01 with columns of positive values; `gaps` are (entity, row, missing bars).
  package static func make(
    rows: Int, entities: [String] = ["A"], columns: [String] = ["close"],
    gaps: [(entity: Int, row: Int, count: Int)] = [],
    value: (_ entity: Int, _ column: Int, _ row: Int) -> Double = { entity, column, row in
      100 + Double(entity * 10 + column) + Double((row * 37 + entity * 11 + column * 5) % 23) / 7
    }
  ) -> Series {
    let interval = Interval.milliseconds(3_600_000)
    let start = Instant(year: 2024, month: 1, day: 1)
    var time: [Int64] = []
    var values: [Double] = []
    var found: [Series.Gap] = []
    for entity in entities.indices {
      var step = 0
      for row in 0..<rows {
        if let gap = gaps.first(where: { $0.entity == entity && $0.row == row }) {
          found.append(
            Series.Gap(
              entity: entity, firstMissing: interval.after(start, steps: step),
              lastMissing: interval.after(start, steps: step + gap.count - 1), count: gap.count))
          step += gap.count
        }
        time.append(interval.after(start, steps: step).milliseconds)
        values += columns.indices.map { value(entity, $0, row) }
        step += 1
      }
    }
    return Series(
      entities: entities, columns: columns.map { Series.Column(name: $0) }, interval: interval,
      calendar: .continuous,
      source: "csv", time: time, values: values,
      offsets: Array(stride(from: 0, through: rows * entities.count, by: rows)),
      gaps: found)
  }
}
