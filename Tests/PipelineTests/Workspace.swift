import Artifacts
import Foundation
import TestSupport

/// A folder with a small pipeline over a CSV file, and the programs run in it.
final class Workspace {
  let folder = TemporaryFolder()

  init(rows: Int = 220) throws {
    try folder.write(Self.csv(rows: rows), to: "data.csv")
    let files = FileManager.default
    try files.copyItem(
      atPath: Programs.repository + "/Tests/Reference/plant.yaml", toPath: folder.path + "/pipeline.yaml")
    try files.copyItem(atPath: Programs.repository + "/models", toPath: folder.path + "/models")
  }

  var path: String { folder.path }

  /// Hourly rows with a daily shape, so that a model has something to find.
  static func csv(rows: Int) -> String {
    var lines = ["date,load,temp"]
    for row in 0..<rows {
      let (day, hour) = (row / 24, row % 24)
      let date = String(format: "2024-%02d-%02d %02d:00:00", 1 + day / 28, 1 + day % 28, hour)
      let wave = sin(Double(hour) / 24 * 2 * .pi)
      let noise = Double((row * 7919) % 101) / 101
      lines.append("\(date),\(20 + 5 * wave + noise),\(10 + 3 * cos(Double(hour) / 12 * .pi) + noise / 2)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static let steps = ["series", "windows", "model", "champion", "forecast"]

  @discardableResult
  func run(_ program: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws
    -> Programs.Result
  {
    try Programs.run(program, arguments, in: path, environment: environment)
  }

  /// What a run did, from its JSON.
  func pipeline(_ arguments: [String] = []) throws -> (
    ran: [String], restored: [String], fresh: [String], code: Int32
  ) {
    let result = try run("pipeline", ["run", "--json"] + arguments)
    let json = try JSON(parsing: result.output)
    return (
      json["ran"]?.strings ?? [], json["restored"]?.strings ?? [], json["fresh"]?.strings ?? [], result.status
    )
  }

  func replace(_ old: String, by new: String, in file: String) throws {
    try folder.write(try folder.read(file).replacingOccurrences(of: old, with: new), to: file)
  }

  /// The folder of a step's current result, relative to the workspace.
  func current(_ step: String, artifacts: String = "artifacts") throws -> String {
    try ArtifactStore(root: path + "/" + artifacts).current(of: step).directory.replacingOccurrences(
      of: path + "/", with: "")
  }

  /// The digest of each step's manifest.
  func digests(artifacts: String = "artifacts") throws -> [String: Digest] {
    let store = ArtifactStore(root: path + "/" + artifacts)
    return Dictionary(uniqueKeysWithValues: try Self.steps.map { ($0, try store.current(of: $0).digest) })
  }

  /// Folders of results, and what unfinished runs would leave behind.
  func results(of step: String) -> [String] {
    Disk.names(in: path + "/artifacts/" + step).filter { $0 != ".lock" && $0 != "current" }
  }

  /// Adds a forecast `again` from the series as it was when the last test window ended: its newest window is that one.
  func forecastEarlier() throws {
    let earlier = """
        earlier:
          stage: extract
          with: {source: {kind: csv, path: data.csv, time: date, name: plant}, until: 2024-01-10}
        again:
          stage: predict
          reads: {champion: champion, series: earlier}

      """
    try folder.write(try folder.read("pipeline.yaml") + earlier, to: "pipeline.yaml")
  }

  /// The numbers of an array of a step's current result, behind its header.
  func doubles(_ step: String, _ name: String) throws -> [Double] {
    let bytes = try Disk.read(path + "/" + current(step) + "/\(name).npy")
    let header = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    return bytes[header...].withUnsafeBytes { Array($0.assumingMemoryBound(to: Double.self)) }
  }

  /// Kills the training of a step as soon as it has left a checkpoint; says whether one is left, and no result.
  func killTraining(of step: String = "model") throws -> Bool {
    let script = """
      \(Programs.folder)/train --step \(step) & pid=$!
      for turn in $(seq 2000); do
        for file in artifacts/\(step)/.checkpoint-*; do
          case $file in *.new) ;; *) [ -e "$file" ] && break 2 ;; esac
        done
        sleep 0.002
      done
      kill -KILL $pid; wait $pid
      """
    _ = try run("/bin/sh", ["-c", script], environment: ["CANDLEWICK_CHECKPOINT_SECONDS": "0"])
    let left = results(of: step)
    return left.contains { $0.hasPrefix(".checkpoint") && !$0.hasSuffix(".new") }
      && left.allSatisfy { $0.hasPrefix(".") }
  }
}
