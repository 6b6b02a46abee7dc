import Artifacts
import Foundation
import Orchestration
import TestSupport
import Testing

private func nanoseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }

@Test func `A local disk can do what publishing needs, and nothing is left behind`() {
  let folder = TemporaryFolder()
  let lines = DiskCheckup(of: folder.path, now: nanoseconds).lines()
  #expect(lines.count == 9 && lines.allSatisfy { $0.verdict != .problem }, "\(lines)")
  #expect(Disk.names(in: folder.path).isEmpty)
  _ = DiskCheckup(of: folder.path + "/new", now: nanoseconds).lines()
  #expect(!Disk.exists(folder.path + "/new"))
}

@Test func `What a run publishes in a new folder meanwhile stays`() throws {
  let folder = TemporaryFolder()
  _ = DiskCheckup(of: folder.path + "/new") {
    _ = try? folder.write("x", to: "new/series/file")
    return nanoseconds()
  }.lines()
  #expect(Disk.names(in: folder.path + "/new") == ["series"])
}

@Test func `A clock that file times do not follow is a warning`() {
  let folder = TemporaryFolder()
  let lines = DiskCheckup(of: folder.path) { nanoseconds() + 3_600_000_000_000 }.lines()
  #expect(lines.first { $0.topic == "file times" }?.verdict == .warning)
}

@Test func `A folder that cannot be written is a problem with a way out`() {
  let lines = DiskCheckup(of: "/proc/none", now: nanoseconds).lines()
  #expect(lines.map(\.verdict) == [.problem] && lines[0].advice.contains("--artifacts"))
}
