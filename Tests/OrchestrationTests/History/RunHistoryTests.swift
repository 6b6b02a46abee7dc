import Artifacts
import Chronology
import Orchestration
import TestSupport
import Testing

private let now = Instant(milliseconds: 1_795_000_000_000)

/// A journal of two runs: the first ran two steps, the second restored one and failed in the other.
private func journal(in folder: TemporaryFolder) {
  for (run, states) in [(0, [StepState.run, .run]), (1, [.restore, .run])] {
    let started = Instant(milliseconds: now.milliseconds + Int64(run) * 60_000)
    let journal = Journal(store: folder.store, started: started, process: 7)
    journal.open()
    for (step, state) in zip(["series", "windows"], states) {
      journal.append(Array("\(step) of run \(run)\n".utf8), toLogOf: step)
      journal.record(
        Journal.Event(
          step: step, state: state, reasons: ["reason \(run)"], key: Digest(of: step),
          exitCode: run == 1 && step == "windows" ? 65 : 0, seconds: 1.5,
          finished: Instant(milliseconds: started.milliseconds + 2000)))
    }
  }
}

@Test func `Runs are told newest first, with what became of their steps`() throws {
  let folder = TemporaryFolder()
  journal(in: folder)
  let history = try RunHistory(of: folder.store)
  #expect(history.runs.count == 2 && history.unreadableLines == 0)
  let newest = try #require(history.runs.first)
  #expect(newest.started == Instant(milliseconds: now.milliseconds + 60_000) && newest.seconds == 2)
  #expect(newest.outcomes.map(\.exitCode) == [0, 65])
  let lines = history.text(limit: 20).split(separator: "\n").map(String.init)
  #expect(lines.count == 3)
  #expect(lines[1].split(separator: " ").suffix(7).joined(separator: " ") == "s 0 1 1 windows failed (65)")
  #expect(history.text(limit: 1).contains("1 older run not shown"))
  #expect(history.events(of: "series").map(\.state) == ["restore", "run"])
  #expect(try Disk.read(history.logPath(of: "series", in: newest.name)) == Array("series of run 1\n".utf8))
}

@Test(arguments: [
  "{\"run\":\"2026", "no JSON at all", "{}", "{\"run\":\"../x\",\"step\":\"y\"}", "\u{0}\u{1}",
])
func `A line that cannot be read hides no other, and new fields are no obstacle`(damaged: String) throws {
  let folder = TemporaryFolder()
  journal(in: folder)
  let lines = try folder.read("journal/runs.jsonl").split(separator: "\n").map(String.init)
  let again = lines[3].replacing("\"attempt\":1", with: "\"attempt\":2")
  let extended = String(again.dropLast()) + ",\"started\":\"x\",\"unheard\":{\"of\":1}}"
  try folder.write(
    (lines.prefix(2) + [damaged, lines[2], extended]).joined(separator: "\n"), to: "journal/runs.jsonl")
  let history = try RunHistory(of: folder.store)
  #expect(history.unreadableLines == 1 && history.runs.map(\.events.count) == [2, 2])
  try #require(history.runs.first?.events.count == 2)
  #expect(history.runs[0].events[1].attempt == 2)
  #expect(history.runs[0].text.contains("failed (65), attempt 2"))
}

@Test func `A run is found by the beginning of its name when that fits one only`() throws {
  let folder = TemporaryFolder()
  journal(in: folder)
  let history = try RunHistory(of: folder.store)
  let name = history.runs[1].name
  #expect(try history.run(name)?.name == name)
  #expect(try history.run("last")?.name == history.runs[0].name)
  #expect(try history.run(String(name.dropLast(2)))?.name == name)
  #expect(try history.run("1999") == nil)
  #expect(throws: UpkeepError.ambiguousRun("20", runs: history.runs.map(\.name))) { try history.run("20") }
}

@Test func `Nothing ran where there is no journal`() throws {
  let history = try RunHistory(of: TemporaryFolder().store)
  #expect(history.runs.isEmpty && history.text(limit: 20) == "nothing ran yet\n")
}
