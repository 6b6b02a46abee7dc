import Artifacts
import Foundation
import TestSupport
import Testing

/// How many runs are killed: a few by default, CANDLEWICK_KILLS in a campaign (`make torture`).
private let kills = Int(ProcessInfo.processInfo.environment["CANDLEWICK_KILLS"] ?? "") ?? 12

private let isRoot = geteuid() == 0

/// Every result that a reader could open is whole.
private func damagedResults(in workspace: Workspace) -> [String] {
  Workspace.steps.flatMap { step in
    workspace.results(of: step).filter { !$0.hasPrefix(".") }.compactMap { name in
      let path = workspace.path + "/artifacts/\(step)/\(name)"
      return (try? Artifact(opening: path, step: step))?.isIntact() == true ? nil : path
    }
  }
}

struct TortureTests {
  @Test func `Killed at any instant, nothing is torn, and the next run ends with the same bytes`() throws {
    let undisturbed = try Workspace()
    #expect(try undisturbed.pipeline().code == 0)
    let expected = try undisturbed.digests()
    let workspace = try Workspace()
    for attempt in 0..<kills {
      Disk.remove(workspace.path + "/artifacts")
      // A session of its own, so that the orchestrator's children can be killed with it. Every third time they
      // live on, and the next run meets them.
      let delay = Double(attempt * 37 % 101) / 101 * 0.35
      let victim = attempt % 3 == 2 ? "kill -9 $pid" : "pkill -9 -s $pid"
      let script = "setsid \(Programs.folder)/pipeline run & pid=$!; sleep \(delay); \(victim); wait $pid"
      _ = try workspace.run("/bin/sh", ["-c", script])
      #expect(damagedResults(in: workspace).isEmpty)
      let rerun = try workspace.pipeline()
      #expect(rerun.code == 0)
      #expect(try workspace.digests() == expected, "killed after \(delay) s")
      for step in Workspace.steps {
        let leftovers = workspace.results(of: step).filter { $0.hasPrefix(".making") }
        #expect(attempt % 3 == 2 || leftovers.isEmpty, "\(leftovers)")
      }
    }
  }

  @Test(.enabled(if: isRoot, "only root can mount a disk of a chosen size"))
  func `On a full disk nothing is torn, and with room again the run completes`() throws {
    let undisturbed = try Workspace()
    _ = try undisturbed.pipeline()
    let expected = try undisturbed.digests()
    let workspace = try Workspace()
    let disk = workspace.path + "/artifacts"
    try Disk.createDirectory(disk)
    var failures = 0
    for kilobytes in stride(from: 4, through: 400, by: kills > 12 ? 4 : 44) {
      let mount = try workspace.run("/bin/sh", ["-c", "mount -t tmpfs -o size=\(kilobytes)k tmpfs \(disk)"])
      guard mount.status == 0 else { return }
      defer { _ = try? workspace.run("/bin/sh", ["-c", "umount -l \(disk)"]) }
      let small = try workspace.run("pipeline", ["run"])
      #expect([0, 74].contains(small.status), "\(small.status) \(small.error)")
      if small.status == 74 {
        failures += 1
        #expect(small.error.contains("No space left on device"), "\(small.error)")
      }
      #expect(damagedResults(in: workspace).isEmpty)
      #expect(try workspace.run("/bin/sh", ["-c", "mount -o remount,size=64m \(disk)"]).status == 0)
      #expect(try workspace.pipeline().code == 0)
      #expect(try workspace.digests() == expected)
    }
    #expect(failures > 0)
  }

  @Test(.enabled(if: isRoot, "only root can become somebody who may not write"))
  func `Without the right to write, the folder is named and nothing runs`() throws {
    let workspace = try Workspace()
    try Disk.createDirectory(workspace.path + "/artifacts")
    try Disk.setMode(0o555, of: workspace.path + "/artifacts")
    try Disk.setMode(0o755, of: workspace.path)
    let script =
      "cd \(workspace.path) && setpriv --reuid=65534 --regid=65534 --clear-groups \(Programs.folder)/extract"
    let result = try workspace.run("/bin/sh", ["-c", script])
    #expect(result.status == 74, "\(result.error)")
    #expect(
      result.error.contains("cannot create folder artifacts/series: Permission denied"), "\(result.error)")
    try Disk.setMode(0o755, of: workspace.path + "/artifacts")
  }
}
