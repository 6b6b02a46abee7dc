package import Artifacts
package import Chronology
package import Configuration

/// Carries a plan out: step after step, each decided anew when its turn comes, because only then its inputs are
/// what they will be.
package struct Runner {
  /// What the runner tells while it works.
  package enum Notice {
    case fresh(PlannedStep)
    case restored(PlannedStep)
    case begins(PlannedStep, Invocation)
    case output(OutputPiece)
    case published(PlannedStep, seconds: Double)
    case failed(PlannedStep, exitCode: Int32)
  }

  /// What came of a run.
  package struct Outcome: Sendable, Equatable {
    package var ran: [String] = []
    package var restored: [String] = []
    package var fresh: [String] = []
    /// The step that failed, and its exit code.
    package var failed: String?
    package var exitCode: Int32 = 0

    package init() {}
  }

  private let planner: Planner
  private let launcher: any Launcher
  private let journal: Journal
  private let invocation: (PipelineFile.Step, _ force: Bool) -> Invocation
  private let now: () -> Instant
  private let seconds: () -> Double

  package init(
    planner: Planner, launcher: any Launcher, journal: Journal,
    invocation: @escaping (PipelineFile.Step, _ force: Bool) -> Invocation, now: @escaping () -> Instant,
    seconds: @escaping () -> Double
  ) {
    self.planner = planner
    self.launcher = launcher
    self.journal = journal
    self.invocation = invocation
    self.now = now
    self.seconds = seconds
  }

  /// Brings `targets`, or all steps, up to date.
  ///
  /// Stops at the first failure; what was published stays.
  package func run(
    store: ArtifactStore, targets: [String], forced: Set<String>, isInterrupted: () -> Bool,
    tell: (Notice) -> Void
  ) throws -> Outcome {
    var outcome = Outcome()
    var pending = forced
    var isOpen = false
    for step in try planner.steps(for: targets) {
      let planned = try planner.decide(step, isForced: pending.contains(step.name))
      if planned.state == .fresh {
        outcome.fresh.append(step.name)
        tell(.fresh(planned))
        continue
      }
      if !isOpen { journal.open() }
      isOpen = true
      guard let key = planned.key else {
        preconditionFailure("step \(step.name) has its turn, and an input has no result")
      }
      if planned.state == .restore, !step.stage.actsOutside {
        try store.setCurrent(of: step.name, to: key.digest)
        record(planned, key: key, exitCode: 0, since: seconds())
        outcome.restored.append(step.name)
        tell(.restored(planned))
        continue
      }
      let started = seconds()
      let code = try launch(planned, force: pending.remove(step.name) != nil, tell)
      record(planned, key: key, exitCode: code, since: started)
      guard code == 0 else {
        tell(.failed(planned, exitCode: code))
        outcome.failed = step.name
        outcome.exitCode = code
        return outcome
      }
      if planned.state == .restore {
        outcome.restored.append(step.name)
        tell(.restored(planned))
      } else {
        outcome.ran.append(step.name)
        tell(.published(planned, seconds: seconds() - started))
      }
      if isInterrupted() {
        outcome.exitCode = ExitStatus.interrupted.rawValue
        return outcome
      }
    }
    return outcome
  }

  private func launch(_ planned: PlannedStep, force: Bool, _ tell: (Notice) -> Void) throws -> Int32 {
    let invocation = invocation(planned.step, force || planned.isDamaged)
    let isRestoring = planned.state == .restore
    if !isRestoring { tell(.begins(planned, invocation)) }
    journal.append(Array(("$ " + invocation.commandLine + "\n").utf8), toLogOf: planned.step.name)
    return try launcher.run(invocation) { piece in
      journal.append(piece.withoutLivePieces, toLogOf: planned.step.name)
      if !isRestoring { tell(.output(piece)) }
    }
  }

  private func record(_ planned: PlannedStep, key: StepKey, exitCode: Int32, since started: Double) {
    journal.record(
      Journal.Event(
        step: planned.step.name, state: planned.state, reasons: planned.reasons.map(\.description),
        key: key.digest,
        exitCode: exitCode, seconds: seconds() - started, finished: now()))
  }
}

extension PlannedStep {
  /// Whether the result is there under its key and must be made anew all the same.
  fileprivate var isDamaged: Bool {
    reasons.contains { if case .outputDamaged = $0 { true } else { false } }
  }
}

extension OutputPiece {
  /// The bytes without lines that renew themselves: they begin with a carriage return and an escape.
  fileprivate var withoutLivePieces: [UInt8] {
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
