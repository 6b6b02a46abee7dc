import Artifacts
import Features
import Foundation
import Numerics
import Tensors
import TestSupport
import Testing

private func chains() throws -> [(name: String, recipe: Recipe)] {
  [
    ("none", try Recipe([], subtractsLast: false)), ("log", try Recipe([Log()], subtractsLast: false)),
    ("log-return", try Recipe([LogReturn()], subtractsLast: false)),
    ("standardize", try Recipe([Standardize(per: .entity)], subtractsLast: false)),
    ("standardize all", try Recipe([Standardize(per: .all)], subtractsLast: false)),
    ("log, standardize", try Recipe([Log(), Standardize(per: .entity)], subtractsLast: true)),
    ("log-return, standardize", try Recipe([LogReturn(), Standardize(per: .entity)], subtractsLast: false)),
    (
      "standardize, standardize",
      try Recipe([Standardize(per: .all), Standardize(per: .entity)], subtractsLast: false)
    ),
  ]
}

private let series = SampleSeries.make(
  rows: 40, entities: ["A", "B"], columns: ["x", "y"], gaps: [(0, 20, 3)])

private func training(_ table: FeatureTable) -> [Range<Int>] {
  table.segments.map { $0.rows.lowerBound..<min($0.rows.upperBound, $0.rows.lowerBound + 15) }
}

@Test func `Every chain gives back what it was given, to rounding`() throws {
  for (name, fresh) in try chains() {
    var recipe = fresh
    var table = try FeatureTable(of: series, features: nil)
    _ = try recipe.fit(to: &table, training: training)
    for (entity, origin) in [(0, 8), (0, 30), (1, 50)] {
      func levels(ofRow row: Int) -> [Double] { [series.values[row * 2 + 1], series.values[row * 2]] }
      let context = WindowContext(entities: [entity], features: [1, 0], anchors: levels(ofRow: origin))
      let future: [Double] = (1...4).flatMap { levels(ofRow: origin + $0) }
      let levels = Panel(windows: 1, steps: 4, columns: 2, values: future)
      var panel = levels
      recipe.advance(&panel, at: context)
      // What a window's labels are in the table is what advancing the levels gives.
      for (step, row) in (1...4).map({ (($0 - 1) * 2, origin + $0) }) {
        #expect(abs(panel.values[step] - table.columns[1][row]) < 1e-12, "\(name)")
        #expect(abs(panel.values[step + 1] - table.columns[0][row]) < 1e-12, "\(name)")
      }
      recipe.invert(&panel, at: context)
      for (found, wanted) in zip(panel.values, future) { #expect(abs(found / wanted - 1) < 1e-13, "\(name)") }
    }
  }
}

@Test func `No transform looks ahead: deleting the future changes nothing before it`() throws {
  for (name, fresh) in try chains() {
    var recipe = fresh
    var whole = try FeatureTable(of: series, features: nil)
    _ = try recipe.fit(to: &whole, training: training)
    for end in [12, 19, 20, 21, 35] {
      var cut = SampleSeries.make(rows: end, entities: ["A", "B"], columns: ["x", "y"], gaps: [(0, 20, 3)])
      cut.entities = series.entities
      var table = try FeatureTable(of: cut, features: nil)
      try recipe.apply(to: &table)
      for segment in table.segments {
        // Row r of entity e is row e * end + r of the cut series, and e * 40 + r of the whole one.
        for row in segment.rows {
          let same = segment.entity * 40 + row - segment.entity * end
          for column in 0...1 {
            #expect(table.columns[column][row] == whole.columns[column][same], "\(name)")
          }
        }
      }
    }
  }
}

@Test func `Statistics come from training rows alone: noise in the rest changes none`() throws {
  func statistics(noise: Double) throws -> [Statistic] {
    var noisy = series
    for row in 0..<noisy.rowCount where row % 40 >= 15 && (row < 20 || row >= 35) {
      for column in 0...1 { noisy.values[row * 2 + column] += noise }
    }
    var table = try FeatureTable(of: noisy, features: nil)
    var recipe = try Recipe([Log(), Standardize(per: .entity)], subtractsLast: false)
    _ = try recipe.fit(to: &table) {
      $0.segments.map { $0.rows.lowerBound..<min($0.rows.upperBound, $0.rows.lowerBound + 15) }
    }
    return recipe.transforms[1].statistics
  }
  #expect(try statistics(noise: 0) == statistics(noise: 1000))
}

@Test func `Standardized training rows have mean 0 and deviation 1, for each entity or for all`() throws {
  for scope in [Standardize.Scope.entity, .all] {
    var table = try FeatureTable(of: series, features: nil)
    var transform = Standardize(per: scope)
    let rows = training(table)
    _ = try transform.fit(to: table, training: rows)
    try transform.apply(to: &table)
    let groups = scope == .all ? [[0, 1]] : [[0], [1]]
    for group in groups {
      let chosen = zip(table.segments, rows).filter { group.contains($0.0.entity) }.flatMap(\.1)
      for column in table.columns {
        let values = chosen.map { column[$0] }
        let mean = values.reduce(0, +) / Double(values.count)
        let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        #expect(abs(mean) < 1e-12 && abs(square - 1) < 1e-12)
      }
    }
    #expect(transform.statistics.map(\.shape) == [[scope == .all ? 1 : 2, 2], [scope == .all ? 1 : 2, 2]])
  }
}

@Test func `A constant column is divided by 1, and a warning says so`() throws {
  let constant = SampleSeries.make(rows: 10, columns: ["x", "still"]) { _, column, row in
    column == 1 ? 0.1 : Double(row)
  }
  var table = try FeatureTable(of: constant, features: nil)
  var recipe = try Recipe([Standardize(per: .entity)], subtractsLast: false)
  let warnings = try recipe.fit(to: &table, training: training)
  #expect(warnings == ["'still' of 'A' is constant over the training rows; it is divided by 1"])
  #expect(table.columns[1] == [Double](repeating: 0, count: 10))
}

@Test func `A logarithm of zero or less is refused with column, entity and time`() throws {
  let series = SampleSeries.make(rows: 10, columns: ["x"]) { _, _, row in row == 7 ? 0 : 1 }
  for transform in [Log(), LogReturn()] as [any Transform] {
    var table = try FeatureTable(of: series, features: nil)
    let error = #expect(throws: FeatureError.self) { try transform.apply(to: &table) }
    #expect(error?.description.contains("'x' of 'A' is 0.0 at 2024-01-01T07:00:00Z") == true)
  }
}

@Test func `An entity without training rows is named`() throws {
  let table = try FeatureTable(of: series, features: nil)
  var transform = Standardize(per: .entity)
  let error = #expect(throws: FeatureError.self) {
    try transform.fit(
      to: table,
      training: table.segments.map { $0.entity == 1 ? $0.rows.lowerBound..<$0.rows.lowerBound : $0.rows })
  }
  #expect(error?.description.contains("'B' has no rows before") == true)
}

@Test func `Two transforms that look back cannot be undone together, and are refused`() {
  #expect(throws: FeatureError.self) { try Recipe([LogReturn(), LogReturn()], subtractsLast: false) }
}

@Test func `A recipe is read as it was written`() throws {
  let folder = TemporaryFolder()
  for (name, fresh) in try chains() {
    var recipe = fresh
    var table = try FeatureTable(of: series, features: nil)
    _ = try recipe.fit(to: &table, training: training)
    let fitted = recipe
    let artifact = try folder.publish(.windows, step: "windows", key: folder.key(name)) { publication in
      try fitted.writeStatistics(to: publication)
      return ["recipe": fitted.json]
    }
    let read = try Recipe(reading: artifact)
    #expect(read.json == recipe.json && read.subtractsLast == recipe.subtractsLast)
    #expect(read.transforms.map(\.statistics) == recipe.transforms.map(\.statistics), "\(name)")
  }
}
