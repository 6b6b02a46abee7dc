import Artifacts
import Chronology
import Orchestration
import TestSupport
import Testing

@Test func `What happened is one line an event, and logs stay bounded`() throws {
  let folder = TemporaryFolder()
  for run in 0..<120 {
    let journal = Journal(store: folder.store, started: Instant(milliseconds: Int64(run) * 1000), process: 7)
    journal.open()
    journal.append(Array("hello\n".utf8), toLogOf: "series")
    journal.record(
      Journal.Event(
        step: "series", state: .run, reasons: ["never ran"], key: Digest(of: "k"), exitCode: 0, seconds: 0.25,
        finished: Instant(milliseconds: 0)))
  }
  #expect(Disk.names(in: folder.path + "/journal/logs").count == 100)
  let lines = try folder.read("journal/runs.jsonl").split(separator: "\n")
  #expect(lines.count == 120)
  let last = try JSON(parsing: String(lines[119]))
  #expect(last["step"] == "series" && last["reasons"] == ["never ran"] && last["seconds"] == 0.25)
}

@Test func `A long journal begins anew, and what stood in it is read once more`() throws {
  let folder = TemporaryFolder()
  let line = #"{"run":"20261121T120000000-1","step":"series","exit":0}"# + "\n"
  func open() {
    Journal(store: folder.store, started: Instant(milliseconds: 0), process: 7).open()
  }
  try folder.write(line, to: "journal/runs.jsonl")
  open()
  #expect(!Disk.exists(folder.path + "/journal/runs-before.jsonl"))
  try folder.write(line + String(repeating: "\n", count: 32 << 20), to: "journal/runs.jsonl")
  open()
  #expect(!Disk.exists(folder.path + "/journal/runs.jsonl"))
  #expect(try RunHistory(of: folder.store).runs.map(\.name) == ["20261121T120000000-1"])
}
