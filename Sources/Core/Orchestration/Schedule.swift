import Artifacts
private import Chronology
import Configuration

/// A run in progress: which steps wait for others, which have their turn, which run.
///
/// A class, because it guards the children that it started.
final class Schedule {
  private struct Running {
    var place: Int
    var planned: PlannedStep
    var attempt: Int
    var started: Double
    /// What was there before: the folder of the step's current result, and what the step is made from.
    var before: (folder: String?, surroundings: [FileStamp?])
    /// When it is asked to end, and when it is made to.
    var deadlines: [(at: Double, signal: Int32)]
    var isTimedOut = false
  }

  private struct Turn {
    var place: Int
    /// Whether a program may have to be started, of which only so many run at once.
    var needsSlot: Bool
    var attempt = 1
    /// Not before this moment.
    var notBefore = -Double.infinity
  }

  private static let (terminate, kill): (Int32, Int32) = (15, 9)
  /// How long a child that was told to end may take for it.
  private static let graceSeconds = 10.0

  private let runner: Runner
  private let plan: [PlannedStep]
  private let options: Runner.Options
  private let isInterrupted: () -> Bool
  private let tell: (Runner.Notice) -> Void
  private(set) var outcome = Runner.Outcome()

  private var readers: [[Int]] = []
  /// How many of those that a step reads are not done.
  private var missing: [Int] = []
  /// Whether something that it reads, directly or not, was made anew in this run.
  private var isMoved: [Bool] = []
  private var turns: [Turn] = []
  /// How many of the turns need no slot.
  private var immediate = 0
  private var running: [ChildNumber: Running] = [:]
  private var taken: [String: Int] = [:]
  private var forced: Set<String>
  private var isJournalOpen = false
  private var isStopped = false

  init(
    _ runner: Runner, _ plan: [PlannedStep], options: Runner.Options, isInterrupted: @escaping () -> Bool,
    tell: @escaping (Runner.Notice) -> Void
  ) {
    self.runner = runner
    self.plan = plan
    self.options = options
    self.isInterrupted = isInterrupted
    self.tell = tell
    forced = Set(
      plan.lazy.map(\.step).filter {
        options.forced.contains($0.name) || options.forced.contains($0.base)
      }.map(\.name))
    let places = Dictionary(uniqueKeysWithValues: plan.indices.map { (plan[$0].step.name, $0) })
    readers = Array(repeating: [], count: plan.count)
    missing = Array(repeating: 0, count: plan.count)
    isMoved = Array(repeating: false, count: plan.count)
    for (place, planned) in plan.enumerated() {
      for source in planned.step.reads.compactMap({ places[$0.step] }) {
        readers[source].append(place)
        missing[place] += 1
      }
      if missing[place] == 0 { insert(turn(place)) }
    }
  }

  func carryOut() throws {
    while true {
      let now = runner.seconds()
      takeTurns(at: now)
      guard !running.isEmpty || (!turns.isEmpty && !isStopped) else { break }
      for event in try runner.launcher.events(withinSeconds: secondsToWait(since: now)) { handle(event) }
      enforceDeadlines()
    }
    if isInterrupted(), outcome.failed.isEmpty || outcome.exitCode == 0 {
      outcome.exitCode = ExitStatus.interrupted.rawValue
    }
    for turn in turns where turn.attempt > 1 { fail(plan[turn.place].step, exitCode: .temporary) }
    block()
  }

  // MARK: Turns

  /// Gives every step its turn that can have one now.
  private func takeTurns(at now: Double) {
    var place = 0
    while place < turns.count {
      if isInterrupted() { isStopped = true }
      guard !isStopped, hasSlot || immediate > 0 else { return }
      let turn = turns[place]
      guard turn.notBefore <= now, hasSlot || !turn.needsSlot else {
        place += 1
        continue
      }
      let isTaken = take(turn)
      if !turn.needsSlot { immediate -= 1 }
      if isTaken {
        turns.remove(at: place)
      } else {
        turns[place].needsSlot = true
        place += 1
      }
    }
  }

  /// Whether the step had its turn: it is done, it runs, or it failed before it could.
  private func take(_ turn: Turn) -> Bool {
    do { return try tryToTake(turn) } catch {
      let (planned, status) = (plan[turn.place], (error as? any Failure)?.exitStatus ?? .ourBug)
      record(planned, attempt: turn.attempt, exitCode: status.rawValue, since: runner.seconds())
      tell(.undecided(planned.step, "\(error)"))
      fail(planned.step, exitCode: status)
      return true
    }
  }

  private func tryToTake(_ turn: Turn) throws -> Bool {
    let step = plan[turn.place].step
    guard !turn.needsSlot || hasResources(for: step) else { return false }
    let planned = try decision(turn)
    switch planned.state {
    case .fresh:
      outcome.fresh.append(step.name)
      tell(.fresh(planned))
      finish(turn.place, isMoved: false)
      return true
    case .restore where try runner.restoration.restore(planned):
      record(planned, attempt: 1, exitCode: 0, since: runner.seconds())
      outcome.restored.append(step.name)
      tell(.restored(planned))
      finish(turn.place, isMoved: false)
      return true
    case .restore, .run, .maybe:
      // What could not be restored by a link is left to its program, which needs a place like any other.
      guard hasSlot, hasResources(for: step) else { return false }
      try start(planned, turn)
      return true
    }
  }

  /// Whether the plan's decision stands, because nothing that the step depends on has moved.
  private func isSettled(_ place: Int) -> Bool {
    let planned = plan[place]
    return !isMoved[place] && planned.key != nil && (planned.state == .fresh || planned.state == .restore)
  }

  private func decision(_ turn: Turn) throws -> PlannedStep {
    let planned = plan[turn.place]
    if isSettled(turn.place) { return planned }
    return try runner.planner.decide(planned.step, isForced: forced.contains(planned.step.name))
  }

  private var hasSlot: Bool { running.count < options.jobs }

  private func hasResources(for step: PipelineFile.Step) -> Bool {
    step.execution.resources.allSatisfy { name, amount in
      taken[name, default: 0] + amount <= runner.planner.pipeline.pools[name, default: 0]
    }
  }

  // MARK: Children

  private func start(_ planned: PlannedStep, _ turn: Turn) throws {
    let step = planned.step
    openJournal()
    let waiting = turns.lazy.filter { $0.notBefore <= self.runner.seconds() }.prefix(self.options.jobs).count
    let start = Runner.Start(
      isForced: forced.contains(step.name) || planned.isDamaged,
      neighbours: min(options.jobs, max(running.count + waiting, 1)))
    let invocation = runner.invocation(step, start)
    tell(.begins(planned, invocation))
    runner.journal.append(Array(("$ " + invocation.commandLine + "\n").utf8), toLogOf: step.name)
    let before = (
      folder: runner.planner.store.currentFolder(of: step.name),
      surroundings: runner.planner.surroundings(of: step)
    )
    let child = try runner.launcher.start(invocation)
    let began = runner.seconds()
    let deadlines = step.execution.timeoutSeconds.map {
      [(began + $0, Self.terminate), (began + $0 + Self.graceSeconds, Self.kill)]
    }
    running[child] = Running(
      place: turn.place, planned: planned, attempt: turn.attempt, started: began, before: before,
      deadlines: deadlines ?? [])
    for (name, amount) in step.execution.resources { taken[name, default: 0] += amount }
  }

  private func handle(_ event: ChildEvent) {
    switch event {
    case .wrote(let child, let piece):
      guard let run = running[child] else { return }
      runner.journal.append(piece.withoutLivePieces, toLogOf: run.planned.step.name)
      tell(.output(run.planned, piece))
    case .ended(let child, let code):
      guard let run = running.removeValue(forKey: child) else { return }
      for (name, amount) in run.planned.step.execution.resources { taken[name, default: 0] -= amount }
      // One that was done just when its time was over is done.
      ended(run, exitCode: run.isTimedOut && code != 0 ? ExitStatus.timedOut.rawValue : code)
    }
  }

  private func ended(_ run: Running, exitCode: Int32) {
    let step = run.planned.step
    guard exitCode == 0 else {
      record(run.planned, attempt: run.attempt, exitCode: exitCode, since: run.started)
      if exitCode == ExitStatus.temporary.rawValue, run.attempt <= step.execution.retries, !isInterrupted() {
        return tryAgain(run)
      }
      tell(.failed(run.planned, exitCode: exitCode))
      return fail(step, exitCode: exitCode)
    }
    forced.remove(step.name)
    check(run)
  }

  private func tryAgain(_ run: Running) {
    let wait = run.planned.step.execution.waitSeconds(beforeAttempt: run.attempt + 1)
    tell(.triesAgain(run.planned, exitCode: ExitStatus.temporary.rawValue, inSeconds: wait))
    let notBefore = runner.seconds() + wait
    insert(Turn(place: run.place, needsSlot: true, attempt: run.attempt + 1, notBefore: notBefore))
  }

  /// Looks whether a program that says it is done left the result that was planned, or of what it was made from now.
  private func check(_ run: Running) {
    let (planned, step) = (run.planned, run.planned.step)
    // Of a step that asks a server each time nothing could be said without asking again.
    let after = planned.isAsking ? nil : try? runner.planner.decide(step, isForced: false)
    let isStillToDo = after?.state == .run && after?.key == planned.key && after?.isAsking == false
    let folder = runner.planner.store.currentFolder(of: step.name)
    let isUntouched =
      folder == run.before.folder && runner.planner.surroundings(of: step) == run.before.surroundings
    guard folder != nil, !isStillToDo || !isUntouched else {
      record(planned, attempt: run.attempt, exitCode: ExitStatus.ourBug.rawValue, since: run.started)
      tell(.undecided(step, "its program ended with exit code 0 and published nothing that is whole"))
      return fail(step, exitCode: .ourBug)
    }
    record(planned, attempt: run.attempt, exitCode: 0, since: run.started)
    if planned.state == .restore {
      outcome.restored.append(step.name)
      tell(.restored(planned))
    } else {
      outcome.ran.append(step.name)
      tell(.published(planned, seconds: runner.seconds() - run.started))
    }
    if let after, after.state != .fresh, !after.isAsking {
      outcome.staleAgain.append(step.name)
      tell(.staleAgain(after))
    }
    finish(run.place, isMoved: true)
  }

  // MARK: Ends

  /// What reads the step may have its turn.
  private func finish(_ place: Int, isMoved moved: Bool) {
    for reader in readers[place] {
      missing[reader] -= 1
      if moved || isMoved[place] { isMoved[reader] = true }
      if missing[reader] == 0 { insert(turn(reader)) }
    }
  }

  /// Steps have their turns in the order of the file, so that what a turn brings about comes behind it.
  private func insert(_ turn: Turn) {
    var (low, high) = (0, turns.count)
    while low < high {
      let middle = (low + high) / 2
      if turns[middle].place > turn.place { high = middle } else { low = middle + 1 }
    }
    turns.insert(turn, at: low)
    if !turn.needsSlot { immediate += 1 }
  }

  private func turn(_ place: Int) -> Turn { Turn(place: place, needsSlot: !isSettled(place)) }

  private func fail(_ step: PipelineFile.Step, exitCode status: ExitStatus) {
    fail(step, exitCode: status.rawValue)
  }

  private func fail(_ step: PipelineFile.Step, exitCode: Int32) {
    outcome.failed.append(Runner.Outcome.Failure(step: step.name, exitCode: exitCode))
    if outcome.exitCode == 0 { outcome.exitCode = exitCode }
    if !options.keepsGoing { isStopped = true }
  }

  /// Names the steps that never had a turn because of one that failed.
  private func block() {
    guard !outcome.failed.isEmpty else { return }
    var causes = Dictionary(outcome.failed.map { ($0.step, $0.step) }) { first, _ in first }
    for planned in plan where causes[planned.step.name] == nil {
      guard let cause = planned.step.reads.lazy.compactMap({ causes[$0.step] }).first else { continue }
      causes[planned.step.name] = cause
      outcome.blocked.append(planned.step.name)
      tell(.blocked(planned.step, by: cause))
    }
  }

  // MARK: Time

  /// How long nothing but a child can be of interest; nil for ever.
  ///
  /// What counts as later is what was later when turns were taken, `now`: a moment that came meanwhile would else be
  /// waited for by nobody.
  private func secondsToWait(since now: Double) -> Double? {
    let moments =
      running.values.compactMap { $0.deadlines.first?.at } + turns.map(\.notBefore).filter { $0 > now }
    guard let next = moments.min() else { return nil }
    let wait = max(next - runner.seconds(), 0)
    // A signal does not end the waiting, so that a run which only waits looks up now and then.
    return running.isEmpty ? min(wait, 0.2) : wait
  }

  private func enforceDeadlines() {
    for (child, run) in running {
      guard let next = run.deadlines.first, next.at <= runner.seconds() else { continue }
      runner.launcher.signal(child, next.signal)
      running[child]?.deadlines.removeFirst()
      running[child]?.isTimedOut = true
    }
  }

  // MARK: Journal

  private func openJournal() {
    if !isJournalOpen { runner.journal.open() }
    isJournalOpen = true
  }

  private func record(_ planned: PlannedStep, attempt: Int, exitCode: Int32, since started: Double) {
    openJournal()
    // What a step saw of the world may have settled another key than was planned.
    let isMade = exitCode == 0 && planned.state != .restore
    let made = isMade ? (try? runner.planner.store.current(of: planned.step.name))?.manifest.key : nil
    runner.journal.record(
      Journal.Event(
        step: planned.step.name, state: planned.state, reasons: planned.reasons.map(\.description),
        key: made ?? planned.key, attempt: attempt, exitCode: exitCode, seconds: runner.seconds() - started,
        finished: runner.now()))
  }
}

extension PlannedStep {
  /// Whether it runs because only a server can say whether it has to.
  fileprivate var isAsking: Bool {
    reasons.contains { if case .asks = $0 { true } else { false } }
  }

  /// Whether the result is there under its key and must be made anew all the same.
  fileprivate var isDamaged: Bool {
    reasons.contains { if case .outputDamaged = $0 { true } else { false } }
  }
}

extension OutputPiece {
  /// The bytes without lines that renew themselves: they begin with a carriage return and an escape.
  package var withoutLivePieces: [UInt8] {
    guard bytes.contains(0x1B) else { return bytes }
    let isLive: (ArraySlice<UInt8>) -> Bool = { $0.starts(with: [0x1B]) }
    let pieces = bytes.split(separator: 0x0D, omittingEmptySubsequences: false)
    return pieces.flatMap { piece -> [UInt8] in
      guard isLive(piece) else { return Array(piece) }
      // A renewed line never ends in a line feed; behind the escape that clears it, ordinary output goes on.
      let rest = piece.dropFirst(3)
      return rest.contains(0x0A) ? Array(rest) : []
    }
  }
}
