import Configuration
import Testing

private let split = "split: {preset: ett-hourly}"

private func parse(_ steps: String, _ overrides: [String] = [], only: String? = nil) throws -> PipelineFile {
  let indented = steps.split(separator: "\n").map { "  \($0)\n" }.joined()
  var parsed: [Override] = []
  for override in overrides { parsed.append(try Override(parsing: override)) }
  let text = "version: 1\nsteps:\n" + indented
  return try PipelineFile(parsing: Array(text.utf8), path: "p.yaml", overrides: parsed, only: only)
}

private func message(_ steps: String, _ overrides: [String] = []) -> String {
  do {
    _ = try parse(steps, overrides)
    return ""
  } catch { return "\(error)" }
}

/// `model@a ← windows, …`: what each step reads.
private func edges(_ file: PipelineFile) -> [String] {
  file.steps.map { step in
    let reads = step.reads.map { $0.name == $0.step ? $0.name : "\($0.name): \($0.step)" }
    return reads.isEmpty ? step.name : "\(step.name) ← \(reads.joined(separator: ", "))"
  }
}

private let sweep = """
  series: {stage: extract}
  windows: {stage: prepare, reads: {series: series}, with: {\(split)}, matrix: {horizon: [24, 96]}}
  model: {stage: train, reads: {windows: windows}, matrix: {model: [a, b]}}
  champion: {stage: register, reads: {model: "model@*"}, with: {name: plant}}
  forecast: {stage: predict, reads: {champion: champion, series: series}}
  """

@Test func `A plain read follows its reader's instance, and '@*' gathers the matrix of that step only`()
  throws
{
  #expect(
    edges(try parse(sweep)) == [
      "series", "windows@24 ← series", "windows@96 ← series", "model@24-a ← windows: windows@24",
      "model@24-b ← windows: windows@24", "model@96-a ← windows: windows@96",
      "model@96-b ← windows: windows@96",
      "champion@24 ← model@a: model@24-a, model@b: model@24-b",
      "champion@96 ← model@a: model@96-a, model@b: model@96-b",
      "forecast@24 ← champion: champion@24, series", "forecast@96 ← champion: champion@96, series",
    ])
}

@Test func `'@*' of a step without a matrix of its own gathers all that it inherited`() throws {
  let steps = """
    series: {stage: extract, matrix: {source.name: [x, y]}}
    windows: {stage: prepare, reads: {series: series}}
    model: {stage: train, reads: {windows: windows}}
    champion: {stage: register, reads: {model: "model@*"}, with: {name: plant}}
    """
  #expect(edges(try parse(steps)).last == "champion ← model@x, model@y")
}

@Test func `Two reads that descend from one matrix meet instance by instance`() throws {
  let steps = """
    series: {stage: extract, matrix: {source.name: [x, y]}}
    windows: {stage: prepare, reads: {series: series}}
    model: {stage: train, reads: {windows: windows}}
    champion: {stage: register, reads: {model: model}, with: {name: plant}}
    forecast: {stage: predict, reads: {champion: champion, series: series}}
    """
  let forecasts = edges(try parse(steps)).filter { $0.hasPrefix("forecast") }
  #expect(
    forecasts == [
      "forecast@x ← champion: champion@x, series: series@x",
      "forecast@y ← champion: champion@y, series: series@y",
    ])
}

@Test func `'@a' picks one instance, and brings no instances of its own`() throws {
  let steps =
    sweep.split(separator: "\n").dropLast(2).joined(separator: "\n") + """

      champion: {stage: register, reads: {model: model@96-b}, with: {name: plant}}
      """
  #expect(edges(try parse(steps)).last == "champion ← model: model@96-b")
  #expect(
    message(steps.replacing("model@96-b", with: "model@96-c")).contains(
      "there is no step 'model@96-c'; did you mean 'model@96-a'?"))
}

@Test func `Several steps under one name are each read under a name of their own`() throws {
  let steps = """
    series: {stage: extract}
    windows: {stage: prepare, reads: {series: series}}
    ridge: {stage: train, reads: {windows: windows}}
    gru: {stage: train, reads: {windows: windows}, matrix: {season: [2, 3]}}
    champion: {stage: register, reads: {model: [ridge, "gru@*"]}, with: {name: plant}}
    one: {stage: register, reads: {model: [ridge]}, with: {name: one}}
    """
  let found = edges(try parse(steps))
  #expect(found.contains("champion ← model@ridge: ridge, model@gru@2: gru@2, model@gru@3: gru@3"))
  #expect(found.contains("one ← model: ridge"))
}

private func name(_ step: PipelineFile.Step) -> String? {
  guard case .scalar(let text, _)? = step.settings?["name"]?.content else { return nil }
  return text
}

@Test func `Each instance registers a model of its own`() throws {
  #expect(try parse(sweep).steps.compactMap(name) == ["plant-24", "plant-96"])
  let named = sweep.replacing(
    "{name: plant}}", with: "{name: plant}, matrix: [{as: u, name: x}, {as: v, name: y}]}")
  #expect(try parse(named).steps.compactMap(name) == ["x-24", "y-24", "x-96", "y-96"])
}

// MARK: Overrides

private func setting(_ setting: String, of step: String, _ overrides: [String]) throws -> String? {
  guard case .scalar(let text, _)? = try parse(sweep, overrides).step(step).settings?[setting]?.content else {
    return nil
  }
  return text
}

@Test func `An override of a step is one of all its instances, one of an instance is of that alone`() throws {
  for step in ["windows@24", "windows@96"] {
    #expect(try setting("lookback", of: step, ["windows.lookback=7"]) == "7")
  }
  #expect(try setting("lookback", of: "windows@24", ["windows@24.lookback=7"]) == "7")
  #expect(try setting("lookback", of: "windows@96", ["windows@24.lookback=7"]) == nil)
  #expect(try setting("lookback", of: "windows@24", ["windows@24.lookback=8", "windows.lookback=7"]) == "8")
  #expect(try setting("horizon", of: "windows@24", ["windows@24.horizon=5"]) == "5")
}

@Test func `An override that the matrix would undo is refused`() {
  #expect(
    message(sweep, ["windows.horizon=5"])
      == "--set windows.horizon=5: the matrix of 'windows' gives each instance its own; name one, as in "
      + "windows@24.horizon=…")
  #expect(message(sweep, ["model.model.x=5"]).contains("gives each instance its own"))
  #expect(message(sweep, ["windows@12.horizon=5"]).contains("there is no step 'windows@12'"))
}

@Test func `Names with dots are found, the longest first`() throws {
  let steps = """
    series: {stage: extract}
    series.a: {stage: extract}
    windows: {stage: prepare, reads: {series: series}, matrix: {share: [0.5, 0.25]}}
    """
  let file = try parse(steps, ["series.a.name=x", "windows@0.5.lookback=9", "series.b.name=y"])
  let (long, short) = (try file.step("series.a"), try file.step("series"))
  #expect(name(long) == "x" && name(short) == nil)
  #expect(try file.step("windows@0.5").settings?["lookback"] != nil)
  #expect(try file.step("windows@0.25").settings?["lookback"] == nil)
  #expect(try file.step("series").settings?["b"]?["name"] != nil)
}

// MARK: What is refused

@Test(arguments: [
  ("champion: {stage: register, reads: {model: \"model@*\"}, with: {name: x}}", "which has none"),
  ("champion: {stage: register, reads: {model: []}, with: {name: x}}", "one step"),
  ("champion: {stage: register, reads: {model: model@a}, with: {name: x}}", "there is no step 'model@a'"),
  ("champion: {stage: register, reads: {model: [model, model]}, with: {name: x}}", "not 'model' twice"),
  ("second: {stage: train, reads: {windows: \"windows@*\"}}", "its stage reads one windows only"),
  ("second: {stage: train, reads: {windows: [windows]}}", "its stage reads one windows only"),
])
func `Reads that nothing fits are refused`(line: String, words: String) {
  let steps = """
    series: {stage: extract}
    windows: {stage: prepare, reads: {series: series}}
    model: {stage: train, reads: {windows: windows}}

    """ + line
  #expect(message(steps).hasPrefix("p.yaml:6:") && message(steps).contains(words), "\(message(steps))")
}

@Test func `An instance that is listed beside all of its step is refused`() {
  let steps = sweep.replacing("model: \"model@*\"", with: "model: [\"model@*\", model@24-a]")
  #expect(
    message(steps).contains("steps that are named once each, not 'model@24-a' twice"), "\(message(steps))")
}

@Test func `Two instances that come to one name are refused`() {
  let steps = """
    series: {stage: extract}
    windows: {stage: prepare, reads: {series: series}, matrix: [{as: a, horizon: 1}, {as: a-b, horizon: 2}]}
    model: {stage: train, reads: {windows: windows}, matrix: [{as: c, season: 2}, {as: b-c, season: 3}]}
    """
  #expect(message(steps).contains("two that are both called 'model@a-b-c'"), "\(message(steps))")
}

@Test func `Too many instances are refused, also where matrices multiply each other`() {
  let values = (0..<200).map(String.init).joined(separator: ", ")
  let steps = """
    series: {stage: extract}
    windows: {stage: prepare, reads: {series: series}, matrix: {horizon: [\(values)]}}
    model: {stage: train, reads: {windows: windows}, matrix: {season: [\(values)]}}
    """
  #expect(message(steps).contains("at most 20000 instances, not 200 times 200"), "\(message(steps))")
}

// MARK: One instance without the others

/// Steps at random, each reading those before it.
private func randomSteps(_ random: inout some RandomNumberGenerator) -> String {
  func matrix(_ key: String, _ values: [String]) -> String {
    let chosen = values.filter { _ in Bool.random(using: &random) }
    if chosen.isEmpty || Int.random(in: 0..<3, using: &random) == 0 { return "" }
    let isListed = Bool.random(using: &random)
    return isListed
      ? ", matrix: ["
        + chosen.map { "{as: l\($0.filter(\.isLetter)), \(key): \($0)}" }.joined(separator: ", ") + "]"
      : ", matrix: {\(key): [\(chosen.joined(separator: ", "))]}"
  }
  var lines: [String] = []
  let count = Int.random(in: 1...2, using: &random)
  for place in 0..<count {
    let series = Int.random(in: 0...place, using: &random)
    let windows = Int.random(in: 0...place, using: &random)
    let gathers = [
      "model\(place)", "\"model\(place)@*\"", "[model\(place), model0]", "model\(place)@u",
      "[model\(place)@u, model\(place)@v]",
    ].randomElement(using: &random)
    lines += [
      "series\(place): {stage: extract\(matrix("source.name", ["x-y", "x"]))}",
      "windows\(place): {stage: prepare, reads: {series: series\(series)}, with: {lookback: 3}"
        + "\(matrix("horizon", ["aa", "a", "b-b"]))}",
      "model\(place): {stage: train, reads: {windows: windows\(windows)}\(matrix("set.rate", ["u", "v"]))}",
      "champion\(place): {stage: register, reads: {model: \(gathers ?? "")}, with: {name: m\(place)}}",
      "forecast\(place): {stage: predict, reads: {champion: champion\(place), series: series\(series)}"
        + "\(matrix("history", ["h"]))}",
    ]
  }
  return lines.shuffled(using: &random).joined(separator: "\n")
}

@Test func `One instance alone is the same step as among all, and comes with what it reads`() throws {
  var random = SystemRandomNumberGenerator()
  var compared = 0
  for _ in 0..<300 {
    let steps = randomSteps(&random)
    // '@*' of a step without any matrix is refused, and so are names that meet.
    guard let whole = try? parse(steps) else { continue }
    for step in whole.steps {
      let override = ["\(step.base).extra=1", "\(step.name).own=2"]
      let (all, alone) = (try parse(steps, override), try parse(steps, override, only: step.name))
      let (expected, found) = (try all.step(step.name), try alone.step(step.name))
      #expect(found.reads == expected.reads && found.stage == expected.stage, "\(step.name) of\n\(steps)")
      #expect(
        bytes(found) == bytes(expected) && found.execution == expected.execution, "\(step.name) of\n\(steps)")
      #expect(Set(alone.steps.map(\.name)) == Set(step.reads.map(\.step) + [step.name]))
      for source in alone.steps { #expect(bytes(source) == bytes(try all.step(source.name))) }
      compared += 1
    }
  }
  #expect(compared > 500)
}

private func bytes(_ step: PipelineFile.Step) -> [UInt8] {
  var bytes: [UInt8] = []
  step.settings?.appendContent(to: &bytes)
  return bytes
}
