import Artifacts
import Foundation
import TestSupport
import Testing

/// A `pipeline watch` that runs until a signal ends it.
///
/// A class, because it guards a process.
private final class RunningWatch {
  private let process = Process()
  private let workspace: Workspace

  init(_ workspace: Workspace, _ arguments: [String]) throws {
    self.workspace = workspace
    process.executableURL = URL(fileURLWithPath: Programs.folder + "/pipeline")
    process.arguments = ["watch"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.path)
    process.standardInput = FileHandle.nullDevice
    for name in ["out", "err"] { try workspace.folder.write("", to: name) }
    process.standardOutput = FileHandle(forWritingAtPath: workspace.path + "/out")
    process.standardError = FileHandle(forWritingAtPath: workspace.path + "/err")
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var output: String { (try? workspace.folder.read("out")) ?? "" }
  var error: String { (try? workspace.folder.read("err")) ?? "" }

  /// Waits until something holds, for half a minute at most.
  func wait(until condition: () -> Bool) {
    for _ in 0..<600 where !condition() { usleep(50_000) }
  }

  func end(with signal: Int32) -> Int32 {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 1000 + process.terminationStatus
  }
}

@Test func `A watch runs what is stale, skips what is fresh, holds its lock, and ends when it is told to`()
  throws
{
  let workspace = try Workspace()
  let watch = try RunningWatch(workspace, ["--every", "1s", "--now", "--json", "--set", "windows.horizon=3"])
  watch.wait { watch.output.split(separator: "\n").count >= 3 }
  let second = try workspace.run("pipeline", ["watch", "--every", "1h"])
  #expect(second.status == 75 && second.error.contains("is watched already by process "), "\(second.error)")
  #expect(watch.end(with: SIGTERM) == 143)
  let lines = try watch.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
  #expect(lines.first?["ran"]?.strings == Workspace.steps)
  for line in lines.dropFirst() {
    #expect(line["fresh"]?.strings == Workspace.steps && line["exit"] == 0, "\(line)")
  }
  for (line, next) in zip(lines, lines.dropFirst()) {
    // Each run begins when the line before it said, and never earlier.
    let (promised, began) = (try #require(line["next"]?.string), try #require(next["began"]?.string))
    #expect(promised.prefix(19) <= began.prefix(19))
  }
}

@Test func `A signal ends the run first, and a failed run does not end the watch`() throws {
  let workspace = try Workspace()
  let failing = try RunningWatch(workspace, ["--every", "1s", "--now", "--set", "windows.lookback=300"])
  failing.wait { failing.output.split(separator: "\n").count >= 2 }
  #expect(failing.end(with: SIGINT) == 130)
  #expect(failing.output.contains("failed with exit code 65 in windows"), "\(failing.output)")

  let busy = try RunningWatch(workspace, ["--every", "1h", "--now", "--force", "series"])
  busy.wait { busy.error.contains("series: runs") }
  #expect(busy.end(with: SIGINT) == 130)
  #expect(try workspace.pipeline().code == 0)
}

@Test(arguments: [
  ["--every", "1h", "--bogus"], ["--every", "0h"], ["--every", "1h", "--cron", "0 0 * * *"], [],
  ["--cron", "0 25 * * *"], ["--cron", "0 0 * * *", "--time-zone", "Mars/Base"],
  ["--every", "1h", "--set", "nothing.x=1"], ["--every", "1h", "--dry-run"],
  ["--every", "1s", "--now", "no-such-step"],
])
func `A watch that could never work ends at once with exit code 2`(arguments: [String]) throws {
  let result = try Workspace().run("pipeline", ["watch"] + arguments)
  #expect(result.status == 2, "\(result.error)")
}
