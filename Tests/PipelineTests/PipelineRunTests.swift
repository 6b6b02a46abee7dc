import Artifacts
import Foundation
import TestSupport
import Testing

@Test func `The shipped pipeline runs, ends in a forecast, and a second run executes nothing`() throws {
  let workspace = try Workspace()
  let shipped = try Disk.read(Programs.repository + "/pipeline.yaml")
  try workspace.folder.write(String(decoding: shipped, as: UTF8.self), to: "pipeline.yaml")
  let first = try workspace.run("pipeline", ["run"])
  #expect(first.status == 0, "\(first.error)")
  #expect(first.output.contains("skill over repeat +") && first.error.contains("5 ran"))
  let second = try workspace.run("pipeline", ["run"])
  #expect(second.status == 0 && second.output.isEmpty && second.error.hasPrefix("5 fresh"))
  for file in ["forecast.csv", "forecast.svg", "forecast.npy", "quantiles.npy"] {
    #expect(Disk.exists(workspace.path + "/artifacts/forecast/current/" + file))
  }
  let widest =
    first.output.split(separator: "\n").filter { !$0.contains("artifacts/") }.map(\.count).max() ?? 0
  #expect(widest <= 80, "\(widest) columns")
}

@Test func `Each stage by hand makes what the orchestrator makes`() throws {
  let workspace = try Workspace()
  for (program, step) in zip(["extract", "prepare", "train", "register", "predict"], Workspace.steps) {
    let result = try workspace.run(program, ["--json"])
    #expect(result.status == 0, "\(result.error)")
    let json = try JSON(parsing: result.output)
    #expect(json["step"]?.string == step && json["state"] == "published")
  }
  #expect(try workspace.pipeline().fresh == Workspace.steps)
  let byHand = try workspace.digests()
  #expect(try workspace.pipeline(["--artifacts", "other"]).ran == Workspace.steps)
  #expect(try workspace.digests(artifacts: "other") == byHand)
}

@Test func `Two folders and any number of threads give the same bytes`() throws {
  let (one, two) = (try Workspace(), try Workspace())
  #expect(try one.pipeline(["--threads", "1"]).code == 0)
  #expect(try two.pipeline(["--threads", "2"]).code == 0)
  #expect(try one.digests() == two.digests())
  #expect(try one.pipeline(["--threads", "3", "--force", "model", "--force", "forecast"]).code == 0)
  #expect(try one.digests() == two.digests())
}

@Test func `A changed setting runs what depends on it, and back again runs nothing`() throws {
  let workspace = try Workspace()
  #expect(try workspace.pipeline().ran == Workspace.steps)
  let before = try workspace.digests()
  #expect(
    try workspace.pipeline(["--set", "windows.horizon=6"]).ran == [
      "windows", "model", "champion", "forecast",
    ])
  let back = try workspace.pipeline()
  #expect(back.ran.isEmpty && back.restored == ["windows", "model", "champion", "forecast"])
  #expect(try workspace.digests() == before)
  #expect(try workspace.pipeline().fresh == Workspace.steps)
  #expect(try workspace.pipeline(["--set", "forecast.history=30"]).ran == ["forecast"])
  #expect(try workspace.pipeline(["--set", "model.set.penalties=[1]"]).ran.first == "model")
}

@Test func `A touched file runs nothing, and a changed value runs what its bytes change`() throws {
  let workspace = try Workspace()
  _ = try workspace.pipeline()
  try FileManager.default.setAttributes(
    [.modificationDate: Date(timeIntervalSince1970: 2_000_000_000)],
    ofItemAtPath: workspace.path + "/data.csv")
  #expect(try workspace.pipeline().fresh == Workspace.steps)
  // The last row is the newest: training does not see it, the forecast does.
  let lines = try workspace.folder.read("data.csv").split(separator: "\n")
  try workspace.folder.write(
    (lines.dropLast() + ["2024-01-10 03:00:00,99,99"]).joined(separator: "\n") + "\n", to: "data.csv")
  #expect(try workspace.pipeline().ran == ["series", "windows", "model", "champion", "forecast"])
  // A number written differently is the same number, so everything behind the series stays fresh.
  try workspace.replace(",99,99", by: ",99.0,9.9e1", in: "data.csv")
  let spelled = try workspace.pipeline()
  #expect(spelled.ran == ["series"] && spelled.fresh == ["windows", "model", "champion", "forecast"])
}

@Test func `A run that was stopped by an error goes on where it stopped`() throws {
  let workspace = try Workspace()
  let failed = try workspace.run("pipeline", ["run", "--set", "windows.lookback=300"])
  #expect(failed.status == 65 && failed.error.contains("too few rows for a window"))
  #expect(try workspace.pipeline().ran == ["windows", "model", "champion", "forecast"])
}

@Test func `Status, dry run and explain say what would happen, and do nothing`() throws {
  let workspace = try Workspace()
  #expect(try workspace.run("pipeline", ["status", "--exit-code"]).status == 1)
  #expect(
    try workspace.run("pipeline", ["run", "--dry-run"]).output.contains("series    run  never ran"))
  #expect(!Disk.exists(workspace.path + "/artifacts/series"))
  _ = try workspace.pipeline()
  #expect(try workspace.run("pipeline", ["status", "--exit-code"]).status == 0)
  let explained = try workspace.run("pipeline", ["explain", "model", "--set", "windows.horizon=6"]).output
  #expect(explained.contains("windows: run") && explained.contains("with.horizon 4 → 6"))
  #expect(
    try workspace.run("pipeline", ["status", "windows", "--set", "windows.horizon=6", "--json"]).output
      .contains("\"state\":\"run\""))
  #expect(
    try workspace.run("pipeline", ["graph"]).output.hasPrefix("series (extract)\n└─ windows (prepare)\n"))
}

@Test func `A refused model is no champion, and what it leaves behind is the reason`() throws {
  let workspace = try Workspace()
  let refused = try workspace.run("pipeline", ["run", "--set", "model.model=baseline/repeat"])
  #expect(refused.status == 78)
  #expect(
    refused.error.contains("'plant' was refused: test/mse")
      && refused.error.contains("nothing was registered"))
  #expect(workspace.results(of: "champion").isEmpty)
  #expect(try workspace.folder.read("artifacts/registry/plant/log.jsonl").contains("\"op\":\"refuse\""))
  let early = try workspace.run("predict")
  #expect(
    early.status == 66
      && early.error.contains("the registry has no champion of model 'plant'; run: bin/pipeline run champion")
  )
  #expect(try workspace.pipeline().ran == ["model", "champion", "forecast"])
}

@Test func `Runs at the same time make one result, and all succeed`() async throws {
  let workspace = try Workspace()
  let path = workspace.path
  let codes = await withTaskGroup(of: Int32.self) { group in
    for _ in 0..<6 { group.addTask { (try? Programs.run("pipeline", ["run"], in: path).status) ?? -1 } }
    return await group.reduce(into: [Int32]()) { $0.append($1) }
  }
  #expect(codes == [0, 0, 0, 0, 0, 0])
  for step in Workspace.steps { #expect(workspace.results(of: step).count == 1, "\(step)") }
  #expect(try workspace.pipeline().fresh == Workspace.steps)
}

@Test func `A verdict whose registry is gone is given anew`() throws {
  let workspace = try Workspace()
  _ = try workspace.pipeline()
  Disk.remove(workspace.path + "/artifacts/registry")
  #expect(try workspace.pipeline().ran == ["champion"])
  #expect(try workspace.pipeline().fresh == Workspace.steps)
}

@Test func `Daily rows of a market that closes on weekends are told of the calendar they need`() throws {
  let workspace = try Workspace()
  let days = ["03", "04", "05", "06", "07", "10", "11", "12"]
  let rows = days.map { "2022-01-\($0),\(100 + $0.count)" }.joined(separator: "\n")
  try workspace.folder.write("day,price\n" + rows + "\n", to: "days.csv")
  let pipeline = """
    version: 1
    steps:
      series: {stage: extract, with: {source: {kind: csv, path: days.csv, time: day}}}
    """
  try workspace.folder.write(pipeline, to: "pipeline.yaml")
  #expect(try workspace.run("extract", []).output.contains("'calendar: weekdays'"))
  let named = try workspace.run("extract", ["--set", "calendar=weekdays"])
  #expect(named.output.contains("no gaps") && !named.output.contains("calendar:"))
}
