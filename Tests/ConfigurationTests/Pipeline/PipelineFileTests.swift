import Configuration
import Testing

private let valid = """
  version: 1
  steps:
    forecast:
      stage: predict
      reads: {champion: champion, series: series}
    series:
      stage: extract
      with: {source: {kind: csv, path: x.csv, time: date}}
    windows:
      stage: prepare
      reads: {series: series}
      with: {lookback: 4, horizon: 2, split: {preset: ett-hourly}}
    model:
      stage: train
      reads: {windows: windows}
      with: {model: linear/ridge}
    champion:
      stage: register
      reads: {model: model}
      with: {name: x}
  """

private func parse(_ text: String, _ overrides: [String] = []) throws -> PipelineFile {
  var parsed: [Override] = []
  for override in overrides { parsed.append(try Override(parsing: override)) }
  return try PipelineFile(parsing: Array(text.utf8), path: "p.yaml", overrides: parsed)
}

private func message(_ text: String, _ overrides: [String] = []) -> String {
  do {
    _ = try parse(text, overrides)
    return ""
  } catch { return "\(error)" }
}

extension String {
  fileprivate func replacing(_ old: String, by new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}

@Test func `Steps come after those they read, whatever their order in the file`() throws {
  #expect(try parse(valid).steps.map(\.name) == ["series", "windows", "model", "champion", "forecast"])
}

@Test func `An unknown step is refused with the nearest name`() {
  let text = valid.replacing("reads: {series: series}", by: "reads: {series: serie}")
  #expect(message(text) == "p.yaml:11:21: there is no step 'serie'; did you mean 'series'?")
}

@Test func `A circle is named from step to step`() {
  let text = """
    version: 1
    steps:
      a: {stage: prepare, reads: {series: b}}
      b: {stage: extract}
    """
  #expect(message(text) == "")
  let circle = """
    version: 1
    steps:
      model: {stage: train, reads: {windows: windows}}
      windows: {stage: prepare, reads: {series: windows}}
    """
  #expect(message(circle).contains("the steps read each other in a circle: windows → windows"))
  let long = """
    version: 1
    steps:
      a: {stage: prepare, reads: {series: c}}
      b: {stage: prepare, reads: {series: a}}
      c: {stage: prepare, reads: {series: b}}
    """
  #expect(message(long).hasPrefix("p.yaml:4:39: "))
  #expect(message(long).contains("in a circle: a → b → c → a; remove one of the reads"))
}

@Test func `A step that reads the wrong kind of step is refused`() {
  let text = valid.replacing("reads: {windows: windows}", by: "reads: {windows: series}")
  #expect(
    message(text).contains(
      "'model.reads.windows' must be a step of stage 'prepare', not 'series', which is of stage 'extract'"))
}

@Test(arguments: [
  ("version: 1", "version: 2", "'version' must be a whole number in 1...1"),
  ("stage: train", "stage: trian", "there is no stage 'trian'; did you mean 'train'?"),
  ("reads: {windows: windows}", "read: {windows: windows}", "needs 'reads'"),
  ("reads: {windows: windows}", "reads: {window: windows}", "needs 'windows'"),
  ("    stage: predict", "    stage: predict\n    needs: 1", "unknown key 'needs' in step 'forecast'"),
  ("  windows:\n", "  Windows:\n", "'steps' must be names of"),
  ("  windows:\n", "  registry:\n", "'steps' must be names of"),
])
func `What does not fit the schema is refused with its place`(old: String, new: String, expected: String) {
  let text = message(valid.replacing(old, by: new))
  #expect(text.hasPrefix("p.yaml:") && text.contains(expected), "\(text)")
}

@Test func `An override replaces, adds and reaches into mappings`() throws {
  let file = try parse(
    valid,
    [
      "windows.horizon=9", "windows.split.preset=ett-hourly", "windows.targets=[OT]",
      "series.source.path=/a b:c#d.csv",
    ])
  let windows = try file.step("windows").typedSettings(models: ModelLibrary(folders: []))
  guard case .prepare(let settings) = windows.settings else { return #expect(Bool(false)) }
  #expect(settings.horizon == 9 && settings.lookback == 4 && settings.targets == ["OT"])
  let series = try file.step("series").typedSettings(models: ModelLibrary(folders: []))
  #expect(series.files.map(\.path) == ["/a b:c#d.csv"])
}

@Test(arguments: [
  ("windws.horizon=9", "--set windws.horizon=9: there is no step 'windws'; did you mean 'windows'?"),
  ("horizon=9", "--set horizon=9: name the step and the setting"),
  ("windows.horizon", "write it as step.setting=value"),
  ("=9", "write it as step.setting=value"), ("windows..x=1", "name the step and the setting"),
])
func `A wrong override is refused by its own text`(override: String, expected: String) {
  #expect(message(valid, [override]).contains(expected), "\(message(valid, [override]))")
}

@Test func `The one step of a stage is found, and several are named`() throws {
  #expect(try parse(valid).onlyStep(of: .train).name == "model")
  let two = try parse(valid + "\n  other:\n    stage: extract\n")
  let error = #expect(throws: ConfigurationError.self) { try two.onlyStep(of: .extract) }
  #expect(error?.description.contains("--step series | --step other") == true)
}

@Test func `Two steps that would register under one name are refused, and the second is shown`() {
  let second = "  other: {stage: register, reads: {model: model}, with: {name: x}}\n"
  let words = message(valid + "\n" + second)
  #expect(
    words
      == "p.yaml:21:64: 'other.name' must be a name that no other step registers, not 'x', as 'champion' does"
  )
  #expect(message(valid + "\n" + second.replacing("name: x", by: "name: y")) == "")
}
