import Artifacts
import Configuration
import Foundation
import TestSupport
import Testing

/// A pipeline whose names are none for Kubernetes.
private func workspaceWithInstances() throws -> Workspace {
  let workspace = try Workspace()
  try workspace.replace(
    "    stage: predict",
    by: "    stage: predict\n    matrix: [{as: short.1, history: 10}, {as: long_2, history: 20}]",
    in: "pipeline.yaml")
  return workspace
}

/// The files of all current results but the records of the runs, with their digests.
private func results(of workspace: Workspace) throws -> [String: Digest] {
  var digests: [String: Digest] = [:]
  for step in ["series", "windows", "model", "champion", "forecast@short.1", "forecast@long_2"] {
    let folder = workspace.path + "/artifacts/\(step)/current"
    for name in Disk.names(in: folder) where name != "run.json" {
      digests["\(step)/\(name)"] = try Disk.digest(of: folder + "/" + name)
    }
  }
  return digests
}

private let kubernetes = ["export", "kubernetes", "--image", "registry/candlewick:1", "--claim", "workspace"]

@Test func `Exported jobs, run one by one as processes of their own, end with the bytes of a run`() throws {
  let (whole, parts) = (try workspaceWithInstances(), try workspaceWithInstances())
  #expect(try whole.run("pipeline", ["run"]).status == 0)
  let export = try parts.run("pipeline", kubernetes + ["--programs", Programs.folder])
  #expect(export.status == 0, "\(export.error)")
  let documents = export.output.components(separatedBy: "---\n")
  #expect(documents.count == 7)
  for document in documents.dropFirst() {
    let job = try YAMLReader.read(Array(document.utf8), file: "jobs.yaml")
    let container = try #require(job["spec"]?["template"]?["spec"]?["containers"]?.elements.first)
    let command = ["command", "args"].flatMap { container[$0]?.elements.compactMap(\.text) ?? [] }
    let variables = (container["env"]?.elements ?? []).compactMap { entry in
      entry["name"]?.text.flatMap { name in entry["value"]?.text.map { (name, $0) } }
    }
    let result = try parts.run(
      try #require(command.first), Array(command.dropFirst()),
      environment: Dictionary(uniqueKeysWithValues: variables))
    #expect(result.status == 0, "\(command): \(result.error)")
  }
  let found = try results(of: parts)
  #expect(try found == results(of: whole) && found.count > 30)
  #expect(try parts.run("pipeline", ["status", "--exit-code"]).status == 0)
}

@Test func `An exported crontab's steps, run by the shell, end with the bytes of a run`() throws {
  let (whole, parts) = (try workspaceWithInstances(), try workspaceWithInstances())
  for (workspace, flags) in [(whole, []), (parts, ["--per-step"])] {
    let export = try workspace.run("pipeline", ["export", "cron", "--every", "1h"] + flags)
    let line = try #require(export.output.split(separator: "\n").last)
    #expect(line.hasPrefix("0 * * * * cd "), "\(export.output) \(export.error)")
    let command = line.dropFirst("0 * * * * ".count).replacingOccurrences(of: "\\%", with: "%")
    // As cron does it: somewhere else, with hardly any environment.
    let result = try Programs.run(
      "/usr/bin/env", ["-i", "/bin/sh", "-c", command], in: NSTemporaryDirectory())
    let log = try? workspace.folder.read("artifacts/journal/cron.log")
    #expect(result.status == 0, "\(log?.suffix(300) ?? "")")
  }
  let found = try results(of: parts)
  #expect(try found == results(of: whole) && found.count > 30)
}

@Test func `Hours are counted in UTC, and a time zone that was asked for is written`() throws {
  let workspace = try Workspace()
  func cron(_ flags: String...) throws -> String {
    try workspace.run("pipeline", ["export", "cron"] + flags).output
  }
  #expect(try cron("--every", "4h", "--time-zone", "Europe/Berlin").contains("\nCRON_TZ=UTC\n"))
  #expect(try cron("--every", "1d", "--time-zone", "Europe/Berlin").contains("\nCRON_TZ=Europe/Berlin\n"))
  #expect(try cron("--time-zone", "UTC").contains("\nCRON_TZ=UTC\n"))
  #expect(try !cron("--every", "1d").contains("CRON_TZ="))
  let jobs = try workspace.run(
    "pipeline", kubernetes + ["--every", "4h", "--time-zone", "Europe/Berlin"]
  ).output
  #expect(jobs.contains("timeZone: Etc/UTC"))
}

@Test(arguments: ["--file", "--artifacts"])
func `What lies on this machine alone is not handed to pods`(flag: String) throws {
  let workspace = try Workspace()
  let export = try workspace.run("pipeline", kubernetes + [flag, "/elsewhere"])
  #expect(export.status == 2 && export.error.contains("\(flag) /elsewhere lies on this machine"))
}

@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: validator)))
func `Exported objects are what Kubernetes accepts`() throws {
  let workspace = try workspaceWithInstances()
  try workspace.replace(
    "    stage: prepare",
    by: "    stage: prepare\n    timeout: 90s\n    retries: 3\n    environment: [REGION]",
    in: "pipeline.yaml")
  let export = try workspace.run("pipeline", kubernetes + ["--namespace", "forecasts", "--every", "1h"])
  try workspace.folder.write(export.output, to: "jobs.yaml")
  let result = try workspace.run(validator, ["--strict", "-k", "1.34", "jobs.yaml"])
  #expect(result.status == 0, "\(result.output.prefix(500))")
  #expect((result.output + result.error).components(separatedBy: " passed ").count == 8)
}

/// Made by scripts/check-exports.
private let validator = Programs.repository + "/.build-exports/bin/kubernetes-validate"

extension YAMLNode {
  fileprivate var text: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  fileprivate var elements: [YAMLNode] {
    guard case .sequence(let elements) = content else { return [] }
    return elements
  }
}
