import Artifacts
import Chronology
import Configuration
import Orchestration
import TestSupport
import Testing

/// A pipeline in a folder of its own, whose programs are played by the test: each publishes an artifact whose bytes
/// follow from its settings and inputs as `output` says.
private final class Workshop: Launcher {
  let folder = TemporaryFolder()
  var programs: [Stage: String] = [:]
  /// What a step's array holds, by default something that its key decides.
  var output: [String: Double] = [:]
  var failing: [String: Int32] = [:]
  private(set) var launched: [String] = []
  private(set) var forced: [String] = []
  var horizon = 2
  var lookback = 4
  var reordered = false

  init() throws { try setData("1\n2\n") }

  func setData(_ text: String) throws { try folder.write("date,x\n" + text, to: "data.csv") }

  var text: String {
    let series = """
        series:
          stage: extract
          with: {source: {kind: csv, path: \(folder.path)/data.csv, time: date}}

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
    let steps = reordered ? [model, other, windows, series] : [series, windows, other, model]
    return "version: 1\nsteps:\n" + steps.joined()
  }

  var store: ArtifactStore { ArtifactStore(root: folder.path + "/artifacts") }

  func planner() throws -> Planner {
    let file = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
    let models = ModelLibrary(folders: [Programs.repository + "/models"])
    return Planner(resolver: StepResolver(pipeline: file, store: store, models: models)) { [self] stage in
      ProgramIdentity(
        name: stage.rawValue, version: "0", digest: Digest(of: programs[stage] ?? stage.rawValue))
    }
  }

  func states(_ targets: [String] = [], forced: Set<String> = []) throws -> [String: StepState] {
    Dictionary(
      uniqueKeysWithValues: try planner().plan(targets: targets, forced: forced).map {
        ($0.step.name, $0.state)
      })
  }

  func reasons(_ step: String) throws -> [String] {
    try planner().plan().first { $0.step.name == step }?.reasons.map(\.description) ?? []
  }

  @discardableResult
  func run(_ targets: [String] = [], forced: Set<String> = []) throws -> Runner.Outcome {
    launched = []
    self.forced = []
    let planner = try planner()
    let journal = Journal(store: store, started: Instant(milliseconds: 0), process: 1)
    let runner = Runner(
      planner: planner, launcher: self, journal: journal,
      invocation: { step, force in Invocation(program: step.name, arguments: force ? ["--force"] : []) },
      now: { Instant(milliseconds: 0) }, seconds: { 0 })
    return try runner.run(
      store: store, targets: targets, forced: forced, isInterrupted: { false }, tell: { _ in })
  }

  func run(_ invocation: Invocation, receive: (OutputPiece) -> Void) throws -> Int32 {
    let name = invocation.program
    launched.append(name)
    if invocation.arguments.contains("--force") { self.forced.append(name) }
    if let code = failing[name] { return code }
    let planner = try planner()
    guard let planned = try planner.plan(targets: [name], forced: [name]).last, let key = planned.key else {
      return 70
    }
    let publication = try Publication(in: store, step: name, key: key)
    let digits = key.digest.hex.utf8.prefix(8).reduce(0.0) { $0 * 16 + Double($1) }
    try publication.write("x", [output[name] ?? digits], axes: ["N"])
    _ = try publication.publish(kind: planned.step.stage.writes, facts: [:]) { digest in
      RunRecord(
        manifest: digest, started: Instant(milliseconds: 0), finished: Instant(milliseconds: 0), host: "",
        peakMemoryBytes: 0,
        processorSeconds: 0, threads: 1, arguments: [], logFile: nil)
    }
    return 0
  }
}

private let allFresh: [String: StepState] = [
  "series": .fresh, "windows": .fresh, "other": .fresh, "model": .fresh,
]

@Test func `What never ran runs, and then nothing does`() throws {
  let workshop = try Workshop()
  #expect(try workshop.states() == ["series": .run, "windows": .run, "other": .run, "model": .run])
  #expect(try workshop.reasons("series") == ["never ran"])
  #expect(try workshop.run().ran == ["series", "windows", "other", "model"])
  #expect(try workshop.states() == allFresh)
  #expect(try workshop.run().ran.isEmpty && workshop.launched.isEmpty)
}

@Test func `A changed setting reruns its step and those behind it, and no other`() throws {
  let workshop = try Workshop()
  try workshop.run()
  workshop.horizon = 3
  #expect(try workshop.states() == ["series": .fresh, "windows": .run, "other": .fresh, "model": .maybe])
  #expect(try workshop.reasons("windows") == ["with.horizon 2 → 3"])
  #expect(try workshop.run().ran == ["windows", "model"])
}

@Test func `Going back restores what was made before and launches nothing`() throws {
  let workshop = try Workshop()
  try workshop.run()
  workshop.horizon = 3
  try workshop.run()
  workshop.horizon = 2
  #expect(
    try workshop.states() == ["series": .fresh, "windows": .restore, "other": .fresh, "model": .restore])
  let outcome = try workshop.run()
  #expect(outcome.restored == ["windows", "model"] && outcome.ran.isEmpty && workshop.launched.isEmpty)
  #expect(try workshop.states() == allFresh)
}

@Test func `A step that runs and makes the same bytes leaves everything behind it fresh`() throws {
  let workshop = try Workshop()
  workshop.output["series"] = 1
  try workshop.run()
  try workshop.setData("3\n")
  #expect(try workshop.states() == ["series": .run, "windows": .maybe, "other": .maybe, "model": .maybe])
  let outcome = try workshop.run()
  #expect(outcome.ran == ["series"] && outcome.fresh == ["windows", "other", "model"])
}

@Test func `A changed program reruns its step`() throws {
  let workshop = try Workshop()
  try workshop.run()
  workshop.programs[.train] = "rebuilt"
  #expect(try workshop.states() == ["series": .fresh, "windows": .fresh, "other": .fresh, "model": .run])
  #expect(try workshop.reasons("model").first?.hasPrefix("program changed ") == true)
}

@Test func `A touched file, another clock and another order of steps change nothing`() throws {
  let workshop = try Workshop()
  try workshop.run()
  try workshop.setData("1\n2\n")
  workshop.reordered = true
  #expect(try workshop.states() == allFresh)
}

@Test func `A changed file names the setting that names it`() throws {
  let workshop = try Workshop()
  try workshop.run()
  try workshop.setData("5\n")
  #expect(try workshop.reasons("series").first?.hasPrefix("file source.path changed ") == true)
}

@Test func `A cut, missing or unreadable result runs again, by force`() throws {
  let workshop = try Workshop()
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
  let workshop = try Workshop()
  try workshop.run()
  #expect(try workshop.states(forced: ["windows"])["windows"] == .run)
  let outcome = try workshop.run(forced: ["windows"])
  #expect(
    outcome.ran == ["windows"] && outcome.fresh == ["series", "other", "model"]
      && workshop.forced == ["windows"])
  #expect(throws: ConfigurationError.self) { try workshop.states(forced: ["window"]) }
}

@Test func `Targets bring in what they read, and nothing else`() throws {
  let workshop = try Workshop()
  #expect(try workshop.run(["other"]).ran == ["series", "other"])
  #expect(try workshop.run(["model"]).ran == ["windows", "model"])
}

@Test func `A failure stops the run, keeps what was made, and the next run goes on there`() throws {
  let workshop = try Workshop()
  workshop.failing["windows"] = 65
  let outcome = try workshop.run()
  #expect(outcome.failed == "windows" && outcome.exitCode == 65 && outcome.ran == ["series"])
  workshop.failing = [:]
  #expect(try workshop.run().ran == ["windows", "other", "model"])
}

@Test func `The dry run's certain part is what the run does, and its possible part holds the rest`() throws {
  let workshop = try Workshop()
  workshop.output["series"] = 1
  try workshop.run()
  for step in 0..<12 {
    switch step % 4 {
    case 0: workshop.horizon = 2 + step % 3
    case 1: try workshop.setData("\(step)\n")
    case 2: workshop.output["series"] = Double(step % 5)
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
