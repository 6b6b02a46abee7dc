import Artifacts
import Chronology
import TestSupport
import Testing

@testable import Features

private let hour: Int64 = 3_600_000

/// What windows are made of, from nothing to transforms that look back and labels that look ahead.
private let recipes = [
  "horizon: 3, transforms: [], targets: [close]",
  "horizon: 1, transforms: [log-return, standardize], targets: [close]",
  "horizon: 5, shift: 4, transforms: [log], targets: [close, volume]",
  "features: [close, {sma: {period: 12}}, {rsi: {period: 5}}], labels: [{return: {steps: [1, 6]}}, trend]",
  "features: [close, {sma: {period: 12}}], labels: [{triple-barrier: {steps: 9, volatility: 20}}]",
]

@Test(
  arguments: recipes,
  [
    SplitRule.standard, .rows(validation: 180, test: 300),
    .randomLeaky(train: 0.6, validation: 0.2, test: 0.2, seed: 3),
  ])
func `No window crosses a gap or an entity, and none is lost`(written: String, split: SplitRule) throws {
  let sample = try PreparedSample("lookback: 7, \(written)", split: split)
  let table = try sample.table()
  let reach = table.signature.reach
  let origins = table.allOrigins
  for origin in origins {
    let rows = (origin + reach.lowerBound)...(origin + reach.upperBound)
    // Labels reach over rows that need not be kept, but their own.
    let last = min(rows.upperBound, table.rowCount - 1)
    #expect(table.time[origin] - table.time[rows.lowerBound] == Int64(6) * hour)
    #expect(table.entity(ofRow: rows.lowerBound) == table.entity(ofRow: origin))
    #expect(table.time[last] - table.time[origin] == Int64(last - origin) * hour && rows.upperBound == last)
    #expect(table.entity(ofRow: last) == table.entity(ofRow: origin))
  }
  #expect(Set(origins).count == origins.count)
  let whole = sample.kept.segments.reduce(0) { $0 + max(0, $1.rows.count - 6 - table.signature.span) }
  #expect(origins.count + sample.plan.folds[0].purged == whole)
}

@Test func `What a transform takes from the front of a run is not kept`() throws {
  let series = SampleSeries.make(rows: 40, gaps: [(0, 20, 2)])
  let sample = try PreparedSample(
    "lookback: 3, horizon: 2, transforms: [log-return]", of: series, split: .rows(validation: 15, test: 32))
  let kept = Array(1..<20) + Array(21..<40)
  let table = try sample.table()
  #expect(table.offsets == [0, 38] && Array(table.levels) == kept.map { series.values[$0] })
  #expect(Array(table.time) == kept.map { series.time[$0] })
  #expect(table.features.allSatisfy { $0.isFinite } && table.features == table.targets)
}

@Test func `Levels, targets and labels of a window are those of its rows`() throws {
  let series = SampleMarket.series()
  let sample = try PreparedSample(
    "lookback: 5, horizon: 3, shift: 2, targets: [volume, close], transforms: [log]")
  let table = try sample.table()
  for origin in table.allOrigins.prefix(50) {
    let row = sample.kept.row(atPlace: origin).row
    let labels = table.window(at: origin).labels
    for step in 0..<3 {
      for (target, column) in [(0, 4), (1, 3)] {
        let level = series.values[(row + 3 + step) * 7 + column]
        #expect(table.levels[(origin + 3 + step) * 2 + target] == level)
        #expect(labels[step * 2 + target] == table.features[(origin + 3 + step) * 7 + column])
      }
    }
  }
}

@Test func `Labels stand in the row of their origin, with what a price that stands still makes of them`()
  throws
{
  let series = SampleMarket.series()
  let sample = try PreparedSample(
    """
    lookback: 5, features: [volume], transforms: [standardize],
    labels: [{price: {steps: [2]}}, {return: {steps: [1, 4], of: close}}, {trend: {steps: 3, threshold: 0}}]
    """)
  let table = try sample.table()
  let signature = table.signature
  #expect(signature.targets == ["price", "return_close_1", "return_close_4", "trend_3_0"])
  #expect(
    signature.span == 4 && signature.horizon == 1 && signature.classes == [[], [], [], ["down", "up"]])
  let origins = table.allOrigins
  #expect(origins.count > 500)
  for origin in origins {
    let row = sample.kept.row(atPlace: origin).row
    func close(_ ahead: Int) -> Double { series.values[(row + ahead) * 7 + 3] }
    let expected = [
      close(2), close(1) / close(0) - 1, close(4) / close(0) - 1, close(3) > close(0) ? 1 : 0,
    ]
    let labels = table.window(at: origin).labels
    for (index, value) in expected.enumerated() {
      #expect(abs(table.levels[origin * 4 + index] - value) < 1e-12)
      #expect(abs(Double(labels[index]) - value) < 1e-4)
    }
    #expect((0..<4).map { table.still[origin * 4 + $0] } == [close(0), 0, 0, 0])
  }
}

@Test(arguments: recipes)
func `Windows that were published are those in memory`(written: String) throws {
  let folder = TemporaryFolder()
  let sample = try PreparedSample("lookback: 7, \(written)")
  let (made, read) = (try sample.table(), try WindowTable(reading: try sample.publish(in: folder)))
  #expect(read.signature == made.signature && read.features == made.features && read.targets == made.targets)
  #expect(read.levels == made.levels && read.still == made.still && read.time == made.time)
  #expect(read.offsets == made.offsets)
  for split in Split.allCases {
    #expect(Array(read.origins[split] ?? []) == Array(made.origins[split] ?? []))
  }
}

@Test func `Columns that wait in a folder make the same windows`() throws {
  let folder = TemporaryFolder()
  let sample = try PreparedSample("lookback: 7, horizon: 2, targets: [close]")
  let other = try PreparedWindows(
    sample.recipe, signature: sample.signature, rows: sample.rows, kept: sample.kept, training: nil,
    folder: folder.path)
  #expect(try other.table(sample.plan.folds[0]).features == sample.table().features)
}

// MARK: Folds

@Test(arguments: ["standardize", "min-max", "{robust: {per: all}}", "mean-scale", "standard-variance"])
func `Windows of a fold are to 1e-6 those of its own fit`(transform: String) throws {
  let folder = TemporaryFolder()
  let written = "lookback: 6, horizon: 3, targets: [close, volume], transforms: [log, \(transform)]"
  let sample = try PreparedSample(written, split: .folds(3, of: 40))
  let artifact = try sample.publish(in: folder)
  #expect(try WindowTable.foldCount(of: artifact) == 3)
  for (number, fold) in sample.plan.folds.enumerated() {
    let shared = try WindowTable(reading: artifact, fold: number)
    let own = try PreparedWindows(
      sample.recipe, signature: sample.signature, rows: sample.rows, kept: sample.kept,
      training: [fold.trainingRows]
    ).table(fold)
    let stored = try sample.table().features
    #expect(own.rescaling == nil && shared.features == stored)
    var largest: Float = 0
    for split in Split.allCases {
      #expect(Array(shared.origins[split] ?? []) == Array(own.origins[split] ?? []))
      for origin in own.origins[split] ?? [] {
        let (one, other) = (shared.window(at: origin), own.window(at: origin))
        for (a, b) in zip(one.inputs + one.labels, other.inputs + other.labels) {
          largest = max(largest, abs(a - b) / max(1, abs(b)))
        }
      }
    }
    #expect(largest < 2e-6, "fold \(number): \(largest)")
    // What is stored is in the units of the first fold.
    #expect(try #require(shared.rescaling).factors.allSatisfy { $0 == 1 } == (number == 0))
  }
}

// MARK: Refusals

@Test func `A value beyond single precision is refused and not made infinite`() {
  let series = SampleSeries.make(rows: 20) { _, _, row in row == 9 ? 1e39 : 1 }
  let error = #expect(throws: FeatureError.self) {
    try PreparedSample("lookback: 2, horizon: 1, transforms: []", of: series)
  }
  #expect(error?.description.contains("'close' of 'A' becomes 1e+39 at 2024-01-01T09:00:00Z") == true)
}

@Test(arguments: [Double.nan, .infinity, -.infinity])
func `A bar that is no number is named, wherever it would end up`(value: Double) {
  let series = SampleSeries.make(rows: 30, entities: ["A", "B"]) { entity, _, row in
    entity == 1 && row == 9 ? value : Double(100 + row)
  }
  for written in ["horizon: 1, transforms: []", "horizon: 1, transforms: [standardize]", "labels: [return]"] {
    let error = #expect(throws: FeatureError.self) {
      try PreparedSample("lookback: 2, \(written)", of: series)
    }
    #expect(error?.description.contains("'close' of 'B' is") == true, "\(error.debugDescription)")
    #expect(error?.description.contains("at 2024-01-01T09:00:00Z") == true)
    #expect(error?.exitStatus == .badData)
  }
}

@Test func `A label that is no number is named, unless a marked bar keeps windows from having it`() throws {
  let series = SampleSeries.make(rows: 60, columns: ["close", "volume"]) { _, column, row in
    column == 1 ? row == 12 ? 0 : 5 : row == 12 ? 0 : 7
  }
  for label in ["return", "log-return"] {
    let written = "lookback: 2, features: [volume], transforms: [], labels: [{\(label): {as: up}}]"
    let error = #expect(throws: FeatureError.self) { try PreparedSample(written, of: series) }
    #expect(error?.description.contains("'up' of 'A' is") == true, "\(error.debugDescription)")
    #expect(error?.exitStatus == .badData)
    _ = try PreparedSample(written + ", clean: {zero_volume: drop}", of: series)
  }
}

@Test func `Labels of the last rows, whose future has not come, are no windows'`() throws {
  let series = SampleSeries.make(rows: 60)
  let sample = try PreparedSample(
    "lookback: 2, features: [close], labels: [{return: {steps: [1, 9]}}]", of: series)
  #expect(sample.plan.folds[0].origins[.test]?.last == 50)
}

@Test func `A look-back longer than every run between gaps is refused with the arithmetic`() {
  let series = SampleSeries.make(rows: 60, gaps: [(0, 20, 1), (0, 45, 3)])
  let error = #expect(throws: FeatureError.self) {
    try PreparedSample(
      "lookback: 20, horizon: 3, transforms: [log-return, {difference: {lag: 3}}]", of: series)
  }
  #expect(
    error?.description.contains(
      "look-back 20 + horizon 3 + 4 for the transforms need 27 rows without a gap, and the longest run, of 'A', has 25"
    ) == true)
}

@Test func `The newest rows must be without a gap`() throws {
  let series = SampleSeries.make(rows: 20, gaps: [(0, 15, 2)])
  let rows = RowTable(of: series)
  let error = #expect(throws: FeatureError.self) { try rows.newest(6) }
  #expect(
    error?.description.contains(
      "the newest 5 rows of 'A' are without a gap (since 2024-01-01T17:00:00Z), and the model looks back over 6"
    ) == true)
  #expect(try rows.newest(5).segments.map(\.rows) == [15..<20])
}
