import Configuration
import Testing

private func parse(_ matrix: String, stage: String = "train") throws -> PipelineFile {
  let text = """
    version: 1
    steps:
      series: {stage: extract}
      windows: {stage: prepare, reads: {series: series}, with: {lookback: 4, horizon: 1, split: {preset: ett-hourly}}}
      model:
        stage: train
        reads: {windows: windows}
        with: {model: baseline/mean, season: 2}
        matrix: \(matrix)
    """
  return try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
}

private func labels(_ matrix: String) throws -> [String] {
  try parse(matrix).steps.map(\.name).filter { $0.hasPrefix("model@") }.map { String($0.dropFirst(6)) }
}

/// The plain texts of an instance's settings, by dotted name.
private func settings(_ step: PipelineFile.Step) -> [String: String] {
  var found: [String: String] = [:]
  func add(_ node: YAMLNode, _ path: String) {
    switch node.content {
    case .scalar(let text, _): found[path] = text
    case .sequence(let elements):
      for (place, element) in elements.enumerated() { add(element, "\(path).\(place)") }
    case .mapping(let entries):
      for entry in entries { add(entry.value, path.isEmpty ? entry.key : path + "." + entry.key) }
    }
  }
  if let node = step.settings { add(node, "") }
  return found
}

@Test func `Lists are combined, the last running fastest`() throws {
  #expect(try labels("{season: [2, 3], model: [a, b, c]}") == ["2-a", "2-b", "2-c", "3-a", "3-b", "3-c"])
}

@Test func `Listed combinations are taken as they are, under names of their own`() throws {
  let matrix = "[{season: 2}, {as: long, season: 9, model: linear/ridge}, {model: linear/ridge}]"
  #expect(try labels(matrix) == ["2", "long", "linear-ridge"])
  let steps = try parse(matrix).steps
  #expect(settings(steps[3]) == ["model": "linear/ridge", "season": "9"])
  #expect(settings(steps[4]) == ["model": "linear/ridge", "season": "2"])
}

@Test func `A dotted key reaches into a mapping and leaves the rest of it`() throws {
  let file = try parse("{training.optimizer.rate: [0.1, 0.01]}")
  #expect(file.steps.map(\.name).suffix(2) == ["model@0.1", "model@0.01"])
  #expect(
    settings(file.steps[3]) == ["model": "baseline/mean", "season": "2", "training.optimizer.rate": "0.01"])
}

@Test(arguments: [
  ("{model: [linear/ridge, Neural Net, x_1.5]}", ["linear-ridge", "neural-net", "x_1.5"]),
  ("{season: [-1, 1e-3]}", ["-1", "1e-3"]), ("{set: [{a: 1}, {a: 2}]}", ["1", "2"]),
  ("{coverages: [[0.5], [0.8, 0.9]]}", ["1", "2"]), ("{model: ['', x]}", ["1", "x"]),
])
func `Labels are values in the characters of names, or numbers`(matrix: String, expected: [String]) throws {
  #expect(try labels(matrix) == expected)
}

@Test(arguments: [
  ("{model: [a/b, a-b]}", "two that are both called 'model@a-b'"),
  ("{model: [A, a]}", "two that are both called 'model@a'"),
  ("[{as: x, season: 2}, {as: x, season: 3}]", "two that are both called 'model@x'"),
  ("{season: [2, 3, 2]}", "two that are both called 'model@2'"),
  ("{season: 2}", "'model.matrix.season' must be a list of values"),
  ("{season: []}", "must be a list of values"),
  ("[]", "lists of values by setting, or a list of combinations"), ("{}", "lists of values by setting"),
  ("3", "lists of values by setting"), ("[3]", "settings with their values"),
  ("[{}]", "settings with their values"),
  ("{a..b: [1]}", "names of settings such as training.epochs"),
  ("[{as: A B, season: 2}]", "'model.matrix.as'"),
  ("[{as: [x], season: 2}]", "'model.matrix.as'"),
])
func `What is no matrix is refused with its place`(matrix: String, words: String) {
  let error = #expect(throws: ConfigurationError.self) { try parse(matrix) }
  #expect(error?.description.hasPrefix("p.yaml:9:") == true, "\(String(describing: error))")
  #expect(error?.description.contains(words) == true, "\(String(describing: error))")
}

@Test func `More combinations than anybody means are refused before they are made`() throws {
  let hundred = (0..<100).map(String.init).joined(separator: ", ")
  #expect(try labels("{a: [\(hundred)], b: [\(hundred)]}").count == 10_000)
  let error = #expect(throws: ConfigurationError.self) {
    try parse("{a: [\(hundred)], b: [\(hundred)], c: [\(hundred)], d: [\(hundred)], e: [\(hundred)]}")
  }
  #expect(error?.description.contains("at most 20000 combinations") == true)
}
