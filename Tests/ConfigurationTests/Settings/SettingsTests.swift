import Artifacts
import Chronology
import Configuration
import TestSupport
import Testing

private let library = ModelLibrary(folders: [Programs.repository + "/models"])

/// The settings of a step, and what its key counts.
private func settings(_ stage: String, _ with: String) throws -> (StageSettings, [String: JSON]) {
  let reads = [
    "extract": "", "prepare": "reads: {series: series}", "train": "reads: {windows: windows}",
    "register": "reads: {model: model}",
  ]
  let text = """
    version: 1
    steps:
      series: {stage: extract}
      windows: {stage: prepare, reads: {series: series}}
      model: {stage: train, reads: {windows: windows}}
      x:
        stage: \(stage)
        \(reads[stage] ?? "")
        with: \(with)
    """
  let file = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
  let typed = try file.step("x").typedSettings(models: library)
  return (typed.settings, typed.parameters)
}

private func message(_ stage: String, _ with: String) -> String {
  do {
    _ = try settings(stage, with)
    return ""
  } catch { return "\(error)" }
}

@Test func `Transforms are names, or names with settings, and both mean the same`() throws {
  let short = try settings(
    "prepare", "{lookback: 4, horizon: 2, split: {preset: ett-hourly}, transforms: [log, standardize]}"
  ).1
  let long = try settings(
    "prepare",
    "{split: {preset: ett-hourly}, horizon: 2, lookback: 4, transforms: [log, {standardize: {per: entity}}]}"
  ).1
  #expect(short == long)
  let byDefault = try settings("prepare", "{lookback: 4, horizon: 2, split: {preset: ett-hourly}}").1
  #expect(byDefault["transforms"] == [["name": "standardize", "per": "entity", "fit": "training"]])
}

@Test(arguments: [
  (
    "{lookback: 0, horizon: 2, split: {preset: ett-hourly}}",
    "'lookback' must be a whole number in 1...1000000, not '0'"
  ),
  ("{lookback: 4, horizon: 2}", "needs 'split'"),
  (
    "{lookback: 4, horizon: 2, split: {}}",
    "must be one of preset, fractions, dates, rows, ranges, walk_forward, "
  ),
  (
    "{lookback: 4, horizon: 2, split: {preset: ett-daily}}",
    "there is no preset 'ett-daily'; there are: ett-hourly"
  ),
  (
    "{lookback: 4, horizon: 2, split: {fractions: {train: 0.7, validation: 0.2, test: 0.2}}}",
    "shares that add up to 1"
  ),
  (
    "{lookback: 4, horizon: 2, split: {dates: {validation: 2024-02-01, test: 2024-01-01}}}",
    "dates that follow each other"
  ),
  (
    "{lookback: 4, horizon: 2, split: {dates: {validation: yesterday, test: 2024-01-01}}}",
    "a date or time such as"
  ),
  (
    "{lookback: 4, horizon: 2, split: {preset: ett-hourly}, transforms: [standardise]}",
    "there is no transform 'standardise'; did you mean 'standardize'?"
  ),
  (
    "{lookback: 4, horizon: 2, split: {preset: ett-hourly}, transforms: [{standardize: {by: all}}]}",
    "unknown key 'by' in transform 'standardize'"
  ),
  ("{lookback: 4, horizon: 2, split: {preset: ett-hourly}, targets: [a, a]}", "a list without repetitions"),
])
func `Wrong settings of prepare are refused with their place`(with: String, expected: String) {
  let text = message("prepare", with)
  #expect(text.hasPrefix("p.yaml:") && text.contains(expected), "\(text)")
}

@Test(arguments: [
  ("{source: {kind: csv, path: x.csv}}", "'source.time' must be the column of times, or interval: given"),
  ("{source: {kind: csv, path: x.csv, time: date, start: 2020-01-01}}", "'start'"),
  ("{source: {kind: sqlite, paths: {A: a.db}}}", "needs 'path'"),
  ("{source: {kind: synthetic, start: 2020-01-01, rows: 9}, from: 2020-01-02}", "'from'"),
  ("{source: {kind: cvs, path: x.csv}}", "there is no kind 'cvs'; did you mean 'csv'?"),
  ("{source: {kind: csv, time: date}}", "needs 'path'"), ("{}", "needs 'source'"),
  ("{source: {kind: synthetic, start: 2024-01-01}}", "needs 'until'"),
  ("{source: {kind: synthetic, start: 2024-01-01, interval: 1y}, until: 2025-01-01}", "an interval such as"),
  (
    "{source: {kind: synthetic, start: 2024-01-01}, until: 2024-01-01}",
    "a time when the first bar has closed"
  ),
  (
    "{source: {kind: synthetic, start: 2024-01-01, interval: 1s}, until: 9999-01-01}",
    "at most 50000000 more have"
  ),
  ("{source: {kind: csv, path: x.csv, time: date, timezone: Berlin}}", "UTC or an offset such as +02:00"),
  ("{source: {kind: csv-series, path: x.csv}}", "needs 'interval'"),
  ("{source: {kind: csv-series, path: x.csv, align: middle}, interval: 1w}", "there is no align 'middle'"),
  ("{source: {kind: csv, paths: {A: a.csv, B: b.csv}, time: date, entity: e}}", "for one file only"),
  ("{source: {kind: synthetic, process: walk, start: 2024-01-01, rows: 0}}", "'source.rows' must be"),
  ("{source: {kind: csv, path: x.csv, time: date}, calendar: sometimes}", "there is no calendar 'sometimes'"),
])
func `Wrong settings of extract are refused with their place`(with: String, expected: String) {
  let text = message("extract", with)
  #expect(text.hasPrefix("p.yaml:") && text.contains(expected), "\(text)")
}

@Test func `The name of a file is the entity unless another is given, and counts`() throws {
  let named = try settings("extract", "{source: {kind: klines-json, path: /data/BTC.json}}").1
  #expect(named["source"]?["name"] == "BTC")
  let moved = try settings("extract", "{source: {kind: klines-json, path: /elsewhere/BTC.json}}").1
  #expect(named == moved)
}

@Test func `A model's settings come from its file and are overridden by name`() throws {
  let (typed, parameters) = try settings("train", "{model: linear/ridge, set: {penalties: [10, 1]}}")
  guard case .train(let train) = typed, case .ridge(let ridge) = train.blueprint else {
    return #expect(Bool(false))
  }
  #expect(ridge.penalties == [10, 1] && ridge.subtractLast && ridge.lookbacks.isEmpty)
  #expect(parameters["blueprint"]?["settings"]?["penalties"] == [10.0, 1.0])
}

@Test(arguments: [
  ("{model: linear/rigde}", "there is no model 'linear/rigde'; did you mean 'linear/ridge'?"),
  ("{model: ../../etc/passwd}", "there is no model"),
  (
    "{model: linear/ridge, set: {penalty: [1]}}",
    "unknown key 'penalty' in the settings of model 'linear/ridge'; did you mean 'penalties'?"
  ),
  ("{model: linear/ridge, set: {penalties: []}}", "a list with a number in it"),
  ("{model: linear/ridge, coverages: [0.95, 0.8]}", "an ascending list"),
  (
    "{model: gp/exact, set: {refit: nevr}}",
    "there is no refit 'nevr'; did you mean 'never'?"
  ),
  ("{model: gp/exact, set: {steps: -1}}", "a whole number in 0...100000"),
  ("{model: kernel/regression, set: {bandwidths: []}}", "a list with a number in it"),
  ("{model: kernel/regression, set: {kernel: tricub}}", "did you mean 'tricube'?"),
  (
    "{model: mlp/stock, training: {loss: {bounded: {bandwith: 1}}}}", "did you mean 'bandwidth'?"
  ),
  ("{model: linear/ridge, set: {subtract_last: yes}}", "must be true or false, not 'yes'"),
])
func `Wrong settings of train are refused with their place`(with: String, expected: String) {
  let text = message("train", with)
  #expect(text.hasPrefix("p.yaml:") && text.contains(expected), "\(text)")
}

@Test(arguments: [
  "linear/ridge", "baseline/repeat", "baseline/seasonal-repeat", "baseline/drift", "baseline/mean",
  "gp/exact", "gp/deep", "kernel/regression",
])
func `Every shipped model can be read`(key: String) throws {
  #expect(library.keys.contains(key))
  _ = try settings("train", "{model: \(key)}")
}

@Test func `Repeat must be beaten, whatever else is asked`() throws {
  let (none, _) = try settings("register", "{name: x}")
  let (other, parameters) = try settings(
    "register", "{name: x, gates: {test/mse: {at_most: 1, better_than: drift}}}")
  guard case .register(let first) = none, case .register(let second) = other else {
    return #expect(Bool(false))
  }
  #expect(first.gates == [.standard])
  #expect(second.gates.contains(.standard) && second.gates.count == 3)
  #expect(parameters["gates"]?.array?.count == 3)
}

@Test(arguments: [
  ("{name: Bad Name}", "1 to 128 characters"),
  ("{name: x, gates: {test/mse: {}}}", "needs 'better_than, at_most or at_least'"),
  (
    "{name: x, gates: {test/mse: {beter_than: repeat}}}",
    "unknown key 'beter_than' in gate 'test/mse'; did you mean 'better_than'?"
  ),
  ("{name: x, gates: {test/mse: {better_than: naive}}}", "there is no better_than 'naive'"),
])
func `Wrong settings of register are refused with their place`(with: String, expected: String) {
  let text = message("register", with)
  #expect(text.hasPrefix("p.yaml:") && text.contains(expected), "\(text)")
}
