import Artifacts
import Chronology
import Configuration
import Orchestration
import TestSupport

/// A pipeline in a folder of its own, whose programs are played by the test.
///
/// Each publishes an array that follows from its key, or the one that `output` names, as the stages do: it resolves its
/// step when it begins, and publishes when it ends. Time is a number that passes only while nothing else can happen.
/// A class, because it guards the programs that run.
final class Workshop: Launcher {
  let folder = TemporaryFolder()
  /// The text of the pipeline file.
  var text = ""
  /// What a stage's program is, by default the stage's name.
  var programs: [Stage: String] = [:]
  /// What a step's array holds, by default something that its key decides.
  var output: [String: [Double]] = [:]
  /// The exit codes of a step's runs, one after the other; 0 when they are used up.
  var exits: [String: [Int32]] = [:]
  /// How many seconds a step's program takes.
  var durations: [String: Double] = [:]
  /// Programs that do not end when they are asked to.
  var stubborn: Set<String> = []
  /// Programs that end with code 0 and publish nothing.
  var idle: Set<String> = []
  /// What happens when a step's program was started, before it looks at its inputs.
  var beforehand: [String: () throws -> Void] = [:]
  /// What happens while a step's program runs, after it looked at its inputs.
  var meanwhile: [String: () throws -> Void] = [:]
  /// How much later it is each time the clock is read.
  var tick = 0.0
  var isInterrupted = false

  private(set) var seconds = 0.0
  private(set) var launched: [String] = []
  private(set) var startTimes: [Double] = []
  private(set) var forced: [String] = []
  private(set) var neighbours: [Int] = []
  private(set) var signals: [String] = []
  private(set) var notices: [String] = []
  /// The largest number of programs that ran at once.
  private(set) var peak = 0
  private var children: [ChildNumber: Child] = [:]
  private var count: Int32 = 0

  private struct Child {
    var step: String
    var resolved: ResolvedStep?
    var endsAt: Double
    var exitCode: Int32
    var isForced: Bool
  }

  var store: ArtifactStore { ArtifactStore(root: folder.path + "/artifacts") }

  func setData(_ text: String, _ name: String = "data.csv") throws {
    try folder.write("date,x\n" + text, to: name)
  }

  /// A series, windows, and a model with the `settings`.
  static func training(
    _ settings: String, environment: String = "[]", reads: String = "windows"
  ) throws -> Workshop {
    let workshop = Workshop()
    try workshop.setData("1\n")
    workshop.text = """
      version: 1
      steps:
        series: {stage: extract, with: {source: {kind: csv, path: \(workshop.folder.path)/data.csv, time: date}}}
        windows:
          stage: prepare
          reads: {series: series}
          with: {lookback: 4, horizon: 2, split: {preset: ett-hourly}}
        model:
          stage: train
          environment: \(environment)
          reads: {windows: \(reads)}
          with: \(settings)
      """
    return workshop
  }

  // MARK: Planning

  func file() throws -> PipelineFile { try PipelineFile(parsing: Array(text.utf8), path: "p.yaml") }

  func resolver() throws -> StepResolver {
    let models = ModelLibrary(folders: [Programs.repository + "/models"])
    return StepResolver(pipeline: try file(), store: store, models: models)
  }

  /// A planner as a program makes it each time, with the memory that the last one left.
  func planner() throws -> Planner {
    let memory = PlanMemory(path: store.root + "/journal/plan.memory", program: Digest(of: "pipeline")) {
      .max
    }
    return Planner(resolver: try resolver(), memory: memory) { [self] stage in identity(of: stage) }
  }

  private func identity(of stage: Stage) -> ProgramIdentity {
    ProgramIdentity(
      name: stage.rawValue, version: "0", digest: Digest(of: programs[stage] ?? stage.rawValue))
  }

  func plan(_ selection: Selection = .all, forced: Set<String> = []) throws -> [PlannedStep] {
    let planner = try planner()
    defer { planner.save() }
    return try planner.plan(selection, forced: forced)
  }

  func states(_ targets: [String] = [], forced: Set<String> = []) throws -> [String: StepState] {
    Dictionary(
      uniqueKeysWithValues: try plan(Selection(targets: targets), forced: forced).map {
        ($0.step.name, $0.state)
      })
  }

  func reasons(_ step: String) throws -> [String] {
    try plan().first { $0.step.name == step }?.reasons.map(\.description) ?? []
  }

  // MARK: Running

  @discardableResult
  func run(
    _ targets: [String] = [], extent: Selection.Extent = .upstream, jobs: Int = 1, keepsGoing: Bool = false,
    forced: Set<String> = []
  ) throws -> Runner.Outcome {
    (launched, startTimes, self.forced, neighbours, signals, notices, peak) = ([], [], [], [], [], [], 0)
    let planner = try planner()
    defer { planner.save() }
    let journal = Journal(store: store, started: Instant(milliseconds: 0), process: 1)
    let runner = Runner(
      planner: planner, launcher: self, journal: journal,
      invocation: { [self] step, start in
        neighbours.append(start.neighbours)
        return Invocation(program: step.name, arguments: start.isForced ? ["--force"] : [])
      },
      now: { Instant(milliseconds: 0) },
      seconds: { [self] in
        seconds += tick
        return seconds
      })
    let plan = try planner.plan(Selection(targets: targets, extent: extent), forced: forced)
    return try runner.run(
      plan, options: Runner.Options(jobs: jobs, keepsGoing: keepsGoing, forced: forced),
      isInterrupted: { [self] in isInterrupted }, tell: { [self] in note($0) })
  }

  private func note(_ notice: Runner.Notice) {
    switch notice {
    case .undecided(let step, let problem): notices.append("\(step.name) undecided: \(problem)")
    case .staleAgain(let planned): notices.append("\(planned.step.name) stale again")
    case .triesAgain(let planned, let code, let wait):
      notices.append("\(planned.step.name) tries again after \(code) in \(wait) s")
    case .blocked(let step, let cause): notices.append("\(step.name) blocked by \(cause)")
    default: break
    }
  }

  // MARK: Launcher

  /// No program has this name.
  static let missingProgram = DiskError.failed("start", "a program", 2)

  func start(_ invocation: Invocation) throws -> ChildNumber {
    let name = invocation.program
    if exits[name]?.first == -1 { throw Self.missingProgram }
    let isForced = invocation.arguments.contains("--force")
    launched.append(name)
    startTimes.append(seconds)
    if isForced { forced.append(name) }
    let exitCode = exits[name]?.isEmpty == false ? exits[name]?.removeFirst() ?? 0 : 0
    count += 1
    try beforehand.removeValue(forKey: name)?()
    let resolver = try resolver()
    let step = try resolver.pipeline.step(name)
    let resolved = try resolver.resolve(step, program: identity(of: step.stage))
    children[ChildNumber(count)] = Child(
      step: name, resolved: resolved, endsAt: seconds + (durations[name] ?? 0), exitCode: exitCode,
      isForced: isForced)
    peak = max(peak, children.count)
    try meanwhile.removeValue(forKey: name)?()
    return ChildNumber(count)
  }

  func events(withinSeconds limit: Double?) throws -> [ChildEvent] {
    guard let next = children.min(by: { ($0.value.endsAt, $0.key.value) < ($1.value.endsAt, $1.key.value) })
    else {
      // A launcher without children that is asked to wait for ever would never come back.
      guard let limit else { throw DiskError.failed("wait", "for ever", 0) }
      seconds += limit
      return []
    }
    let wait = next.value.endsAt - seconds
    if let limit, limit < wait {
      seconds += limit
      return []
    }
    seconds += max(wait, 0)
    children[next.key] = nil
    if next.value.exitCode == 0, !idle.contains(next.value.step) { try publish(next.value) }
    return [.ended(next.key, exitCode: next.value.exitCode)]
  }

  func signal(_ child: ChildNumber, _ number: Int32) {
    guard let name = children[child]?.step else { return }
    signals.append("\(name) \(number) at \(seconds)")
    guard number == 9 || !stubborn.contains(name) else { return }
    children[child]?.endsAt = seconds
    children[child]?.exitCode = 128 + number
  }

  /// Publishes what a step's program would, as another run may at any time.
  func publishAside(_ name: String) throws {
    let resolver = try resolver()
    let step = try resolver.pipeline.step(name)
    let resolved = try resolver.resolve(step, program: identity(of: step.stage))
    try publish(Child(step: name, resolved: resolved, endsAt: 0, exitCode: 0, isForced: false))
  }

  private func publish(_ child: Child) throws {
    guard let resolved = child.resolved else { return }
    let (name, key) = (child.step, resolved.key)
    if !child.isForced, let earlier = try? store.result(of: name, key: key.digest),
      earlier.firstFileMissingOrCut() == nil
    {
      return try store.setCurrent(of: name, to: key.digest, isDurable: false)
    }
    let publication = try Publication(in: store, step: name, key: key)
    let digits = key.digest.hex.utf8.prefix(8).reduce(0.0) { $0 * 16 + Double($1) }
    try publication.write("x", output[name] ?? [digits], axes: ["N"])
    _ = try publication.publish(kind: resolved.step.stage.writes, facts: [:]) { digest in
      RunRecord(
        manifest: digest, started: Instant(milliseconds: 0), finished: Instant(milliseconds: 0), host: "",
        peakMemoryBytes: 0, processorSeconds: 0, threads: 1, arguments: [], logFile: nil)
    }
  }
}
