import Artifacts
import Chronology
import Configuration
import Orchestration
import TestSupport
import Testing

/// A small pipeline whose settings the tests change.
private final class Plant {
  let workshop = Workshop()
  var horizon = 2 { didSet { write() } }
  var lookback = 4 { didSet { write() } }
  var isReordered = false { didSet { write() } }

  init() throws {
    try workshop.setData("1\n2\n")
    write()
  }

  private func write() {
    let series = """
        series:
          stage: extract
          with: {source: {kind: csv, path: \(workshop.folder.path)/data.csv, time: date}}

      """
    let windows = """
        windows:
          stage: prepare
          reads: {series: series}
          with: {lookback: \(lookback), horizon: \(horizon), split: {preset: ett-hourly}}

      """
    let other = """
        other:
          stage: prepare
          reads: {series: series}
          with: {lookback: 9, horizon: 1, split: {preset: ett-hourly}}

      """
    let model = """
        model:
          stage: train
          reads: {windows: windows}
          with: {model: baseline/mean}

      """
    let steps = isReordered ? [model, other, windows, series] : [series, windows, other, model]
    workshop.text = "version: 1\nsteps:\n" + steps.joined()
  }
}

private let allFresh: [String: StepState] = [
  "series": .fresh, "windows": .fresh, "other": .fresh, "model": .fresh,
]

@Test func `What never ran runs, and then nothing does`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  #expect(try workshop.states() == ["series": .run, "windows": .run, "other": .run, "model": .run])
  #expect(try workshop.reasons("series") == ["never ran"])
  #expect(try workshop.run().ran == ["series", "windows", "other", "model"])
  #expect(try workshop.states() == allFresh)
  #expect(try workshop.run().ran.isEmpty && workshop.launched.isEmpty)
}

@Test func `A changed setting reruns its step and those behind it, and no other`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  try workshop.run()
  plant.horizon = 3
  #expect(try workshop.states() == ["series": .fresh, "windows": .run, "other": .fresh, "model": .maybe])
  #expect(try workshop.reasons("windows") == ["with.horizon 2 → 3"])
  #expect(try workshop.run().ran == ["windows", "model"])
}

@Test func `Going back restores what was made before and launches nothing`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  try workshop.run()
  plant.horizon = 3
  try workshop.run()
  plant.horizon = 2
  #expect(
    try workshop.states() == ["series": .fresh, "windows": .restore, "other": .fresh, "model": .restore])
  let outcome = try workshop.run()
  #expect(outcome.restored == ["windows", "model"] && outcome.ran.isEmpty && workshop.launched.isEmpty)
  #expect(try workshop.states() == allFresh)
}

@Test func `A step that runs and makes the same bytes leaves everything behind it fresh`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  workshop.output["series"] = [1]
  try workshop.run()
  try workshop.setData("3\n")
  #expect(try workshop.states() == ["series": .run, "windows": .maybe, "other": .maybe, "model": .maybe])
  let outcome = try workshop.run()
  #expect(outcome.ran == ["series"] && outcome.fresh == ["windows", "other", "model"])
}

@Test func `A changed program reruns its step`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  try workshop.run()
  workshop.programs[.train] = "rebuilt"
  #expect(try workshop.states() == ["series": .fresh, "windows": .fresh, "other": .fresh, "model": .run])
  #expect(try workshop.reasons("model").first?.hasPrefix("program changed ") == true)
}

@Test func `A touched file, another clock and another order of steps change nothing`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  try workshop.run()
  try workshop.setData("1\n2\n")
  plant.isReordered = true
  #expect(try workshop.states() == allFresh)
}

@Test func `A changed file names the setting that names it`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  try workshop.run()
  try workshop.setData("5\n")
  #expect(try workshop.reasons("series").first?.hasPrefix("file source.path changed ") == true)
}

@Test func `A cut, missing or unreadable result runs again, by force`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  try workshop.run()
  let current = try workshop.store.current(of: "windows")
  let place = String(current.directory.dropFirst(workshop.folder.path.count + 1))
  try workshop.folder.truncate(place + "/x.npy", to: 130)
  #expect(try workshop.states()["windows"] == .run)
  #expect(try workshop.reasons("windows").first?.contains("x.npy is missing or cut off") == true)
  #expect(try workshop.run().ran == ["windows"] && workshop.forced == ["windows"])
  #expect(try workshop.states() == allFresh)

  try workshop.folder.flipBit(2, ofByte: 40, in: place + "/manifest.json")
  #expect(try workshop.run().ran == ["windows"])
  Disk.remove(current.directory)
  #expect(try workshop.states()["windows"] == .run)
  #expect(try workshop.run().ran == ["windows"])
}

@Test func `A forced step runs although it is fresh, and only that one`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  try workshop.run()
  #expect(try workshop.states(forced: ["windows"])["windows"] == .run)
  let outcome = try workshop.run(forced: ["windows"])
  #expect(
    outcome.ran == ["windows"] && outcome.fresh == ["series", "other", "model"]
      && workshop.forced == ["windows"])
  #expect(throws: ConfigurationError.self) { try workshop.states(forced: ["window"]) }
}

@Test func `Targets bring in what they read, and nothing else`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  #expect(try workshop.run(["other"]).ran == ["series", "other"])
  #expect(try workshop.run(["model"]).ran == ["windows", "model"])
}

@Test func `A failure stops the run, keeps what was made, and the next run goes on there`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  workshop.exits["windows"] = [65]
  let outcome = try workshop.run()
  #expect(
    outcome.failed == [Runner.Outcome.Failure(step: "windows", exitCode: 65)] && outcome.exitCode == 65
      && outcome.ran == ["series"])
  #expect(try workshop.run().ran == ["windows", "other", "model"])
}

@Test func `The dry run's certain part is what the run does, and its possible part holds the rest`() throws {
  let plant = try Plant()
  let workshop = plant.workshop
  workshop.output["series"] = [1]
  try workshop.run()
  for step in 0..<12 {
    switch step % 4 {
    case 0: plant.horizon = 2 + step % 3
    case 1: try workshop.setData("\(step)\n")
    case 2: workshop.output["series"] = [Double(step % 5)]
    default: workshop.programs[.prepare] = "p\(step % 6)"
    }
    let plan = try workshop.states()
    let outcome = try workshop.run()
    for (name, state) in plan {
      switch state {
      case .fresh: #expect(outcome.fresh.contains(name))
      case .restore: #expect(outcome.restored.contains(name))
      case .run: #expect(outcome.ran.contains(name))
      case .maybe: #expect((outcome.fresh + outcome.restored + outcome.ran).contains(name))
      }
    }
  }
}

@Test func `A step that is to run whatever its state must be one that the run is about`() throws {
  let workshop = try Workshop.training("{model: baseline/mean}")
  let only = Selection(targets: ["model"], extent: .only)
  let error = #expect(throws: ConfigurationError.self) {
    try workshop.planner().plan(only, forced: ["windows"])
  }
  #expect(error?.description.contains("a step that this run is about, not 'windows'") == true)
  #expect(try workshop.planner().plan(Selection(targets: ["model"]), forced: ["windows"]).count == 3)
}

// MARK: Cut-offs

/// A model that reads windows with a cut-off of 0.25.
private func workshopWithCutoff() throws -> Workshop {
  try Workshop.training("{model: baseline/mean}", reads: "{step: windows, cutoff: {atol: 0.25}}")
}

@Test func `Within its cut-off an input changes nothing, and the plan says what was kept`() throws {
  let workshop = try workshopWithCutoff()
  workshop.output = ["windows": [1, 2]]
  try workshop.run()
  try workshop.setData("2\n")
  workshop.output = ["windows": [1, 2.2]]
  #expect(try workshop.states() == ["series": .run, "windows": .maybe, "model": .maybe])
  let outcome = try workshop.run()
  #expect(outcome.ran == ["series", "windows"] && outcome.fresh == ["model"])
  let model = try #require(try workshop.plan().last)
  #expect(model.state == .fresh && model.kept.map(\.name) == ["windows"])
}

@Test func `Small changes within the cut-off do not add up unseen`() throws {
  let workshop = try workshopWithCutoff()
  workshop.output = ["windows": [1]]
  try workshop.run()
  var ran: [Bool] = []
  for (number, value) in [1.125, 1.25, 1.375, 1.5, 1.625, 1.75].enumerated() {
    try workshop.setData("\(number + 2)\n")
    workshop.output = ["windows": [value]]
    ran.append(try workshop.run().ran.contains("model"))
  }
  #expect(ran == [false, false, true, false, false, true])
}

@Test func `A changed setting is not kept, however little its inputs changed`() throws {
  let workshop = try workshopWithCutoff()
  workshop.output = ["windows": [1]]
  try workshop.run()
  workshop.text = workshop.text.replacing("{model: baseline/mean}", with: "{model: baseline/mean, season: 5}")
  try workshop.setData("2\n")
  workshop.output = ["windows": [1.1]]
  #expect(try workshop.run().ran == ["series", "windows", "model"])
}

@Test func `Where the input that was kept is damaged, the step runs and nothing fails`() throws {
  let workshop = try workshopWithCutoff()
  workshop.output = ["windows": [1]]
  try workshop.run()
  let old = try workshop.store.current(of: "windows").directory
  try workshop.setData("2\n")
  workshop.output = ["windows": [1.1]]
  try workshop.run()
  #expect(try workshop.plan().last?.kept.count == 1)
  try workshop.folder.truncate(String(old.dropFirst(workshop.folder.path.count + 1)) + "/x.npy", to: 130)
  #expect(try workshop.states()["model"] == .run)
  #expect(try workshop.run().ran == ["model"])
}
