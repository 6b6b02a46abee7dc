import Artifacts
import Evaluation
import Tensors
import TestSupport
import Testing

@testable import Forecasting

@Test func `Errors by step, series and month add up to those of all`() throws {
  let prepared = try Prepared()
  let scoring = prepared.scoring(threads: 2)
  let offsets = scoring.calibrate(coverages: [0.8]) { _, _ in }.offsets
  let scores = scoring.test(intervals: offsets, progress: { _, _ in }) { _ in }
  let table = scores.model.levels
  let parts = [table.steps, table.series, Array(table.months.values)]
  for sums in parts {
    let count = sums.reduce(0) { $0 + $1.count }
    #expect(count == table.total.count && count == scores.times.count * 8)
    let squares = sums.filter { $0.count > 0 }.reduce(0.0) { $0 + $1.errors.meanSquare * Double($1.count) }
    #expect(abs(squares / Double(count) - table.total.errors.meanSquare) <= 1e-12)
  }
  let mean = scores.losses.windows.levels.reduce(0, +) / Double(scores.times.count)
  #expect(abs(mean - table.total.errors.meanSquare) <= 1e-12)
  #expect(scores.times.count == prepared.table.origins[.test]?.count)
  // Each hour a window of four steps.
  #expect(scores.overlap == 4)
}

@Test func `The scale of a series is the error of its last season in training`() throws {
  let prepared = try Prepared()
  let table = prepared.table
  let train = try #require(table.origins[.train])
  for season in [1, 6, 24] {
    let scales = table.seasonalScales(season: season)
    for entity in 0..<2 {
      let own = train.filter { table.entity(ofRow: $0) == entity }
      let (first, last) = (try #require(own.min()), try #require(own.max()))
      let rows = ((first - 11 + season)...last).filter {
        table.time[$0] - table.time[$0 - season] == Int64(season) * 3_600_000
      }
      for column in 0..<2 {
        let sum = rows.reduce(0.0) {
          $0 + abs(table.levels[$1 * 2 + column] - table.levels[($1 - season) * 2 + column])
        }
        #expect(abs(scales[entity * 2 + column] - sum / Double(rows.count)) <= 1e-12)
      }
    }
  }
  #expect(table.seasonalScales(season: 100_000).allSatisfy { $0.isNaN })
}

@Test func `A model is no better than itself, and what is not defined has a reason`() throws {
  let prepared = try Prepared()
  let model = try Forecaster(
    model: .baseline(.repeat), recipe: prepared.forecaster.recipe, signature: prepared.table.signature)
  let scoring = Scoring(forecaster: model, table: prepared.table, baselines: [.repeat], threads: 1)
  let offsets = scoring.calibrate(coverages: [0.8]) { _, _ in }.offsets
  let scores = scoring.test(intervals: offsets, progress: { _, _ in }) { _ in }
  let metrics = scores.metrics(tests: scores.skillTests)
  #expect(metrics.values["test/p/repeat"] == nil)
  #expect(metrics.undefined["test/p/repeat"] == "every window differs by the same from 'repeat'")
  #expect(metrics.undefined["test/direction/p"]?.contains("one way only") == true)
  #expect(metrics.values.values.allSatisfy { $0.isFinite })
}

@Test func `Constant actual values leave no measure that needs their deviation`() throws {
  let series = SampleSeries.make(rows: 240, columns: ["close", "other"]) { _, column, row in
    row < 150 ? Double(5 + row * 37 % 11) : Double(4 - column)
  }
  let prepared = try Prepared("[standardize]", of: series)
  let offsets = prepared.scoring().calibrate(coverages: [0.8]) { _, _ in }.offsets
  let scores = prepared.scoring().test(intervals: offsets, progress: { _, _ in }) { _ in }
  for sums in scores.model.levels.series { #expect(sums.value(of: .determination) == nil) }
  let tests = scores.skillTests
  #expect(scores.metrics(tests: tests).undefined["test/skill/repeat"] == "'repeat' errs nowhere")
}

@Test(arguments: [(0, "1970-01"), (618, "2021-07"), (-1, "1969-12")])
func `A month has a name`(month: Int, name: String) { #expect(Scores.name(ofMonth: month) == name) }
