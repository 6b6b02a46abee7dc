import Artifacts
import Evaluation
import Foundation
import Forecasting
import TestSupport
import Testing

@testable import train

private func test(_ baseline: Baseline, _ losses: [Double], against others: [Double]) -> Scores.BaselineTest {
  let times = losses.indices.map { Int64($0) * 3_600_000 }
  return Scores.BaselineTest(
    baseline: baseline, levels: SkillTest(losses, against: others, times: times, overlap: 2), transformed: nil
  )
}

private let noise = (0..<200).map { Double($0 * 7919 % 101) / 101 }

@Test func `What may be claimed follows from the tests of skill alone`() {
  let (low, high) = (noise.map { 1 + $0 }, noise.reversed().map { 3 + $0 })
  #expect(Verdict(on: "m", [test(.repeat, low, against: high)]) == .better)
  #expect(Verdict(on: "m", [test(.repeat, high, against: low)]) == .worse(than: ["repeat"]))
  #expect(Verdict(on: "m", []) == .none)
  #expect(Verdict(on: "baseline/repeat", [test(.repeat, low, against: low)]) == .none)
  // Better by a hair, and for so short a time that nothing can be told.
  let few = Verdict(
    on: "m", [test(.mean, Array(noise[..<6]), against: noise[..<6].map { $0 + 0.01 })])
  #expect(few == .unsure(against: ["mean"], .tooFew(windows: 6, needed: 10)))
  #expect(few.words(of: "m")?.contains("cannot be told: 6 times of windows, and the test needs 10") == true)
  let luck = Verdict(on: "m", [test(.repeat, noise, against: noise.reversed().map { $0 + 0.001 })])
  #expect(luck == .unsure(against: ["repeat"], nil))
}

@Test func `A model is judged again by its own windows with the same figures`() throws {
  let workspace = try Workspace()
  #expect(try workspace.run("pipeline", ["run"]).status == 0)
  let manifest = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "model").manifest
  let result = try workspace.run(
    "train", ["--evaluate", "artifacts/model", "--windows", "artifacts/windows", "--json"])
  #expect(result.status == 0, "\(result.error)")
  let json = try JSON(parsing: result.output)
  let metrics = try #require(json["metrics"]?.object)
  #expect(!metrics.isEmpty)
  for (name, value) in metrics { #expect(manifest.metrics[name] == value.number, "\(name)") }
  #expect(json["warnings"]?.array?.isEmpty == true)

  let seen = try workspace.run(
    "train",
    [
      "--evaluate", "artifacts/model", "--windows", "artifacts/windows", "--split", "train", "--report",
      "r.html",
    ])
  #expect(seen.status == 0 && seen.output.contains("is no test"), "\(seen.error)")
  #expect(try workspace.folder.read("r.html").contains("is no test"))
}

@Test func `Windows with other numbers in their transforms judge a model by its own`() throws {
  let workspace = try Workspace()
  try workspace.replace("horizon: 4,", by: "horizon: 4, transforms: [standardize],", in: "pipeline.yaml")
  #expect(try workspace.run("pipeline", ["run"]).status == 0)
  let before = try workspace.run(
    "train", ["--evaluate", "artifacts/model", "--windows", "artifacts/windows", "--json"])
  // Another split: the scales are learnt from other rows.
  try workspace.replace(
    "train: 0.6, validation: 0.2, test: 0.2", by: "train: 0.5, validation: 0.3, test: 0.2",
    in: "pipeline.yaml")
  #expect(try workspace.run("pipeline", ["run", "windows"]).status == 0)
  let after = try workspace.run(
    "train", ["--evaluate", "artifacts/model", "--windows", "artifacts/windows", "--json"])
  #expect(after.status == 0, "\(after.error)")
  let (one, other) = (
    try JSON(parsing: before.output), try JSON(parsing: after.output)
  )
  // The same test windows, and the same model.
  let (first, second) = (
    try #require(one["metrics"]?["test/mse"]?.number), try #require(other["metrics"]?["test/mse"]?.number)
  )
  #expect(abs(first / second - 1) < 1e-5)
}

@Test func `The page of a model is there, loads nothing and is the same bytes again`() throws {
  var pages: [String] = []
  for _ in 0..<2 {
    let workspace = try Workspace()
    #expect(try workspace.run("pipeline", ["run", "model"]).status == 0)
    pages.append(try workspace.folder.read("artifacts/model/current/report.html"))
  }
  #expect(pages[0] == pages[1])
  for word in ["Worth", "By step", "Residuals", "Intervals", "Configuration", "Lineage", "beaten by"] {
    #expect(pages[0].contains(word), "\(word)")
  }
  #expect(!pages[0].contains("<script") && !pages[0].contains("http://") && !pages[0].contains("https://"))
}
