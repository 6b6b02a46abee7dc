import Artifacts
import Configuration
import Foundation
import TestSupport
import Testing

private func step(_ variables: [String]) throws -> PipelineFile.Step {
  let text =
    "version: 1\nsteps:\n  series: {stage: extract, environment: [\(variables.joined(separator: ", "))]}\n"
  return try PipelineFile(parsing: Array(text.utf8), path: "p.yaml").steps[0]
}

@Test func `A child gets what all programs need, what its step declares, and nothing else`() throws {
  for name in ["STEP_TEST_DECLARED", "STEP_TEST_SECRET", "STEP_TEST_OTHER"] {
    ProcessEnvironment.set(name, to: "value of \(name)")
  }
  ProcessEnvironment.set("CANDLEWICK_STEP_TEST", to: "ours")
  let child = StepEnvironment.ofChild(
    try step(["STEP_TEST_DECLARED", "STEP_TEST_NOT_SET"]), secrets: ["STEP_TEST_SECRET"],
    additions: ["STEP_TEST_ADDED": "x"])
  #expect(child["STEP_TEST_DECLARED"] == "value of STEP_TEST_DECLARED")
  #expect(child["STEP_TEST_SECRET"] == "value of STEP_TEST_SECRET" && child["STEP_TEST_ADDED"] == "x")
  #expect(child["STEP_TEST_OTHER"] == nil && child["STEP_TEST_NOT_SET"] == nil)
  #expect(
    child["PATH"] == ProcessInfo.processInfo.environment["PATH"] && child["CANDLEWICK_STEP_TEST"] == "ours")
}

@Test func `Language and time zone are the same for every child`() throws {
  let child = StepEnvironment.ofChild(try step([]), secrets: [], additions: [:])
  #expect(child["LC_ALL"] == "C" && child["TZ"] == "UTC" && child["LANG"] == nil)
}

@Test func `What is added stands above what is passed on`() throws {
  let child = StepEnvironment.ofChild(try step([]), secrets: [], additions: ["PATH": "/bin"])
  #expect(child["PATH"] == "/bin")
}

@Test func `The key counts the digest of a declared variable's value, never the value`() throws {
  ProcessEnvironment.set("STEP_TEST_VALUE", to: "hunter2")
  let declared = try step(["STEP_TEST_VALUE", "STEP_TEST_NOT_SET"])
  #expect(
    Platform.facts(for: declared) == [
      "environment.STEP_TEST_VALUE": Digest(of: "hunter2").hex, "environment.STEP_TEST_NOT_SET": "not set",
    ])
  ProcessEnvironment.set("STEP_TEST_VALUE", to: "")
  #expect(Platform.facts(for: declared)["environment.STEP_TEST_VALUE"] == Digest(of: "").hex)
  #expect(Platform.facts(for: try step([])).isEmpty)
}
