import Artifacts
import Configuration
import Numerics
import Tensors
import TestSupport
import Testing

@testable import Features

/// Chains of transforms that can be undone, as they are written.
private let chains = [
  "[]", "[log]", "[standardize]", "[{standardize: {per: all}}]", "[log, standardize]",
  "[log-return, standardize]",
  "[log-return, {difference: {lag: 1}}]", "[{difference: {lag: 3}}, {difference: {lag: 2}}, min-max]",
  "[{difference: {lag: 4, relative: true}}, {difference: {lag: 1}}, robust]",
  "[{percent-change: {lag: 5}}, mean-scale]",
  "[standardize, {standardize: {per: all}}]", "[box-cox, standard-variance, {difference: {lag: 2}}]",
  "[log, {min-max: {to: [-1, 1], per: all}}, {difference: {lag: 3}}, standardize]",
]

/// Chains that several folds may have.
private let foldChains = [
  "[standardize]", "[log, min-max]", "[log-return, {difference: {lag: 2}}, robust]", "[log-return]",
]

private let series = SampleSeries.make(
  rows: 120, entities: ["A", "B"], columns: ["a", "b"], gaps: [(0, 60, 3), (1, 90, 1)])

private func prepare(_ transforms: String, split: SplitRule = .standard) throws -> PreparedSample {
  try PreparedSample(
    "lookback: 12, horizon: 4, targets: [b, a], transforms: \(transforms)", of: series, split: split)
}

/// Origins in both entities, behind gaps as close as the chain allows.
private func origins(_ sample: PreparedSample) -> [Int] {
  sample.rows.segments.flatMap { segment in
    [segment.rows.lowerBound + max(sample.recipe.warmup - 1, 0), segment.rows.upperBound - 5]
  }
}

/// The levels of the targets b and a at some rows, [rows, K].
private func levels(_ rows: some Sequence<Int>) -> [Double] {
  rows.flatMap { [series.values[$0 * 2 + 1], series.values[$0 * 2]] }
}

private func context(_ sample: PreparedSample, _ origin: Int) -> WindowContext {
  let past = max(1, sample.recipe.past(of: [1, 0]))
  let rows = (origin - past + 1)...origin
  return WindowContext(
    entities: [origin < 120 ? 0 : 1], features: [1, 0],
    pasts: rows.map { series.values[$0 * 2 + 1] } + rows.map { series.values[$0 * 2] }, pastLength: past)
}

@Test(arguments: chains)
func `Levels that follow an origin become what the table has, and are given back to rounding`(
  transforms: String
)
  throws
{
  let sample = try prepare(transforms)
  let columns = try sample.transformed(by: sample.recipe)
  for origin in origins(sample) {
    let future = levels((origin + 1)...(origin + 4))
    var panel = Panel(windows: 1, steps: 4, columns: 2, values: future)
    sample.recipe.advance(&panel, at: context(sample, origin))
    for step in 0..<4 {
      #expect(abs(panel.values[step * 2] - columns[1][origin + 1 + step]) < 1e-11)
      #expect(abs(panel.values[step * 2 + 1] - columns[0][origin + 1 + step]) < 1e-11)
    }
    if transforms != "[]" { #expect(panel.values != future) }
    sample.recipe.invert(&panel, at: context(sample, origin))
    for (found, wanted) in zip(panel.values, future) { #expect(abs(found / wanted - 1) < 1e-12) }
  }
}

@Test(arguments: foldChains)
func `Each fold undoes its own units`(transforms: String) throws {
  let sample = try prepare(transforms, split: .folds(3, of: 15))
  let columns = try sample.transformed(by: sample.recipe.ofFold(0))
  for fold in 0..<3 {
    let recipe = sample.recipe.ofFold(fold)
    let rescaling = sample.recipe.rescaling(toFold: fold, entities: 2)
    for origin in origins(sample) {
      let future = levels((origin + 1)...(origin + 4))
      var panel = Panel(windows: 1, steps: 4, columns: 2, values: future)
      recipe.advance(&panel, at: context(sample, origin))
      for step in 0..<4 {
        let entity = origin < 120 ? 0 : 1
        for (place, feature) in [(0, 1), (1, 0)] {
          let (factor, offset) = (
            rescaling.factors[entity * 2 + feature], rescaling.offsets[entity * 2 + feature]
          )
          let stored = columns[feature][origin + 1 + step] * factor + offset
          #expect(abs(panel.values[step * 2 + place] - stored) < 1e-11)
        }
      }
      recipe.invert(&panel, at: context(sample, origin))
      for (found, wanted) in zip(panel.values, future) { #expect(abs(found / wanted - 1) < 1e-12) }
    }
  }
}

@Test func `Labels are in their own units, whatever the features go through`() throws {
  let sample = try PreparedSample("lookback: 4, labels: [{return: {of: a}}]", of: series)
  let values = [0.5, -0.25]
  var panel = Panel(windows: 2, steps: 1, columns: 1, values: values)
  let context = WindowContext(entities: [0, 1], features: [], pasts: [], pastLength: 0)
  sample.recipe.advance(&panel, at: context)
  #expect(panel.values == values)
  sample.recipe.invert(&panel, at: context)
  #expect(panel.values == values)
}

@Test func `A past that has no value makes a path that has none, and no failure`() throws {
  let sample = try prepare("[log-return, standardize]")
  var panel = Panel(windows: 1, steps: 4, columns: 2, values: [Double](repeating: 0.1, count: 8))
  sample.recipe.invert(
    &panel, at: WindowContext(entities: [0], features: [1, 0], pasts: [.nan, 100], pastLength: 1))
  #expect(stride(from: 0, to: 8, by: 2).allSatisfy { panel.values[$0].isNaN })
  #expect(stride(from: 1, to: 8, by: 2).allSatisfy { panel.values[$0].isFinite })
}

// MARK: What is learnt

@Test func `Statistics come from training rows alone: noise in the rest changes none`() throws {
  func statistics(_ transforms: String, noise: Double, split: SplitRule) throws -> [[[[Transform.State]]]] {
    let plan = try prepare("[]", split: split).plan
    var noisy = series
    let training = Set(plan.folds.flatMap { $0.trainingRows.joined() })
    for row in 0..<noisy.rowCount where !training.contains(row) {
      for column in 0...1 { noisy.values[row * 2 + column] += noise }
    }
    return try PreparedSample(
      "lookback: 12, horizon: 4, transforms: \(transforms)", of: noisy, split: split
    ).recipe.chains.map(\.states)
  }
  for transforms in ["[log, standardize]", "[log-return, robust]", "[{min-max: {per: all}}]"] {
    for split in [SplitRule.standard, .folds(3, of: 15)] {
      let honest = try statistics(transforms, noise: 0, split: split)
      #expect(try statistics(transforms, noise: 1000, split: split) == honest)
    }
    // What learns from all rows says so, and shows it.
    let all = transforms.replacing("standardize", with: "{standardize: {fit: all}}")
    guard all != transforms else { continue }
    #expect(try statistics(all, noise: 0, split: .standard) != statistics(all, noise: 1000, split: .standard))
  }
}

@Test func `Standardized training rows have mean 0 and deviation 1, for each entity or for all`() throws {
  for (scope, groups) in [("entity", [[0], [1]]), ("all", [[0, 1]])] {
    let sample = try prepare("[{standardize: {per: \(scope)}}]")
    for group in groups {
      let rows = sample.plan.folds[0].trainingRows.joined().filter { group.contains($0 < 120 ? 0 : 1) }
      for column in try sample.transformed(by: sample.recipe) {
        let values = rows.map { column[$0] }
        let mean = values.reduce(0, +) / Double(values.count)
        let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        #expect(abs(mean) < 1e-12 && abs(square - 1) < 1e-12)
      }
    }
  }
}

@Test func `A transform learns from kept rows alone, behind those that look back`() throws {
  // The first row of each run has no return: what stands there instead must not be learnt from.
  let sample = try prepare("[log-return, standardize]")
  let state = sample.recipe.chains[0].states[0][1]
  let column = series.column(0)
  let rows = sample.plan.folds[0].trainingRows.joined().filter { $0 < 120 }
  #expect(!rows.isEmpty && !rows.contains(0))
  let returns = rows.map { Elementary.log(column[$0] / column[$0 - 1]) }
  let mean = returns.reduce(0, +) / Double(returns.count)
  #expect(abs(state[0][0][0] - mean) < 1e-12)
}

// MARK: Artifacts

/// Every transform that learns, with one that does not, and with vectors of several lengths.
private let written = [
  "transforms: [log, standardize]", "transforms: [{standardize: {per: all}}]",
  "transforms: [log-return, robust]",
  """
  targets: [a], transforms: [min-max], features: [a, {column: {of: b, transforms: [{bin: {kind: quantile, bins: 7}}]}}, \
  {column: {of: b, as: codes, transforms: [{bin: {bins: 3}}, label-encode]}}, \
  {column: {of: b, as: cut, transforms: [winsorize, box-cox]}}, {sma: {of: a, period: 5}}]
  """,
]

@Test(arguments: written)
func `A recipe that was written to an artifact makes the same bits`(settings: String) throws {
  let sample = try PreparedSample("lookback: 12, horizon: 4, \(settings)", of: series)
  let folder = TemporaryFolder()
  let read = try Recipe(
    reading: try sample.publish(in: folder), interval: series.interval, entities: series.entities.count)
  #expect(read.declaration == sample.recipe.declaration && read.warmup == sample.recipe.warmup)
  let bits = { (recipe: Recipe) in try sample.transformed(by: recipe).map { $0.map(\.bitPattern) } }
  #expect(try bits(read) == bits(sample.recipe))
}

@Test(arguments: foldChains)
func `A recipe of several folds is read with what each of them learnt`(transforms: String) throws {
  let sample = try prepare(transforms, split: .folds(3, of: 15))
  let folder = TemporaryFolder()
  let read = try Recipe(
    reading: try sample.publish(in: folder), interval: series.interval, entities: series.entities.count)
  for fold in 0..<3 {
    let bits = { (recipe: Recipe) in
      try sample.transformed(by: recipe.ofFold(fold)).map { $0.map(\.bitPattern) }
    }
    #expect(try bits(read) == bits(sample.recipe))
    #expect(read.rescaling(toFold: fold, entities: 2) == sample.recipe.rescaling(toFold: fold, entities: 2))
  }
}

@Test func `Each statistic is one array, by entity and feature, or shared`() throws {
  let sample = try PreparedSample(
    "lookback: 12, horizon: 4, transforms: [log, standardize, {min-max: {per: all}}]", of: series)
  let arrays = try sample.publish(in: TemporaryFolder()).manifest.arrays.filter {
    $0.name.hasPrefix("transform")
  }
  #expect(
    arrays.map(\.name) == [
      "transform.0.1.mean", "transform.0.1.scale", "transform.0.2.max", "transform.0.2.min",
    ])
  #expect(arrays.prefix(2).allSatisfy { $0.shape == [2, 2] && $0.axes == ["E", "F"] })
  #expect(arrays.dropFirst(2).allSatisfy { $0.shape == [1, 2] && $0.axes == ["1", "F"] })
}

@Test func `An artifact without a statistic is refused with its name`() throws {
  let sample = try prepare("[standardize]")
  let folder = TemporaryFolder()
  let artifact = try folder.publish(.windows, step: "windows") { _ in ["recipe": sample.recipe.declaration] }
  #expect(throws: ArtifactError.noArray(artifact: artifact.directory, name: "transform.0.0.mean")) {
    try Recipe(reading: artifact, interval: series.interval, entities: series.entities.count)
  }
}
