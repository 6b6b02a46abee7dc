import Artifacts
import Chronology
import Features
import TestSupport

let splitHour: Int64 = 3_600_000
let splitStart = Instant(year: 2024, month: 1, day: 1).milliseconds

/// Hourly rows of one or more entities from 2024-01-01 with gaps, to be split.
func splitInput(
  rows: Int, entities: [String] = ["A"], gaps: [(entity: Int, row: Int, count: Int)] = [], lookback: Int,
  labelStart: Int = 1, span: Int, strides: SplitInput.Strides = SplitInput.Strides()
) -> SplitInput {
  splitInput(
    of: SampleSeries.make(rows: rows, entities: entities, gaps: gaps), lookback: lookback,
    labelStart: labelStart, span: span, strides: strides)
}

func splitInput(
  of series: Series, lookback: Int, labelStart: Int = 1, span: Int,
  strides: SplitInput.Strides = SplitInput.Strides()
) -> SplitInput {
  SplitInput(
    entities: series.entities, offsets: series.offsets, time: StoredArray(series.time),
    interval: series.interval,
    segments: series.entities.indices.flatMap { entity in
      series.segments(ofEntity: entity).map { Segment(entity: entity, rows: $0) }
    },
    lookback: lookback, labelStart: labelStart, span: span, strides: strides)
}

/// The hour so many hours behind the first.
func splitInstant(_ row: Int) -> Instant { Instant(milliseconds: splitStart + Int64(row) * splitHour) }

/// A slow split that asks of every window, row by row, where its labels lie.
struct NaiveSplit {
  /// What one fold makes of a time: its part and a number that differs between parts that do not belong together.
  typealias Place = (split: Split, block: Int)

  let input: SplitInput
  /// The place of each row, [N]; nil for rows that no part has.
  var places: [Place?]
  /// Rows behind a test (or, for training, validation) that are embargoed.
  var embargo = 0

  struct Result: Equatable {
    var origins: [Split: [Int]] = [:]
    var purged = 0
    var embargoed = 0
  }

  func windows() -> Result {
    var result = Result()
    for segment in input.segments {
      for origin in segment.rows {
        let rows = (origin - input.lookback + 1)...(origin + input.span)
        guard rows.allSatisfy(segment.rows.contains) else { continue }
        let labels = ((origin + input.labelStart)...(origin + input.span)).map { places[$0] }
        let parts = Set(labels.map { $0?.block ?? -1 })
        if parts == [-1] { continue }
        guard parts.count == 1, let split = labels.first.flatMap({ $0 })?.split else {
          result.purged += 1
          continue
        }
        if isEmbargoed(origin + input.labelStart, split, segment.entity) {
          result.embargoed += 1
        } else {
          result.origins[split, default: []].append(origin)
        }
      }
    }
    return result
  }

  /// Whether one of the `embargo` rows before a first label is of a part that judges this one.
  private func isEmbargoed(_ firstLabel: Int, _ split: Split, _ entity: Int) -> Bool {
    let judges: Set<Split> = split == .train ? [.validation, .test] : split == .validation ? [.test] : []
    return (1..<(embargo + 1)).contains { back in
      let row = firstLabel - back
      guard row >= input.offsets[entity], let place = places[row] else { return false }
      return judges.contains(place.split)
    }
  }
}

extension Fold {
  /// What the slow split says as well.
  var naive: NaiveSplit.Result {
    var result = NaiveSplit.Result()
    result.origins = origins.mapValues(Array.init)
    result.purged = purged
    result.embargoed = embargoed
    return result
  }
}

extension SplitInput {
  /// All windows, whatever the split and the marks.
  var windowCount: Int { segments.reduce(0) { $0 + origins(of: $1).count } }
}
