import Artifacts
import Foundation
import TestSupport
import Testing

@Test func `A workspace is looked after: verified, shown, told, drawn and cleared, and stays fresh`() throws {
  let workspace = try Workspace()
  for horizon in ["4", "5", "6"] {
    #expect(try workspace.pipeline(["--set", "windows.horizon=\(horizon)"]).code == 0)
  }
  #expect(try workspace.pipeline().restored.first == "windows")

  let whole = try workspace.run("pipeline", ["verify", "--deep"])
  #expect(whole.status == 0 && whole.output.isEmpty && whole.error.contains("all whole"), "\(whole.output)")

  let shown = try workspace.run("pipeline", ["show", "plant@1"])
  #expect(shown.status == 0 && shown.output.contains("linear/ridge"), "\(shown.error)")
  #expect(shown.output.contains("source.path: file from outside"))

  let log = try workspace.run("pipeline", ["log", "last", "model"])
  // The newest run restored the model, and ran nothing.
  #expect(log.status != 0 && log.error.contains("did not run then"), "\(log.error)")
  #expect(try workspace.run("pipeline", ["log"]).output.split(separator: "\n").count == 5)
  #expect(try workspace.run("pipeline", ["log", "modle"]).error.contains("did you mean 'model'?"))

  let svg = try workspace.run("pipeline", ["graph", "--format", "svg"])
  #expect(svg.status == 0 && svg.output.hasPrefix("<svg") && svg.output.contains("predict · fresh"))

  let before = workspace.results(of: "model").count
  let plan = try workspace.run("pipeline", ["gc", "--keep", "0", "--younger-than", "0"])
  #expect(plan.status == 0 && plan.output.contains("would go") && plan.error.contains("--delete does it"))
  #expect(workspace.results(of: "model").count == before && before == 3)
  let swept = try workspace.run("pipeline", ["gc", "--keep", "0", "--younger-than", "0", "--delete"])
  #expect(swept.status == 0, "\(swept.error)")
  #expect(workspace.results(of: "model").count == 1)
  #expect(try workspace.pipeline().fresh == Workspace.steps)
  #expect(try workspace.run("pipeline", ["verify", "--deep"]).status == 0)
}

@Test func `A flag or word that would do nothing is refused, and what was not made yet says so`() throws {
  let workspace = try Workspace()
  #expect(try workspace.pipeline(["series"]).code == 0)
  for arguments in [
    ["gc", "--set", "windows.horizon=3"], ["diff", "series", "--set", "windows.horizon=3"],
    ["log", "last", "--output"], ["log", "series", "windows"], ["graph", "--json", "--format", "svg"],
  ] {
    #expect(try workspace.run("pipeline", arguments).status == 2, "\(arguments)")
  }
  let shown = try workspace.run("pipeline", ["show", "model"])
  #expect(shown.status == 66 && shown.error.contains("run model"), "\(shown.error)")
  let graph = try JSON(parsing: try workspace.run("pipeline", ["graph", "--json"]).output)
  #expect(graph["steps"]?.array?.first { $0["step"] == "windows" }?["reads"] == ["series"])
}

@Test func `A damaged result is named with its remedy, which mends it`() throws {
  let workspace = try Workspace()
  _ = try workspace.pipeline()
  let file = try workspace.current("windows") + "/features.npy"
  try workspace.folder.flipBit(3, ofByte: 400, in: file)
  #expect(try workspace.run("pipeline", ["verify"]).status == 0)
  let found = try workspace.run("pipeline", ["verify", "--deep"])
  #expect(found.status == 65 && found.output.contains("damage: \(file)"), "\(found.output)")
  #expect(found.output.contains("bin/pipeline run --force windows"))
  #expect(try workspace.pipeline(["--force", "windows"]).code == 0)
  #expect(try workspace.run("pipeline", ["verify", "--deep"]).status == 0)
}

@Test func `The doctor finds a healthy workspace healthy and a missing program missing`() throws {
  let workspace = try Workspace()
  let result = try workspace.run("pipeline", ["doctor", "--json"])
  let json = try JSON(parsing: result.output)
  #expect(result.status == 0 && json["problems"] == 0, "\(result.output)")
  #expect(Disk.names(in: workspace.path + "/artifacts").isEmpty)
  for program in ["extract", "prepare", "train", "register", "predict", "pipeline"] {
    #expect(try workspace.run(program, ["--version"]).output.hasPrefix(program + " "))
  }
  try FileManager.default.copyItem(
    atPath: Programs.folder + "/pipeline", toPath: workspace.path + "/pipeline")
  let alone = try Programs.run(workspace.path + "/pipeline", ["doctor"], in: workspace.path)
  #expect(alone.status == 74 && alone.output.contains("make build"))
}
