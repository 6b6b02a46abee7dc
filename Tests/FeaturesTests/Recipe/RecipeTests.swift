import Artifacts
import Chronology
import Configuration
import TestSupport
import Testing

@testable import Features

private func recipe(
  _ written: String, columns: [String] = ["close", "volume"], interval: Interval = .milliseconds(3_600_000)
) throws -> Recipe {
  let horizon = written.contains("labels:") ? "" : "horizon: 4, "
  let settings = try PrepareSettings(
    written: "{lookback: 8, \(horizon)split: {preset: ett-hourly}, \(written)}")
  return try Recipe(
    settings.recipe, columns: columns.map { Series.Column(name: $0) }, interval: interval)
}

private func error(_ body: () throws -> Void) -> FeatureError? {
  do {
    try body()
    return nil
  } catch FeatureError.part(_, let error) {
    return error
  } catch { return error as? FeatureError }
}

// MARK: Features

@Test func `Without features every column is one, in its order`() throws {
  let recipe = try recipe("transforms: []")
  #expect(recipe.features.map(\.name) == ["close", "volume"] && recipe.warmup == 0)
  // What was meant is written down, so that a model does not depend on the columns of another series.
  #expect(recipe.declaration["features"]?.array?.compactMap { $0["name"]?.string } == ["close", "volume"])
}

@Test func `An indicator of an indicator reads what that made, and look-backs add up`() throws {
  let written = """
    lookback: 4, horizon: 1, targets: [close], transforms: [log-return], features: [
      close, {sma: {period: 3, as: fast, transforms: []}}, {sma: {of: fast, period: 4, as: slow, transforms: []}},
      {rolling: {of: slow, statistic: max, period: 2, as: top, transforms: [{difference: {lag: 5}}]}}]
    """
  let series = SampleSeries.make(rows: 40, gaps: [(0, 15, 1)])
  let sample = try PreparedSample(written, of: series, split: .rows(validation: 33, test: 37))
  #expect(sample.recipe.features.map(\.lookback) == [0, 2, 5, 6])
  #expect(sample.recipe.warmup == 11 && sample.kept.segments.map(\.rows) == [11..<15, 26..<40])
  let close = series.values
  func mean(_ row: Int) -> Double { close[(row - 2)...row].reduce(0, +) / 3 }
  func slow(_ row: Int) -> Double { ((row - 3)...row).reduce(0) { $0 + mean($1) } / 4 }
  func top(_ row: Int) -> Double { max(slow(row - 1), slow(row)) }
  let columns = try sample.transformed(by: sample.recipe)
  for row in Array(11..<15) + Array(26..<40) {
    #expect(abs(columns[1][row] - mean(row)) < 1e-12 && abs(columns[2][row] - slow(row)) < 1e-12)
    #expect(abs(columns[3][row] - (top(row) - top(row - 5))) < 1e-12)
  }
}

@Test
func `A column that has the name of a feature before it is that feature's only if an indicator made it`()
  throws
{
  let recipe = try recipe(
    "transforms: [], features: [{column: {of: close, as: volume}}, {sma: {of: volume, period: 2}}]")
  #expect(recipe.features.map(\.name) == ["volume", "sma_volume_2"])
  let series = SampleSeries.make(rows: 12, columns: ["close", "volume"])
  let rows = RowTable(of: series)
  var columns: [[Double]] = []
  try recipe.makeColumns(of: rows, kept: KeptRows(rows.segments, warmup: 1, entityCount: 1)) { made in
    if case .raw(_, let column) = made { columns.append(column) }
  }
  #expect(columns[0] == series.column(0))
  #expect(columns[1][5] == (series.column(1)[4] + series.column(1)[5]) / 2)
}

@Test func `The calendar's codes are known ahead and go through no transform unless they say so`() throws {
  let recipe = try recipe(
    "features: [close, {calendar: {fields: [hour]}}, {time-index: {transforms: [min-max]}}]")
  #expect(recipe.features.map(\.isKnownAhead) == [false, true, true, true])
  #expect(
    recipe.chains.map { $0.stages.map { type(of: $0.transform).name } } == [["standardize"], [], ["min-max"]])
  #expect(recipe.chains.map(\.features) == [[0], [1, 2], [3]])
}

@Test func `What features are counted in is their last transform's unit`() throws {
  #expect(try recipe("transforms: [log, standardize]").unit == "standard deviations")
  #expect(try recipe("transforms: []").unit == "original units")
  #expect(
    try recipe("features: [close, {column: {of: volume, transforms: [log]}}]").unit == "each in its own units"
  )
}

// MARK: Errors

@Test func `An unknown column is named with those that are there`() {
  #expect(
    error { _ = try recipe("features: [close, {sma: {of: clsoe}}]") }
      == .unknownColumn("clsoe", setting: "sma", known: ["close", "volume"]))
  // What an indicator before it has made can be read as well, and is named.
  #expect(
    error { _ = try recipe("features: [close, {rsi: {as: strength}}, {sma: {of: strnegth}}]") }
      == .unknownColumn("strnegth", setting: "sma", known: ["close", "volume", "strength"]))
  #expect(
    error { _ = try recipe("features: [vloume]") }
      == .unknownColumn("vloume", setting: "of", known: ["close", "volume"]))
  #expect(
    error { _ = try recipe("labels: [{return: {of: price}}]") }
      == .unknownColumn("price", setting: "return", known: ["close", "volume"]))
}

@Test func `An error in a part says which part it is`() {
  #expect(
    throws: FeatureError.part("features.1", .unknownColumn("x", setting: "of", known: ["close", "volume"]))
  ) {
    try recipe("features: [close, x]")
  }
  let error = #expect(throws: FeatureError.self) { try recipe("labels: [{return: {}}, {trend: {of: x}}]") }
  guard case .part("labels.1", _)? = error else { return #expect(Bool(false), "\(error.debugDescription)") }
}

@Test func `Two features or labels of a name are refused, also where an indicator makes several`() {
  #expect(
    error { _ = try recipe("features: [{macd: {as: m}}, {sma: {as: m_signal}}]") }
      == .doubleFeature("m_signal"))
  #expect(
    error { _ = try recipe("labels: [{return: {as: up, steps: [1, 5]}}, {trend: {as: up_5}}]") }
      == .doubleFeature("up_5"))
}

@Test(arguments: ["bin", "winsorize", "{clip: {low: 90}}", "label-encode"])
func `A transform that cannot be undone is refused on what is forecast, and not on other features`(
  transform: String
)
  throws
{
  let series = SampleSeries.make(rows: 60, columns: ["close", "volume"])
  let name = String(transform.split(separator: ":")[0].drop { $0 == "{" })
  let found = error {
    _ = try PreparedSample(
      "lookback: 4, horizon: 1, targets: [close], transforms: [\(transform)]", of: series)
  }
  #expect(found == .notInvertible(transform: name, target: "close"))
  _ = try PreparedSample(
    """
    lookback: 4, horizon: 1, targets: [close], transforms: [],
    features: [close, {column: {of: volume, transforms: [\(transform)]}}]
    """, of: series)
  // Labels are forecast as they are, so that features may go through anything.
  _ = try PreparedSample("lookback: 4, labels: [return], transforms: [\(transform)]", of: series)
}

@Test func `A target whose transforms look further back than a window is refused with both numbers`() {
  let series = SampleSeries.make(rows: 60)
  #expect(
    error {
      _ = try PreparedSample(
        "lookback: 4, horizon: 1, transforms: [log-return, {difference: {lag: 4}}]", of: series)
    } == .pastTooShort(target: "close", needed: 5, lookback: 4))
  #expect(
    error {
      _ = try PreparedSample(
        "lookback: 5, horizon: 1, transforms: [log-return, {difference: {lag: 4}}]", of: series)
    }
      == nil)
}

@Test(
  arguments: [
    ("[bin]", "'bin' is no change of scale"), ("[box-cox]", "'box-cox' is no change of scale"),
    ("[standardize, {difference: {lag: 2}}]", "what learns must come last"),
    ("[standardize, min-max]", "2 of its transforms learn"),
    ("[winsorize]", "'winsorize' is no change of scale"),
  ])
func `Several folds take one change of scale, last, and nothing else that learns`(
  transforms: String, words: String
) {
  let found = error {
    _ = try PreparedSample(
      "lookback: 4, labels: [return], transforms: \(transforms)", of: SampleMarket.series(),
      split: .folds(3, of: 40))
  }
  #expect(
    found?.description.contains(words) == true && found?.exitStatus == .usage, "\(found.debugDescription)")
  #expect(
    error {
      _ = try PreparedSample(
        "lookback: 4, labels: [return], transforms: \(transforms)", of: SampleMarket.series())
    }
      == nil)
}

@Test(arguments: ["standardize", "min-max", "robust", "mean-scale", "standard-variance"])
func `Every change of scale can be told for several folds`(transform: String) throws {
  _ = try PreparedSample(
    "lookback: 4, horizon: 1, targets: [close], transforms: [log, \(transform)]", of: SampleMarket.series(),
    split: .folds(3, of: 40))
}

@Test func `Targets must be features, and there must be some`() {
  let series = SampleSeries.make(rows: 60, columns: ["close", "volume"])
  func targets(_ written: String) -> FeatureError? {
    error { _ = try PreparedSample("lookback: 4, horizon: 1, \(written)", of: series) }
  }
  #expect(targets("features: [close], targets: [volume]") == .targetIsNoFeature("volume"))
  #expect(targets("targets: [clsoe]") == .targetIsUnknown("clsoe", known: ["close", "volume"]))
  #expect(targets("features: [{sma: {of: close}}]") == .noTargets)
}

@Test(
  arguments: [
    ("features", ["kind": "smaa", "name": "x", "settings": [:]], FeatureError.unknownIndicator("smaa")),
    ("labels", ["kind": "retrun", "name": "x", "settings": [:]], .unknownLabel("retrun")),
    (
      "features",
      ["kind": "column", "name": "x", "settings": ["of": "close"], "transforms": [["name": "lgo"]]],
      .unknownTransform("lgo")
    ),
    (
      "features", ["kind": "sma", "name": "x", "settings": ["of": "close"]],
      .malformedRecipe(part: "sma", setting: "period")
    ),
  ] as [(String, JSON, FeatureError)])
func `A recipe of another build is refused with the part that this one does not have`(
  key: String, part: JSON, expected: FeatureError
) {
  #expect(
    error { _ = try Recipe([key: [part]], columns: nil, interval: .milliseconds(3_600_000)) } == expected)
}

@Test func `A value that a transform does not have is named with column, entity and time`() {
  let series = SampleSeries.make(rows: 40, columns: ["x"]) { _, _, row in row == 7 ? 0 : 1 + Double(row % 3) }
  for transform in ["log", "log-return", "box-cox"] {
    let found = error {
      _ = try PreparedSample("lookback: 2, horizon: 1, transforms: [\(transform)]", of: series)
    }
    #expect(
      found?.description.contains("'x' of 'A' is 0.0") == true, "\(transform) \(found.debugDescription)")
    if transform != "box-cox" { #expect(found?.description.contains("at 2024-01-01T07:00:00Z") == true) }
  }
}

@Test func `An entity without training rows is named, unless all share what is learnt`() throws {
  // B begins when the training rows of A have ended.
  var series = SampleSeries.make(rows: 60, entities: ["A", "B"])
  for row in 60..<120 { series.time[row] += 40 * 3_600_000 }
  let dates = SplitRule.dates(
    validation: Instant(milliseconds: series.time[30]), test: Instant(milliseconds: series.time[80]))
  let found = error { _ = try PreparedSample("lookback: 2, horizon: 1", of: series, split: dates) }
  #expect(found?.description.contains("'close' of 'B' has no training rows") == true)
  _ = try PreparedSample(
    "lookback: 2, horizon: 1, transforms: [{standardize: {per: all}}]", of: series, split: dates)
}

@Test func `A constant column has the scale 1, and a warning says so`() throws {
  let series = SampleSeries.make(rows: 40, columns: ["x", "still"]) { _, column, row in
    column == 1 ? 0.1 : Double(row)
  }
  let sample = try PreparedSample("lookback: 2, horizon: 1", of: series)
  #expect(
    sample.recipe.warnings == ["'still' of 'A' is constant over the training rows; its scale is taken as 1"])
  #expect(try sample.transformed(by: sample.recipe)[1] == [Double](repeating: 0, count: 40))
}

@Test(arguments: ["mean-scale", "{winsorize: {}}", "box-cox"])
func `A constant column whose scale is its own is not told that it is 1`(transform: String) throws {
  let series = SampleSeries.make(rows: 40, columns: ["x", "still"]) { _, column, row in
    column == 1 ? 7 : Double(row + 1)
  }
  let sample = try PreparedSample(
    """
    lookback: 2, horizon: 1, targets: [x],
    features: [x, {column: {of: still, transforms: [\(transform)]}}], transforms: []
    """, of: series)
  #expect(sample.recipe.warnings == ["'still' of 'A' is constant over the training rows"])
}

@Test func `A value that a transform cannot learn from is told with its time`() throws {
  let series = SampleSeries.make(rows: 40, columns: ["x"]) { _, _, row in row == 9 ? -1 : Double(row + 1) }
  let found = error {
    _ = try PreparedSample("lookback: 2, horizon: 1, transforms: [box-cox]", of: series)
  }
  let time = Instant(milliseconds: series.time[9]).description
  #expect(found?.description.contains("'x' of 'A' is -1.0 at \(time)") == true, "\(found?.description ?? "")")
}
