import Artifacts
import Foundation
import TestSupport
import Testing

/// What a run said of itself.
private struct RunResult {
  let status: Int32
  let json: JSON
  let error: String

  init(_ workspace: Workspace, _ arguments: [String] = []) throws {
    let result = try workspace.run("pipeline", ["run", "--json"] + arguments)
    (status, error) = (result.status, result.error)
    json = try JSON(parsing: result.output)
  }

  func steps(_ name: String) -> [String] { json[name]?.strings ?? [] }
  var failed: [String] { json["failed"]?.array?.compactMap { $0["step"]?.string } ?? [] }
  var isQuiet: Bool {
    status == 0 && steps("ran").isEmpty && steps("restored").isEmpty && !steps("fresh").isEmpty
  }
}

// MARK: Matrices

@Test func `A pipeline with a matrix runs, each instance registers a model of its own, and runs alone`()
  throws
{
  let workspace = try Workspace()
  try workspace.replace(
    "with: {model: linear/ridge}",
    by: "with: {model: linear/ridge}\n    matrix: {set.penalties: [[1], [1000]]}",
    in: "pipeline.yaml")
  let behind = ["model", "champion", "forecast"].flatMap { [$0 + "@1", $0 + "@2"] }
  let first = try RunResult(workspace, ["-j", "2"])
  #expect(
    first.status == 0 && Set(first.steps("ran")) == Set(["series", "windows"] + behind), "\(first.error)")
  for model in ["plant-1", "plant-2"] {
    #expect(Disk.exists(workspace.path + "/artifacts/registry/\(model)/versions/000001/manifest.json"))
  }
  #expect(try RunResult(workspace).isQuiet)
  for (program, step) in [("train", "model@2"), ("register", "champion@1"), ("predict", "forecast@2")] {
    let alone = try workspace.run(program, ["--step", step, "--json"])
    #expect(try JSON(parsing: alone.output)["state"] == "fresh", "\(alone.error)")
  }
  let changed = try RunResult(workspace, ["--set", "model@1.season=12"]).steps("ran")
  #expect(changed.first == "model@1" && !changed.contains("model@2"))
}

@Test func `Of all instances the one that validation likes best is registered`() throws {
  let workspace = try Workspace()
  try workspace.replace(
    "with: {model: linear/ridge}", by: "matrix: {model: [linear/ridge, baseline/drift]}", in: "pipeline.yaml")
  try workspace.replace("reads: {model: model}", by: "reads: {model: \"model@*\"}", in: "pipeline.yaml")
  let run = try workspace.run("pipeline", ["run"])
  #expect(run.status == 0 && run.output.contains("chosen by validation/mse"), "\(run.error)")
  let verdict = try ArtifactStore(root: workspace.path + "/artifacts").current(of: "champion").manifest
  #expect(verdict.inputs.map(\.name).sorted() == ["model@baseline-drift", "model@linear-ridge"])
  let figures = verdict.facts["candidates"]?.array?.compactMap { $0["figure"]?.number } ?? []
  #expect(figures.count == 2 && figures[1] < figures[0])
}

// MARK: Parts of a pipeline

@Test func `Only and downstream run what they say, on what is there`() throws {
  let workspace = try Workspace()
  let early = try workspace.run("pipeline", ["run", "--only", "windows"])
  #expect(early.status == 66 && early.error.contains("step 'series' has published nothing yet"))
  #expect(try RunResult(workspace).status == 0)
  let change = ["--set", "windows.horizon=6"]
  #expect(try RunResult(workspace, ["--only", "model"] + change).isQuiet)
  #expect(try RunResult(workspace, ["--only", "windows"] + change).steps("ran") == ["windows"])
  let down = try RunResult(workspace, ["--downstream", "model"] + change)
  #expect(down.steps("ran") == ["model", "champion", "forecast"] && down.steps("fresh").isEmpty)
  #expect(try RunResult(workspace, change).isQuiet)
}

@Test func `Keep going finishes what does not read a failed step, and names what waits`() throws {
  let workspace = try Workspace()
  try workspace.replace(
    "with: {lookback: 24, ", by: "matrix: {lookback: [300, 24]}\n    with: {", in: "pipeline.yaml")
  let result = try RunResult(workspace, ["-k"])
  #expect(result.status == 65 && result.failed == ["windows@300"])
  #expect(result.steps("ran") == ["series", "windows@24", "model@24", "champion@24", "forecast@24"])
  #expect(result.steps("blocked") == ["model@300", "champion@300", "forecast@300"])
  let stopped = try RunResult(workspace, ["-j", "1"])
  #expect(stopped.status == 65 && stopped.failed == ["windows@300"] && stopped.steps("ran").isEmpty)
}

// MARK: What must run nothing

@Test func `A touch, a comment, another order, another folder and a lost memory run nothing`() throws {
  let workspace = try Workspace()
  #expect(try RunResult(workspace).status == 0)
  for seconds in [1.0, 4e9] {
    let date = Date(timeIntervalSince1970: seconds)
    try FileManager.default.setAttributes(
      [.modificationDate: date], ofItemAtPath: workspace.path + "/data.csv")
    #expect(try RunResult(workspace).isQuiet)
  }
  let written = try workspace.folder.read("pipeline.yaml")
  try workspace.folder.write(
    "# a comment\n" + written.replacingOccurrences(of: "  windows:", with: "  # why\n  windows:"),
    to: "pipeline.yaml")
  #expect(try RunResult(workspace).isQuiet)
  let blocks = written.components(separatedBy: "\n  ").reduce(into: [String]()) { blocks, line in
    if line.hasPrefix("  ") { blocks[blocks.count - 1] += "\n  " + line } else { blocks.append(line) }
  }
  let reordered = [blocks[0]] + blocks.dropFirst().reversed()
  try workspace.folder.write(reordered.joined(separator: "\n  ") + "\n", to: "pipeline.yaml")
  #expect(try RunResult(workspace).isQuiet)
  Disk.remove(workspace.path + "/artifacts/journal")
  #expect(try RunResult(workspace).isQuiet)
  let moved = workspace.path + "/moved"
  try Disk.createDirectory(moved)
  for name in ["artifacts", "data.csv", "pipeline.yaml", "models"] {
    try Disk.rename(workspace.path + "/" + name, to: moved + "/" + name)
  }
  let elsewhere = try Programs.run("pipeline", ["run", "--json"], in: moved)
  #expect(try JSON(parsing: elsewhere.output)["fresh"]?.strings?.count == 5, "\(elsewhere.error)")
}

// MARK: Edits while a step runs

/// The process of a program that works in a folder.
private func process(of program: String, in folder: String) -> String? {
  let folder = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
  return Disk.names(in: "/proc").first { name in
    name.first?.isNumber == true
      && Disk.destination(ofLink: "/proc/\(name)/exe")?.hasSuffix("/" + program) == true
      && Disk.destination(ofLink: "/proc/\(name)/cwd") == folder
  }
}

/// A run in a thread of its own, because tests share few.
///
/// A class, because it guards what the thread leaves behind.
private final class RunInBackground: @unchecked Sendable {
  private let ended = DispatchSemaphore(value: 0)
  private var result: Result<Programs.Result, any Error>?

  init(_ arguments: [String], in folder: String) {
    Thread.detachNewThread { [self] in
      result = Result { try Programs.run("pipeline", ["run"] + arguments, in: folder) }
      ended.signal()
    }
  }

  func json() throws -> JSON {
    ended.wait()
    return try JSON(parsing: try #require(try result?.get()).output)
  }
}

/// Runs the pipeline while the test holds a lock that the program of `series` waits for.
///
/// It has looked at its file then. `edit` is given the number of its process and a way to let it go on.
private func runWaiting(
  _ workspace: Workspace, _ edit: (_ process: String, _ release: () -> Void) throws -> Void
) throws -> JSON {
  let store = ArtifactStore(root: workspace.path + "/artifacts")
  try Disk.createDirectory(store.directory(of: "series"))
  let lock = open(store.directory(of: "series") + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
  flock(lock, LOCK_EX)
  var isHeld = true
  let release = {
    if isHeld { close(lock) }
    isHeld = false
  }
  defer { release() }
  let run = RunInBackground(["series", "--json"], in: workspace.path)
  let logs = store.root + "/journal/logs"
  let isWaiting = {
    Disk.names(in: logs).contains { run in
      let log = (try? Disk.read("\(logs)/\(run)/series.log")) ?? []
      return String(decoding: log, as: UTF8.self).contains("waiting for another run")
    }
  }
  for _ in 0..<4000 where !isWaiting() { usleep(5000) }
  try edit(try #require(process(of: "extract", in: workspace.path)), release)
  release()
  return try run.json()
}

private func recordedFile(_ workspace: Workspace) throws -> Digest? {
  try ArtifactStore(root: workspace.path + "/artifacts").current(of: "series").manifest.inputs.first?.digest
}

@Test func `A file that is edited before it is read is filed under what was read`() throws {
  let workspace = try Workspace()
  let before = try Disk.digest(of: workspace.path + "/data.csv")
  let json = try runWaiting(workspace) { _, release in
    try workspace.folder.write(Workspace.csv(rows: 230), to: "data.csv")
    release()
  }
  let after = try Disk.digest(of: workspace.path + "/data.csv")
  #expect(before != after && json["ran"]?.strings == ["series"] && json["staleAgain"]?.strings == [])
  #expect(try recordedFile(workspace) == after)
  #expect(try RunResult(workspace, ["series"]).isQuiet)
}

@Test func `A file that is edited after it was opened leaves its step stale, and the run says so`()
  async throws
{
  for _ in 0..<20 {
    let workspace = try Workspace(rows: 8000)
    try workspace.folder.write(Workspace.csv(rows: 8001), to: "new.csv")
    let before = try Disk.digest(of: workspace.path + "/data.csv")
    var wasOpen = false
    let json = try runWaiting(workspace) { process, release in
      release()
      let folder = "/proc/\(process)/fd"
      let isOpen = {
        Disk.names(in: folder).contains {
          Disk.destination(ofLink: folder + "/" + $0)?.hasSuffix("/data.csv") == true
        }
      }
      while !wasOpen, Disk.exists(folder), !Disk.names(in: folder).isEmpty { wasOpen = isOpen() }
      try Disk.rename(workspace.path + "/new.csv", to: workspace.path + "/data.csv")
    }
    // Sometimes the program is done before anybody sees the file open in it.
    guard wasOpen, try recordedFile(workspace) == before, json["staleAgain"]?.strings != [] else { continue }
    #expect(json["ran"]?.strings == ["series"] && json["staleAgain"]?.strings == ["series"])
    #expect(try workspace.run("pipeline", ["status", "series", "--exit-code"]).status == 1)
    #expect(try RunResult(workspace, ["series"]).steps("ran") == ["series"])
    #expect(try RunResult(workspace, ["series"]).isQuiet)
    return
  }
  Issue.record("no edit fell into a run")
}
