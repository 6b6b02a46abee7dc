import Configuration
import Orchestration
import Testing

private let text = """
  version: 1
  steps:
    forecast: {stage: predict, reads: {champion: champion, series: series}}
    series: {stage: extract}
    other: {stage: extract}
    windows: {stage: prepare, reads: {series: series}}
    wide: {stage: prepare, reads: {series: other}}
    model: {stage: train, reads: {windows: windows}, matrix: {model: [a, b]}}
    champion: {stage: register, reads: {model: "model@*"}, with: {name: x}}
  """

private func steps(_ targets: [String], _ extent: Selection.Extent = .upstream) throws -> [String] {
  let pipeline = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
  return try Selection(targets: targets, extent: extent).steps(of: pipeline).map(\.name)
}

@Test func `Without targets all steps are meant, whatever the extent`() throws {
  let all = ["series", "windows", "model@a", "model@b", "champion", "forecast", "other", "wide"]
  for extent in [Selection.Extent.upstream, .only, .downstream] { #expect(try steps([], extent) == all) }
}

@Test(arguments: [
  (["windows"], ["series", "windows"]), (["model@b"], ["series", "windows", "model@b"]),
  (["model"], ["series", "windows", "model@a", "model@b"]), (["series"], ["series"]),
  (["champion", "wide"], ["series", "windows", "model@a", "model@b", "champion", "other", "wide"]),
])
func `Targets bring all that they read`(targets: [String], expected: [String]) throws {
  #expect(try steps(targets) == expected)
}

@Test(arguments: [
  (["windows"], ["windows", "model@a", "model@b", "champion", "forecast"]), (["wide"], ["wide"]),
  (["model@b"], ["model@b", "champion", "forecast"]), (["other"], ["other", "wide"]),
])
func `Downstream brings all that reads them, and not what that reads besides`(
  targets: [String], expected: [String]
) throws {
  #expect(try steps(targets, .downstream) == expected)
}

@Test func `Only brings nothing, and a step with a matrix is all its instances`() throws {
  #expect(try steps(["forecast"], .only) == ["forecast"])
  #expect(try steps(["model"], .only) == ["model@a", "model@b"])
}

@Test(arguments: ["windws", "model@c", "model@", "windows@a"])
func `A target that is no step is refused`(target: String) {
  #expect(throws: ConfigurationError.self) { try steps([target]) }
}
