import Artifacts
import Chronology
import TestSupport
import Testing

@testable import Configuration

private func prepare(
  _ more: String, required: String = "lookback: 4, horizon: 2, split: {preset: ett-hourly}"
) throws -> PrepareSettings {
  try PrepareSettings(written: "{\(required), \(more)}")
}

private func message(
  _ more: String, required: String = "lookback: 4, horizon: 2, split: {preset: ett-hourly}"
) -> String {
  do {
    _ = try prepare(more, required: required)
    return ""
  } catch { return "\(error)" }
}

private let noHorizon = "lookback: 4, split: {preset: ett-hourly}"

// MARK: Features

@Test func `A feature is a column, an indicator, or either with settings and a name`() throws {
  let features = try prepare(
    "features: [close, rsi, {sma: {period: 3h}}, {column: {of: volume, as: v, transforms: [log]}}, {sma: {as: slow}}]"
  ).recipe["features"]?.array
  #expect(features?.map { $0["kind"]?.string } == ["column", "rsi", "sma", "column", "sma"])
  #expect(features?.map { $0["name"]?.string } == ["close", "rsi", "sma_3h", "v", "slow"])
  #expect(features?[0]["settings"] == ["of": "close"] && features?[0]["transforms"] == .null)
  #expect(features?[1]["settings"] == ["of": "close", "period": 14])
  #expect(features?[2]["settings"] == ["of": "close", "period": "3h"])
  #expect(features?[3]["transforms"] == [["name": "log"]])
}

@Test func `Averages of two lengths are told apart by what was written`() throws {
  let names = try prepare(
    """
    features: [{sma: {period: 5}}, {sma: {period: 20}}, {sma: {of: high, period: 5}}, {rolling: {statistic: max, centred: true}},
      {returns: {lags: [1, 2]}}]
    """
  ).recipe["features"]?.array?.compactMap { $0["name"]?.string }
  #expect(names == ["sma_5", "sma_20", "sma_high_5", "rolling_max_centred", "returns"])
}

@Test func `Without features there are all columns, and without transforms standard deviations`() throws {
  let recipe = try prepare("report: false").recipe
  #expect(recipe["features"] == .null && recipe["labels"] == [] && recipe["window"] == .null)
  #expect(recipe["transforms"] == [["name": "standardize", "per": "entity", "fit": "training"]])
  #expect(try prepare("transforms: []").recipe["transforms"] == [])
}

@Test(
  arguments: PartCatalogue.indicators.map { ("features", $0) } + PartCatalogue.labels.map { ("labels", $0) }
    + PartCatalogue.transforms.map { ("transforms", $0) })
func `Every part may be written by its name alone, and then has its defaults`(key: String, schema: PartSchema)
  throws
{
  let required = key == "labels" ? noHorizon : "lookback: 4, horizon: 2, split: {preset: ett-hourly}"
  let part = try #require(
    try prepare("\(key): [\(schema.name)]", required: required).recipe[key]?.array?.first)
  let defaults = try #require(schema.defaults?.object)
  for (name, value) in defaults {
    #expect((part["settings"]?[name] ?? part[name]) == value, "\(schema.name).\(name)")
  }
}

@Test(arguments: PartCatalogue.filters.map(\.name))
func `Every filter may be written by its name alone`(name: String) throws {
  let filters = try prepare("window: {smooth: [\(name)]}").recipe["window"]?["smooth"]?.array
  #expect(filters?.first?["name"]?.string == name)
}

@Test(arguments: [
  (
    "features: [close, {smaa: {period: 3}}]", "p.yaml:7:84: there is no indicator 'smaa'; did you mean 'sma'?"
  ),
  (
    "features: [{sma: {perod: 3}}]",
    "unknown key 'perod' in indicator 'sma'; did you mean 'period'?"
  ),
  (
    "features: [{sma: {period: 0}}]",
    "'period' must be a number of bars from 1 to 100000, or a time such as 3h, not '0'"
  ),
  ("features: [{sma: {period: often}}]", "a time such as 3h, not 'often'"),
  ("features: [{returns: {lags: [1, 0]}}]", "'lags' must be a list of whole numbers from 1"),
  ("features: [{returns: {kind: logg}}]", "there is no kind 'logg'; did you mean 'log'?"),
  (
    "features: [{calendar: {fields: [hour, weekdy]}}]", "there is no fields 'weekdy'; did you mean 'weekday'?"
  ),
  ("features: [{column: {as: x}}]", "indicator 'column' needs 'of'"),
  (
    "features: [{sma: {}, rsi: {}}]",
    "'features' must be a list of names, or of one name with its settings each"
  ),
  ("features: close", "'features' must be a list"),
  ("features: [close, close]", "a list of different names; give one an 'as:', not 'close' twice"),
  ("features: [{sma: {as: m}}, {rsi: {as: m}}]", "not 'm' twice"),
  ("transforms: [{min-max: {too: [0, 1]}}]", "unknown key 'too' in transform 'min-max'; did you mean 'to'?"),
  ("transforms: [{standardize: {per: entitty}}]", "there is no per 'entitty'; did you mean 'entity'?"),
  (
    "transforms: [{standardize: {fit: everything}}]", "there is no fit 'everything'; there are: training, all"
  ),
  (
    "features: [{column: {of: close, transforms: [logg]}}]",
    "there is no transform 'logg'; did you mean 'log'?"
  ),
  ("window: {scale: minmax}", "there is no scale 'minmax'; did you mean 'min-max'?"),
  ("window: {smooth: [savitzky]}", "there is no filter 'savitzky'"),
  (
    "window: {smooth: [{low-pass: {kep: 0.5}}]}",
    "unknown key 'kep' in filter 'low-pass'; did you mean 'keep'?"
  ),
  ("window: {share: [open, close]}", "'window.share' must be a list of lists of features"),
  ("window: {over: labels}", "there is no over 'labels'"),
  ("window: {scal: mean}", "unknown key 'scal' in 'window'; did you mean 'scale'?"),
  ("clean: {gaps: {policy: fil-forward}}", "there is no policy 'fil-forward'; did you mean 'fill-forward'?"),
  ("clean: {gaps: mark}", "there is no gaps 'mark'"),
  ("clean: {zero_volum: drop}", "unknown key 'zero_volum' in 'clean'; did you mean 'zero_volume'?"),
  ("clean: {spikes: {policy: drop, threshold: 0}}", "'clean.spikes.threshold' must be a number from 1"),
  ("intervals: [1h, 1h]", "a list of different intervals such as [1h, 4h]"),
  ("intervals: [hourly]", "a list of different intervals such as [1h, 4h]"),
  ("stride: 0", "'stride' must be a whole number in 1...1000000, not '0'"),
  ("stride: {trian: 4}", "unknown key 'trian' in 'stride'; did you mean 'train'?"),
  ("shift: -1", "'shift' must be a whole number in 0...1000000, not '-1'"),
  (
    "materialize: {backward_inputs: {size: 3, mask: 3}}",
    "'materialize.backward_inputs.mask' must be a whole number in 0...2"
  ),
  (
    "materialize: {backward_input: {size: 3}}",
    "unknown key 'backward_input' in 'materialize'; did you mean 'backward_inputs'?"
  ),
  ("report: yes", "'report' must be true or false, not 'yes'"),
  ("allow_leek: no", "unknown key 'allow_leek' in step 'windows'; did you mean 'allow_leak'?"),
])
func `A mistake in what is prepared is refused with its place and what was probably meant`(
  with: String, expected: String
) {
  let text = message(with)
  #expect(text.hasPrefix("p.yaml:7:") && text.contains(expected), "\(text)")
}

// MARK: Labels

@Test func `Labels say themselves what they look at, and stand beside no targets`() throws {
  let settings = try prepare(
    "labels: [trend, {return: {steps: [1, 5]}}, {grid: {as: moves}}]", required: noHorizon)
  #expect(settings.horizon == 1 && settings.targets == nil && settings.shift == 0)
  #expect(
    settings.recipe["labels"]?.array?.compactMap { $0["name"]?.string } == ["trend", "return", "moves"])
  for (clash, name) in [("horizon: 4", "horizon"), ("targets: [close]", "targets"), ("shift: 2", "shift")] {
    let text = message("labels: [trend], \(clash)", required: noHorizon)
    #expect(text.contains("'\(name)' must be left out beside 'labels'"), "\(text)")
  }
  #expect(message("labels: []", required: noHorizon).contains("needs 'horizon'"))
}

@Test(arguments: [
  ("labels: [tredn]", "p.yaml:7:63: there is no label 'tredn'; did you mean 'trend'?"),
  ("labels: [{trend: {step: 3}}]", "unknown key 'step' in label 'trend'; did you mean 'steps'?"),
  ("labels: [{triple-barrier: {profit: 0}}]", "'profit' must be a number from"),
  (
    "labels: [return], materialize: {forward_outputs: {size: 2}}",
    "'materialize' must be true, or parts of the inputs"
  ),
])
func `A mistake in labels is refused with its place`(with: String, expected: String) {
  let text = message(with, required: noHorizon)
  #expect(text.hasPrefix("p.yaml:7:") && text.contains(expected), "\(text)")
}

// MARK: Splits

@Test(
  arguments: [
    ("{preset: ett-minute}", .preset(.ettMinute)),
    (
      "{fractions: {train: 0.7, validation: 0.1, test: 0.2}}",
      .fractions(PrepareSettings.Shares(train: 0.7, validation: 0.1, test: 0.2), ofEachEntity: false)
    ),
    (
      "{fractions: {train: 0.5, validation: 0.25, test: 0.25, each: entity}}",
      .fractions(PrepareSettings.Shares(train: 0.5, validation: 0.25, test: 0.25), ofEachEntity: true)
    ),
    (
      "{dates: {validation: 2024-01-01, test: 2024-02-01}}",
      .dates(
        validation: Instant(year: 2024, month: 1, day: 1), test: Instant(year: 2024, month: 2, day: 1),
        end: nil)
    ),
    ("{rows: {validation: 100, test: 200, end: 300}}", .rows(validation: 100, test: 200, end: 300)),
    ("{rows: {validation: -26, test: -13}}", .rows(validation: -26, test: -13, end: nil)),
    ("{rows: {validation: 100, test: -26, end: -13}}", .rows(validation: 100, test: -26, end: -13)),
    (
      "{ranges: {train: [2020-01-01, 2021-01-01], validation: [2021-01-01, 2022-01-01], test: [2022-01-01, 2023-01-01]}}",
      .ranges(
        train: Instant(year: 2020, month: 1, day: 1)..<Instant(year: 2021, month: 1, day: 1),
        validation: Instant(year: 2021, month: 1, day: 1)..<Instant(year: 2022, month: 1, day: 1),
        test: Instant(year: 2022, month: 1, day: 1)..<Instant(year: 2023, month: 1, day: 1))
    ),
    (
      "{walk_forward: {folds: 12, test: 30d, validation: 100}}",
      .walkForward(
        folds: 12, test: .time(.milliseconds(30 * 86_400_000)), validation: .rows(100), rolling: nil,
        embargo: 0)
    ),
    (
      "{walk_forward: {folds: 2, test: 10, validation: 5, rolling: 50, embargo: 3}}",
      .walkForward(folds: 2, test: .rows(10), validation: .rows(5), rolling: .rows(50), embargo: 3)
    ),
    ("{purged_k_fold: {}}", .purgedKFold(folds: 5, validation: 0.1, embargo: 0)),
    (
      "{combinatorial: {groups: 8, test_groups: 3, embargo: 4}}",
      .combinatorial(groups: 8, testGroups: 3, validation: 0.1, embargo: 4)
    ),
    (
      "random-leaky", .randomLeaky(PrepareSettings.Shares(train: 0.7, validation: 0.1, test: 0.2), seed: 1)
    ),
    (
      "{random-leaky: {train: 0.6, validation: 0.2, test: 0.2, seed: 9}}",
      .randomLeaky(PrepareSettings.Shares(train: 0.6, validation: 0.2, test: 0.2), seed: 9)
    ),
  ] as [(String, PrepareSettings.Split)])
func `Every form of split is read as what it says`(written: String, expected: PrepareSettings.Split) throws {
  #expect(try prepare("split: \(written)", required: "lookback: 4, horizon: 2").split == expected)
}

@Test(arguments: [
  (
    "{}",
    "'split' must be one of preset, fractions, dates, rows, ranges, walk_forward, purged_k_fold, combinatorial, "
  ),
  ("{preset: ett-hourly, rows: {validation: 1, test: 2}}", "not preset and rows"),
  ("{fraction: {train: 1}}", "unknown key 'fraction' in 'split'; did you mean 'fractions'?"),
  ("{}", "not none of them"), ("random", "there is no split 'random'"),
  (
    "{rows: {validation: 200, test: 100}}",
    "'split.rows' must be rows that follow each other: validation, test, end, not 200, 100"
  ),
  ("{rows: {validation: 100, test: 200, end: 200}}", "not 100, 200, 200"),
  ("{rows: {validation: 0, test: 2}}", "not 0, 2"), ("{rows: {validation: -13, test: -26}}", "not -13, -26"),
  (
    "{ranges: {train: [2021-01-01, 2020-01-01]}}",
    "'split.ranges.train' must be two dates that follow each other"
  ),
  ("{ranges: {train: [2020-01-01, 2021-01-01]}}", "needs 'validation'"),
  ("{walk_forward: {folds: 3, test: 10}}", "needs 'validation'"),
  (
    "{walk_forward: {folds: 0, test: 10, validation: 5}}",
    "'split.walk_forward.folds' must be a whole number in 1...1000"
  ),
  ("{walk_forward: {folds: 3, test: soon, validation: 5}}", "or a time such as 3h, not 'soon'"),
  (
    "{walk_forward: {folds: 3, tst: 10, test: 9, validation: 5}}",
    "unknown key 'tst' in 'split.walk_forward'; did you mean 'test'?"
  ),
  ("{purged_k_fold: {folds: 1}}", "'split.purged_k_fold.folds' must be a whole number in 2...1000, not '1'"),
  (
    "{combinatorial: {groups: 4, test_groups: 4}}",
    "'split.combinatorial.test_groups' must be a whole number in 1...3, not '4'"
  ),
  (
    "{random-leaky: {train: 0.9, validation: 0.2, test: 0.2}}",
    "'split.random-leaky' must be shares that add up to 1"
  ),
  (
    "{fractions: {train: 0.7, validation: 0.1, test: 0.2, each: entitty}}",
    "there is no each 'entitty'; did you mean 'entity'?"
  ),
])
func `A split that makes no sense is refused with its place`(written: String, expected: String) {
  let text = message("split: \(written)", required: "lookback: 4, horizon: 2")
  #expect(text.hasPrefix("p.yaml:7:") && text.contains(expected), "\(text)")
}

// MARK: The rest

@Test func `A stride is one number, or a number for each part`() throws {
  #expect(try prepare("shift: 0").strides == PrepareSettings.Strides(train: 1, validation: 1, test: 1))
  #expect(try prepare("stride: 7").strides == PrepareSettings.Strides(train: 7, validation: 7, test: 7))
  #expect(
    try prepare("stride: {train: 4}").strides == PrepareSettings.Strides(train: 4, validation: 1, test: 1))
}

@Test func `Windows are written out whole, in parts, or not at all`() throws {
  typealias Part = PrepareSettings.Materialize.Part
  #expect(try prepare("materialize: false").materialize == nil && prepare("shift: 0").materialize == nil)
  #expect(try #require(try prepare("materialize: true").materialize).isWhole)
  let parts = try #require(
    try prepare("materialize: {backward_inputs: {size: 8}, forward_outputs: {size: 3, mask: 1}}").materialize)
  #expect(!parts.isWhole && parts.backwardInputs == Part(size: 8, mask: 0))
  #expect(
    parts.forwardOutputs == Part(size: 3, mask: 1) && parts.forwardInputs == nil
      && parts.backwardOutputs == nil)
}

@Test func `A policy may be written alone or with what it needs, and both mean the same`() throws {
  let short = try prepare("clean: {gaps: fill-forward, spikes: mark}").recipe["clean"]
  let long = try prepare(
    "clean: {gaps: {policy: fill-forward, longest: 24}, spikes: {policy: mark, of: close, threshold: 20, period: 100}}"
  ).recipe["clean"]
  #expect(short == long && short?["halts"] == .null && short?["gaps"]?["longest"] == 24)
  #expect(try prepare("shift: 0").recipe["clean"] == .null)
}

@Test func `The reason for a leak is a text, and the place of each part is known`() throws {
  let settings = try prepare("allow_leak: to compare with R3, features: [close, rsi], report: true")
  #expect(settings.allowLeak == "to compare with R3" && settings.report)
  for part in ["features.0", "features.1"] {
    #expect(settings.places[part]?.description.hasPrefix("p.yaml:7:") == true)
  }
  #expect(try prepare("shift: 0").allowLeak == nil)
}
