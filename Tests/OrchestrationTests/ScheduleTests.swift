import Artifacts
import Configuration
import Orchestration
import TestSupport
import Testing

/// Steps a, b, c, … that read nothing, and below each a step that reads it: wa, wb, wc, ….
private func workshop(
  _ names: [String], readers: Bool = true, extra: [String: String] = [:], pools: String = ""
) throws -> Workshop {
  let workshop = Workshop()
  var text = "version: 1\n" + (pools.isEmpty ? "" : "resources: \(pools)\n") + "steps:\n"
  for name in names {
    try workshop.setData("\(name.count)\n", name + ".csv")
    text += """
        \(name):
          stage: extract
          with: {source: {kind: csv, path: \(workshop.folder.path)/\(name).csv, time: date, name: \(name)}}
      \(extra[name].map { "    \($0)\n" } ?? "")
      """
    guard readers else { continue }
    text += """
        w\(name):
          stage: prepare
          reads: {series: \(name)}
          with: {lookback: 4, horizon: 2, split: {preset: ett-hourly}}
      \(extra["w" + name].map { "    \($0)\n" } ?? "")
      """
  }
  workshop.text = text
  return workshop
}

private func failure(_ step: String, _ code: Int32) -> Runner.Outcome.Failure {
  Runner.Outcome.Failure(step: step, exitCode: code)
}

// MARK: Order

@Test func `One at a time, steps run in the order of the file`() throws {
  let workshop = try workshop(["a", "b", "c"])
  for name in ["a", "b", "c", "wa", "wb", "wc"] { workshop.durations[name] = 1 }
  #expect(try workshop.run().ran == ["a", "wa", "b", "wb", "c", "wc"])
  #expect(workshop.peak == 1 && workshop.startTimes == [0, 1, 2, 3, 4, 5])
}

@Test func `A step begins as soon as what it reads is done and there is a place`() throws {
  let workshop = try workshop(["a", "b", "c"])
  workshop.durations = ["a": 5, "b": 1, "c": 1, "wa": 1, "wb": 1, "wc": 1]
  let outcome = try workshop.run(jobs: 2)
  #expect(workshop.launched == ["a", "b", "wb", "c", "wc", "wa"] && workshop.peak == 2)
  #expect(workshop.startTimes == [0, 0, 1, 2, 3, 5])
  #expect(outcome.ran == ["b", "wb", "c", "wc", "a", "wa"])
}

@Test(arguments: [1, 2, 3, 7, 100])
func `No more steps run at once than may, and no fewer`(jobs: Int) throws {
  let workshop = try workshop(["a", "b", "c", "d", "e"], readers: false)
  for name in ["a", "b", "c", "d", "e"] { workshop.durations[name] = 1 }
  #expect(try workshop.run(jobs: jobs).ran.count == 5)
  #expect(workshop.peak == min(jobs, 5))
}

@Test func `A step is told how many others it shares the machine with`() throws {
  let workshop = try workshop(["a", "b", "c"], readers: false)
  for name in ["a", "b", "c"] { workshop.durations[name] = 1 }
  try workshop.run(jobs: 2)
  #expect(workshop.neighbours == [2, 2, 2])
  workshop.programs[.extract] = "rebuilt"
  try workshop.run(["a"], jobs: 8)
  #expect(workshop.neighbours == [1])
}

// MARK: Pools

@Test func `Steps never take more of a pool than there is`() throws {
  let calls = "resources: {calls: 2}"
  let workshop = try workshop(
    ["a", "b", "c", "d"], readers: false, extra: ["a": calls, "b": calls, "c": "resources: {calls: 1}"],
    pools: "{calls: 3}")
  for name in ["a", "b", "c", "d"] { workshop.durations[name] = 1 }
  try workshop.run(jobs: 8)
  // b waits for a; c and d, which come later, do not wait for b.
  #expect(workshop.launched == ["a", "c", "d", "b"] && workshop.startTimes == [0, 0, 0, 1])
}

@Test func `A step that is tried again gives back what it took while it waits`() throws {
  let calls = "resources: {calls: 1}\n    retries: {times: 1, wait: 60s}"
  let workshop = try workshop(
    ["a", "b"], readers: false, extra: ["a": calls, "b": "resources: {calls: 1}"], pools: "{calls: 1}")
  workshop.exits["a"] = [75]
  workshop.durations = ["a": 1, "b": 1]
  #expect(try workshop.run(jobs: 2).ran == ["b", "a"])
  #expect(workshop.startTimes == [0, 1, 61])
}

// MARK: Failures

@Test func `After a failure nothing is begun, what runs ends, and what waits for it is named`() throws {
  let workshop = try workshop(["a", "b", "c"])
  workshop.durations = ["a": 1, "b": 5]
  workshop.exits["a"] = [65]
  let outcome = try workshop.run(jobs: 2)
  #expect(outcome.failed == [failure("a", 65)] && outcome.exitCode == 65)
  #expect(outcome.ran == ["b"] && outcome.blocked == ["wa"] && workshop.launched == ["a", "b"])
}

@Test func `Keep going runs all that does not read what failed, and ends with the first failure's code`()
  throws
{
  let workshop = try workshop(["a", "b", "c"])
  workshop.exits = ["a": [65], "c": [74]]
  let outcome = try workshop.run(keepsGoing: true)
  #expect(outcome.failed == [failure("a", 65), failure("c", 74)] && outcome.exitCode == 65)
  #expect(outcome.ran == ["b", "wb"] && outcome.blocked == ["wa", "wc"])
  #expect(try workshop.run().ran == ["a", "wa", "c", "wc"])
}

@Test func `A program that cannot be started is a failure of its step, and what runs is waited for`() throws {
  let workshop = try workshop(["a", "b", "c"])
  workshop.durations["a"] = 3
  workshop.exits["b"] = [-1]
  let outcome = try workshop.run(jobs: 3, keepsGoing: true)
  #expect(outcome.failed == [failure("b", 74)] && outcome.exitCode == 74)
  #expect(Set(outcome.ran) == ["a", "wa", "c", "wc"] && outcome.blocked == ["wb"])
  #expect(workshop.notices.contains { $0.hasPrefix("b undecided: ") })
}

@Test func `A program that is done and published nothing has a bug of ours`() throws {
  let workshop = try workshop(["a"])
  workshop.idle = ["a"]
  let outcome = try workshop.run()
  #expect(outcome.failed == [failure("a", 70)] && outcome.blocked == ["wa"] && outcome.ran.isEmpty)
}

@Test func `A program that leaves an earlier result where a new one should be has a bug of ours too`() throws
{
  let workshop = try workshop(["a"])
  #expect(try workshop.run().ran == ["a", "wa"])
  try workshop.setData("9\n", "a.csv")
  workshop.idle = ["a"]
  let outcome = try workshop.run()
  #expect(outcome.failed == [failure("a", 70)] && outcome.ran.isEmpty && outcome.staleAgain.isEmpty)
}

@Test func `What failed stands in the journal as failed, whatever its program said`() throws {
  let workshop = try workshop(["a"])
  workshop.idle = ["a"]
  _ = try workshop.run()
  let journal = try workshop.folder.read("artifacts/journal/runs.jsonl")
  #expect(journal.contains("\"exit\":70") && !journal.contains("\"exit\":0"))
}

@Test func `What is blocked is told with the step that failed first`() throws {
  let workshop = try workshop(["a"])
  workshop.text += """
      model: {stage: train, reads: {windows: wa}, with: {model: baseline/mean}}

    """
  workshop.exits["a"] = [65]
  #expect(try workshop.run().blocked == ["wa", "model"])
  #expect(workshop.notices.suffix(2) == ["wa blocked by a", "model blocked by a"])
}

// MARK: Tries

@Test func `A try that is still to come when another step fails is a failure`() throws {
  let workshop = try workshop(["a", "b"], extra: ["a": "retries: 1"])
  workshop.exits = ["a": [75], "b": [65]]
  workshop.durations["b"] = 2
  let outcome = try workshop.run(jobs: 2)
  #expect(outcome.failed == [failure("b", 65), failure("a", 75)] && outcome.exitCode == 65)
  #expect(outcome.blocked == ["wa", "wb"])
}

@Test func `A temporary failure is tried again after a wait that doubles`() throws {
  let workshop = try workshop(["a"], extra: ["a": "retries: {times: 3, wait: 10s}"])
  workshop.exits["a"] = [75, 75, 75]
  workshop.durations["a"] = 1
  let outcome = try workshop.run()
  #expect(outcome.ran == ["a", "wa"] && outcome.exitCode == 0)
  #expect(workshop.startTimes == [0, 11, 32, 73, 74])
  #expect(workshop.notices.first == "a tries again after 75 in 10.0 s")
}

@Test func `When all tries are used up the step has failed`() throws {
  let workshop = try workshop(["a"], extra: ["a": "retries: 2"])
  workshop.exits["a"] = [75, 75, 75]
  #expect(try workshop.run().failed == [failure("a", 75)])
  #expect(workshop.launched == ["a", "a", "a"] && workshop.startTimes == [0, 5, 15])
}

@Test(arguments: [1, 2, 65, 70, 74, 78, 124, 130, 137] as [Int32])
func `Only a temporary failure is tried again`(code: Int32) throws {
  let workshop = try workshop(["a"], extra: ["a": "retries: 2"])
  workshop.exits["a"] = [code]
  #expect(try workshop.run().failed == [failure("a", code)])
  #expect(workshop.launched == ["a"])
}

@Test func `Others go on while a step waits for its next try`() throws {
  let workshop = try workshop(["a", "b"], extra: ["a": "retries: {times: 1, wait: 100s}"])
  workshop.exits["a"] = [75]
  workshop.durations = ["b": 7, "wb": 7]
  #expect(try workshop.run().ran == ["b", "wb", "a", "wa"])
  #expect(workshop.startTimes == [0, 0, 7, 100, 100])
}

@Test func `A clock that moves between two looks does not lose a try`() throws {
  for tick in [0.001, 0.3, 1, 2.5, 4.9, 5, 5.1, 40] {
    let workshop = try workshop(["a"], extra: ["a": "retries: 1"])
    workshop.exits["a"] = [75]
    workshop.tick = tick
    #expect(try workshop.run().ran == ["a", "wa"], "\(tick) s a look")
  }
}

@Test func `A step that another run makes while it waits is fresh, and no other loses its turn`() throws {
  let place = "resources: {place: 1}"
  let workshop = try workshop(
    ["a", "d", "c"], extra: ["a": "retries: 1", "c": place, "d": place], pools: "{place: 1}")
  workshop.exits["a"] = [75]
  workshop.durations = ["a": 1, "d": 50, "c": 1]
  workshop.meanwhile["a"] = { [weak workshop] in try workshop?.publishAside("a") }
  let outcome = try workshop.run(jobs: 2)
  #expect(outcome.fresh == ["a"] && Set(outcome.ran) == ["wa", "d", "wd", "c", "wc"])
  #expect(workshop.startTimes.count == 6 && outcome.exitCode == 0)
}

// MARK: Time-outs

@Test func `A step that takes too long is asked to end, and has timed out`() throws {
  let workshop = try workshop(["a", "b"], extra: ["a": "timeout: 30s"])
  workshop.durations = ["a": 1000, "b": 100]
  let outcome = try workshop.run(jobs: 2)
  #expect(outcome.failed == [failure("a", 124)] && outcome.exitCode == 124 && outcome.ran == ["b"])
  #expect(workshop.signals == ["a 15 at 30.0"])
}

@Test func `One that does not end when asked is made to`() throws {
  let workshop = try workshop(["a"], extra: ["a": "timeout: 30s\n    retries: 2"])
  workshop.durations["a"] = 1000
  workshop.stubborn = ["a"]
  #expect(try workshop.run().failed == [failure("a", 124)])
  #expect(workshop.signals == ["a 15 at 30.0", "a 9 at 40.0"] && workshop.launched == ["a"])
}

@Test func `Each try has the whole time`() throws {
  let workshop = try workshop(["a"], extra: ["a": "timeout: 30s\n    retries: 1"])
  workshop.durations["a"] = 20
  workshop.exits["a"] = [75]
  #expect(try workshop.run().ran == ["a", "wa"] && workshop.signals.isEmpty)
}

// MARK: Interruption

@Test func `Interrupted, nothing more is begun, and the exit code says so`() throws {
  let workshop = try workshop(["a", "b"])
  workshop.meanwhile["a"] = { [weak workshop] in workshop?.isInterrupted = true }
  let outcome = try workshop.run()
  #expect(outcome.exitCode == 130 && workshop.launched == ["a"] && outcome.failed.isEmpty)
  workshop.isInterrupted = false
  #expect(try workshop.run().ran == ["wa", "b", "wb"])
}

@Test func `Interrupted, a step is not tried again`() throws {
  let workshop = try workshop(["a"], extra: ["a": "retries: 5"])
  workshop.exits["a"] = [75]
  workshop.meanwhile["a"] = { [weak workshop] in workshop?.isInterrupted = true }
  let outcome = try workshop.run()
  #expect(workshop.launched == ["a"] && outcome.exitCode != 0)
}

// MARK: Forced steps and edits

@Test func `A forced step's program is told to make its result anew, and only that one`() throws {
  let workshop = try workshop(["a", "b"])
  try workshop.run()
  let outcome = try workshop.run(forced: ["a"])
  #expect(outcome.ran == ["a"] && workshop.forced == ["a"] && Set(outcome.fresh) == ["wa", "b", "wb"])
}

@Test func `A forced step that is tried again is forced again`() throws {
  let workshop = try workshop(["a"], extra: ["a": "retries: 1"])
  try workshop.run()
  workshop.exits["a"] = [75]
  try workshop.run(forced: ["a"])
  #expect(workshop.forced == ["a", "a"])
}

@Test func `An edit while a step runs leaves it stale, and the run says so`() throws {
  let workshop = try workshop(["a", "b"])
  workshop.meanwhile["a"] = { [weak workshop] in try workshop?.setData("77\n", "a.csv") }
  let outcome = try workshop.run()
  #expect(outcome.staleAgain == ["a"] && workshop.notices == ["a stale again"] && outcome.exitCode == 0)
  #expect(try workshop.states() == ["a": .run, "wa": .maybe, "b": .fresh, "wb": .fresh])
  #expect(try workshop.run().staleAgain.isEmpty)
}

@Test func `A file that went and came back while a step ran leaves it stale, whatever was there in between`()
  throws
{
  let workshop = try workshop(["a"])
  let original = "1\n"
  try workshop.setData("9\n", "a.csv")
  #expect(try workshop.run().ran == ["a", "wa"])
  for between in ["9\n", "77\n"] {
    try workshop.setData(original, "a.csv")
    workshop.beforehand["a"] = { [weak workshop] in try workshop?.setData(between, "a.csv") }
    workshop.meanwhile["a"] = { [weak workshop] in try workshop?.setData(original, "a.csv") }
    let outcome = try workshop.run()
    #expect(outcome.staleAgain == ["a"] && outcome.failed.isEmpty && outcome.exitCode == 0)
    #expect(try workshop.states()["a"] == .run)
  }
  #expect(try workshop.run().staleAgain.isEmpty)
}

@Test func `What became of a step is written down with its try and its exit code`() throws {
  let workshop = try workshop(["a"], readers: false, extra: ["a": "retries: 1"])
  workshop.exits["a"] = [75]
  try workshop.run()
  let lines = try workshop.folder.read("artifacts/journal/runs.jsonl").split(separator: "\n")
  let events = try lines.map { try JSON(parsing: String($0)) }
  #expect(events.map { $0["exit"]?.integer } == [75, 0] && events.map { $0["attempt"]?.integer } == [1, 2])
}
