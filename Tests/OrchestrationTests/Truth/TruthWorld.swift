import Artifacts
import Chronology
import Configuration
import Foundation
import Orchestration
import Registry
import TestSupport

/// A workspace on the disk, edited at random, and beside it the oracle, to which every edit is told.
///
/// A class, because it guards the folder and the programs that run.
final class TruthWorld: Launcher {
  /// What does not agree; nil as long as all does.
  var problem: String?
  /// How many decisions were compared, by what they were.
  var decisions: [StepState: Int] = [:]
  var runs = 0
  /// What was done, for people.
  var trace: [String] = []

  var pipeline: ModelPipeline
  var oracle = Oracle()
  var style = 0
  /// Earlier configurations, to go back to.
  var history: [ModelPipeline] = []
  /// How far the clock of the memory is ahead of the file system's, in nanoseconds.
  var clockOffset: Int64 = 10_000_000_000
  private(set) var root: String
  private let base: String
  private var moves = 0

  private var events = Oracle.Events()
  private var made: [String: String] = [:]
  private var ended: [ChildEvent] = []
  private var children: Int32 = 0

  /// Files of this size are remembered by the digest cache.
  private static let padding = String(repeating: "#", count: 1 << 16)
  private static let temporary = Disk.isDirectory("/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()

  init(shape: Int) throws {
    base = Self.temporary + "/candlewick-truth-" + UUID().uuidString.lowercased()
    root = base + "/w0"
    pipeline = Self.shapes[shape % Self.shapes.count]
    oracle.files = ["0", "1", "2"]
    for number in 0..<2 { set(variable: number, to: 0) }
    try Disk.createDirectory(root)
    for number in oracle.files.indices { try write(oracle.files[number], toFile: number) }
    history = [pipeline]
  }

  deinit { Disk.remove(base) }

  private static let shapes: [ModelPipeline] = [
    ModelPipeline(steps: [
      .init(name: "s0", stage: .extract),
      .init(name: "w0", stage: .prepare, reads: [.init(name: "series", step: "s0")]),
      .init(name: "t0", stage: .train, reads: [.init(name: "windows", step: "w0")]),
      .init(name: "r0", stage: .register, reads: [.init(name: "model", step: "t0")]),
      .init(
        name: "p0", stage: .predict,
        reads: [.init(name: "champion", step: "r0"), .init(name: "series", step: "s0")]),
    ]),
    ModelPipeline(steps: [
      .init(name: "s0", stage: .extract, variables: [0]),
      .init(name: "s1", stage: .extract, file: 1),
      .init(name: "w0", stage: .prepare, reads: [.init(name: "series", step: "s0")], matrix: [0, 1]),
      .init(name: "w1", stage: .prepare, reads: [.init(name: "series", step: "s1")], knob: 1),
      .init(name: "t0", stage: .train, reads: [.init(name: "windows", step: "w0")]),
      .init(name: "t1", stage: .train, reads: [.init(name: "windows", step: "w1")], variables: [1]),
      .init(name: "r0", stage: .register, reads: [.init(name: "model", step: "t0", gathers: true)]),
    ]),
    ModelPipeline(steps: [
      .init(name: "s0", stage: .extract, matrix: [0, 1]),
      .init(name: "w0", stage: .prepare, reads: [.init(name: "series", step: "s0")]),
      .init(name: "t0", stage: .train, reads: [.init(name: "windows", step: "w0")], matrix: [0, 1]),
      .init(name: "r0", stage: .register, reads: [.init(name: "model", step: "t0", gathers: true)]),
      .init(
        name: "p0", stage: .predict,
        reads: [.init(name: "champion", step: "r0"), .init(name: "series", step: "s0")]),
    ]),
    ModelPipeline(steps: [
      .init(name: "s0", stage: .extract),
      .init(name: "w0", stage: .prepare, reads: [.init(name: "series", step: "s0")]),
      .init(name: "t0", stage: .train, reads: [.init(name: "windows", step: "w0")]),
      .init(name: "t1", stage: .train, reads: [.init(name: "windows", step: "w0")], knob: 1),
      .init(
        name: "r0", stage: .register,
        reads: [.init(name: "model", step: "t0"), .init(name: "model", step: "t1")]),
    ]),
  ]

  var store: ArtifactStore { ArtifactStore(root: root + "/artifacts") }
  var memoryPath: String { store.root + "/journal/plan.memory" }
  var cachePath: String { store.root + "/journal/digests.json" }

  func fail(_ words: String) { if problem == nil { problem = words } }

  // MARK: The world

  func path(ofFile number: Int) -> String { "\(root)/data\(number).csv" }

  func text(ofFile content: String) -> String { "date,x\n\(content)\n\(Self.padding)\n" }

  func write(_ content: String, toFile number: Int) throws {
    Disk.remove(path(ofFile: number))
    try Disk.create(path(ofFile: number), contents: Array(text(ofFile: content).utf8), isDurable: false)
    oracle.files[number] = content
  }

  func set(variable: Int, to value: Int) {
    ProcessEnvironment.set("TRUTH_\(variable)", to: "\(value)")
    oracle.variables[variable] = value
  }

  func moveFolder() throws {
    moves += 1
    let place = base + "/w\(moves)"
    try Disk.rename(root, to: place)
    root = place
  }

  /// Nanoseconds since the epoch, for memories.
  private var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) + clockOffset
  }

  /// Waits until the file system's clock has moved on.
  ///
  /// With a clock that is ahead of it, the memories cannot know that two changes fell into one tick.
  func waitForTick() {
    var (first, next) = (timespec(), timespec())
    clock_gettime(CLOCK_REALTIME_COARSE, &first)
    repeat {
      clock_gettime(CLOCK_REALTIME_COARSE, &next)
    } while first.tv_nsec == next.tv_nsec && first.tv_sec == next.tv_sec
  }

  // MARK: Planning

  private func file(only: String? = nil) throws -> PipelineFile {
    try PipelineFile(
      parsing: Array(pipeline.text(root: root, style: style).utf8), path: "p.yaml", only: only)
  }

  private func identity(of stage: Stage) -> ProgramIdentity {
    ProgramIdentity(
      name: stage.rawValue, version: "0", digest: Digest(of: "\(stage) \(oracle.programs[stage] ?? 0)"))
  }

  private static let models = ModelLibrary(folders: [Programs.repository + "/models"])

  /// A planner as each call of the program makes it, and what it writes back at its end.
  func open() throws -> (planner: Planner, save: () -> Void) {
    let cache = DigestCache(path: cachePath) { [self] in now }
    let memory = PlanMemory(path: memoryPath, program: Digest(of: "pipeline")) { [self] in now }
    let resolver = StepResolver(
      pipeline: try file(), store: store, models: Self.models, digestOfFile: cache.digest(of:))
    let planner = Planner(resolver: resolver, memory: memory) { [self] in identity(of: $0) }
    return (
      planner,
      {
        cache.save()
        planner.save()
      }
    )
  }

  /// Compares every decision; gives the plan, or nil where there is none.
  @discardableResult
  func check(_ selection: Selection = .all, forced: Set<String> = []) throws -> (
    planner: Planner, plan: [PlannedStep], save: () -> Void
  )? {
    let all = pipeline.instances
    let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    let (planner, save) = try open()
    let names = planner.pipeline.steps.map(\.name)
    guard Set(names) == Set(byName.keys), names.count == all.count else {
      fail("the file has \(names), not \(all.map(\.name))")
      return nil
    }
    let chosen = try selection.steps(of: planner.pipeline).compactMap { byName[$0.name] }
    let expected = oracle.decisions(chosen, among: all, forced: forced)
    do {
      let plan = try planner.plan(selection, forced: forced)
      save()
      for planned in plan { decisions[planned.state, default: 0] += 1 }
      guard let expected else {
        fail("something is missing, and there is a plan all the same")
        return nil
      }
      for planned in plan where expected[planned.step.name] != planned.state {
        let words = expected[planned.step.name]?.rawValue ?? "nothing"
        fail(
          "\(planned.step.name) is '\(planned.state.rawValue)' \(planned.reasons) and should be '\(words)'")
      }
      if plan.count != expected.count { fail("\(plan.count) decisions instead of \(expected.count)") }
      return (planner, plan, save)
    } catch {
      if expected != nil { fail("there is no plan: \(error)") }
      return nil
    }
  }

  // MARK: Running

  func run(_ selection: Selection, jobs: Int, _ events: Oracle.Events) throws {
    guard let (planner, plan, save) = try check(selection, forced: events.forced), problem == nil else {
      return
    }
    runs += 1
    let all = pipeline.instances
    let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    let planned = Dictionary(plan.map { ($0.step.name, $0.state) }) { first, _ in first }
    (self.events, made) = (events, [:])
    var after = oracle
    let expected = after.run(plan.compactMap { byName[$0.step.name] }, among: all, planned: planned, events)
    let journal = Journal(store: store, started: Instant(milliseconds: 0), process: 1)
    let runner = Runner(
      planner: planner, launcher: self, journal: journal,
      invocation: { step, start in
        Invocation(program: step.name, arguments: start.isForced ? ["--force"] : [])
      },
      now: { Instant(milliseconds: 0) }, seconds: { 0 })
    let outcome = try runner.run(
      plan,
      options: Runner.Options(
        jobs: jobs, keepsGoing: events.keepsGoing, forced: events.forced),
      isInterrupted: { false }, tell: { _ in })
    save()
    let folders = oracle.results
    oracle = after
    for (step, results) in folders {
      for (recipe, result) in results where oracle.results[step]?[recipe]?.folder == "" {
        oracle.results[step]?[recipe]?.folder = result.folder
      }
    }
    noteFolders()
    try noteVersions(byName)
    compare(outcome, expected, planned)
  }

  /// Where programs published what they made, which tells whether keys and recipes go together one to one.
  private func noteFolders() {
    for (step, recipe) in made {
      let folder = store.currentFolder(of: step) ?? "nowhere"
      guard let known = oracle.results[step]?[recipe] else { continue }
      if known.folder.isEmpty {
        oracle.results[step]?[recipe]?.folder = folder
      } else if known.folder != folder {
        fail("\(step) has two keys, \(known.folder) and \(folder), for \(recipe)")
      }
      for (other, result) in oracle.results[step] ?? [:] where other != recipe && result.folder == folder {
        fail("\(step) has one key for \(recipe) and \(other)")
      }
    }
  }

  private func noteVersions(_ steps: [String: ModelPipeline.Instance]) throws {
    for name in made.keys {
      guard let step = steps[name], step.model != nil else { continue }
      let version = try store.current(of: name).manifest.facts["version"]?.integer ?? 0
      if let words = oracle.settle(step, version: version) { fail(words) }
    }
  }

  private func compare(
    _ outcome: Runner.Outcome, _ expected: Oracle.Expectation, _ planned: [String: StepState]
  ) {
    var actual = Oracle.Expectation(
      ran: Set(outcome.ran), restored: Set(outcome.restored), fresh: Set(outcome.fresh),
      failed: Set(outcome.failed.map(\.step)), blocked: Set(outcome.blocked),
      staleAgain: Set(outcome.staleAgain), made: made)
    if !events.keepsGoing, !outcome.failed.isEmpty {
      // While the program ran that failed, steps that need none may have had their turn.
      for name in actual.restored.subtracting(expected.restored) where planned[name] == .restore {
        actual.restored.remove(name)
        oracle.restore(name, among: pipeline.instances)
      }
      actual.fresh.subtract(actual.fresh.subtracting(expected.fresh).filter { planned[$0] == .fresh })
    }
    if actual != expected { fail("the run came to \(actual), and should to \(expected)") }
    // An edit in the middle of a run is one that no dry run knew of.
    guard outcome.failed.isEmpty, events.edit == nil else { return }
    for (name, state) in planned {
      let isRight =
        switch state {
        case .fresh: outcome.fresh.contains(name)
        case .restore: outcome.restored.contains(name)
        case .run: outcome.ran.contains(name)
        case .maybe: (outcome.fresh + outcome.restored + outcome.ran).contains(name)
        }
      if !isRight { fail("the dry run said '\(state.rawValue)' of \(name), and the run \(outcome)") }
    }
  }

  // MARK: Programs

  func start(_ invocation: Invocation) throws -> ChildNumber {
    children += 1
    let code: Int32
    do {
      code =
        invocation.program == events.failing
        ? 65 : try perform(invocation.program, isForced: !invocation.arguments.isEmpty)
    } catch let error as ArtifactError {
      // A damaged input: the oracle knows of it.
      code = error.exitStatus.rawValue
    } catch {
      fail("the program of \(invocation.program) failed: \(error)")
      code = 70
    }
    ended.append(.ended(ChildNumber(children), exitCode: code))
    return ChildNumber(children)
  }

  func events(withinSeconds: Double?) throws -> [ChildEvent] {
    ended.isEmpty ? [] : [ended.remove(at: Int(children) % ended.count)]
  }

  func signal(_ child: ChildNumber, _ number: Int32) {}

  /// Does what a stage program does: resolve, look for an earlier result, read, publish under the key of what was read.
  private func perform(_ name: String, isForced: Bool) throws -> Int32 {
    guard let instance = pipeline.instances.first(where: { $0.name == name }) else { return 70 }
    let resolver = StepResolver(pipeline: try file(only: name), store: store, models: Self.models)
    let step = try resolver.pipeline.step(name)
    let resolved = try resolver.resolve(step, program: identity(of: step.stage))
    let inputs = try resolved.inputs.map { input in
      (
        name: input.key,
        content: "\(Int(try input.value.array("x", of: Double.self, shape: [1]).values[0]))"
      )
    }
    made[name] = Oracle.recipe(own: oracle.own(instance), inputs: inputs)
    if !isForced, let earlier = try wholeResult(of: name, key: resolved.key),
      try instance.model.map({ try promote(earlier.manifest.facts["version"]?.integer ?? 0, of: $0) }) ?? true
    {
      try store.setCurrent(of: name, to: resolved.key.digest, isDurable: false)
      return 0
    }
    return try publish(instance, resolved, inputs)
  }

  private func wholeResult(of name: String, key: StepKey) throws -> Artifact? {
    let earlier = try store.result(of: name, key: key.digest)
    return earlier?.firstFileMissingOrCut() == nil ? earlier : nil
  }

  private func publish(
    _ instance: ModelPipeline.Instance, _ resolved: ResolvedStep, _ inputs: [(name: String, content: String)]
  ) throws -> Int32 {
    var key = resolved.key
    var read: String?
    if let number = instance.file {
      let edit = events.edit.flatMap { $0.step == instance.name ? $0 : nil }
      if let edit, edit.isBeforeReading { try put(edit.content, inFile: number) }
      let bytes = try Disk.read(path(ofFile: number))
      read = String(decoding: bytes.split(separator: 0x0A)[1], as: UTF8.self)
      if let edit, !edit.isBeforeReading { try put(edit.content, inFile: number) }
      for place in key.inputs.indices where key.inputs[place].kind == nil {
        key.inputs[place].digest = Digest(of: bytes)
        key.inputs[place].content = key.inputs[place].digest
      }
    }
    let recipe = Oracle.recipe(own: oracle.own(instance, reading: read), inputs: inputs)
    made[instance.name] = recipe
    if key != resolved.key, try wholeResult(of: instance.name, key: key) != nil {
      try store.setCurrent(of: instance.name, to: key.digest, isDurable: false)
      return 0
    }
    let publication = try Publication(in: store, step: instance.name, key: key)
    try publication.write("x", [Double(Oracle.content(of: recipe)) ?? -1], axes: ["N"])
    _ = try publication.publish(
      kind: resolved.step.stage.writes, facts: try facts(of: instance, resolved),
      supersedes: resolved.step.stage.actsOutside, record: Self.record)
    return 0
  }

  /// The file has other contents at once; the oracle learns of them from what the run has to come to.
  private func put(_ content: String, inFile number: Int) throws {
    waitForTick()
    try Disk.replace(path(ofFile: number), contents: Array(text(ofFile: content).utf8), isDurable: false)
  }

  private func facts(
    of instance: ModelPipeline.Instance, _ resolved: ResolvedStep
  ) throws -> [String: JSON] {
    guard let model = instance.model else { return [:] }
    let candidates = try resolved.inputs.values.map { artifact in
      (try artifact.array("x", of: Double.self, shape: [1]).values[0], artifact)
    }
    guard let best = candidates.min(by: { $0.0 < $1.0 })?.1 else { return [:] }
    let registration = try registry(model).register(best, evidence: [:], reason: "better")
    return [
      "name": .string(model), "version": JSON(registration.version),
      "model": .string(registration.model.description),
    ]
  }

  private func registry(_ model: String) -> ModelRegistry {
    ModelRegistry(name: model, in: store, stamp: Stamp(time: Instant(milliseconds: 0), actor: "test"))
  }

  /// Makes a version champion; false when it is gone.
  @discardableResult
  func promote(_ version: Int, of model: String) throws -> Bool {
    let place = RegisteredModel(name: model, in: store)
    guard Disk.exists(place.directory(ofVersion: version) + "/manifest.json") else { return false }
    let digest = try place.artifact(ofVersion: version, madeBy: "test").digest
    return try registry(model).promote(version: version, of: digest, reason: "back")
  }

  private static func record(_ digest: Digest) -> RunRecord {
    RunRecord(
      manifest: digest, started: Instant(milliseconds: 0), finished: Instant(milliseconds: 0), host: "",
      peakMemoryBytes: 0, processorSeconds: 0, threads: 1, arguments: [], logFile: nil)
  }
}
