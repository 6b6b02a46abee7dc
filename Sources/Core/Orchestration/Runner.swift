import Artifacts
package import Chronology
package import Configuration

/// Carries a plan out: each step when those it reads are done, several at a time, and each decided anew when its turn
/// comes, because only then its inputs are what they will be.
package struct Runner {
  /// What a run may do.
  package struct Options: Sendable {
    /// How many steps run at once.
    package var jobs = 1
    /// Whether steps that do not depend on a failed one go on.
    package var keepsGoing = false
    /// Steps that run whatever their state.
    package var forced: Set<String> = []

    package init(jobs: Int = 1, keepsGoing: Bool = false, forced: Set<String> = []) {
      self.jobs = jobs
      self.keepsGoing = keepsGoing
      self.forced = forced
    }
  }

  /// How a step is started.
  package struct Start: Sendable, Equatable {
    /// Whether it makes its result anew though it is there.
    package var isForced: Bool
    /// How many steps share the machine, this one counted.
    package var neighbours: Int
  }

  /// What the runner tells while it works.
  package enum Notice {
    case fresh(PlannedStep)
    case restored(PlannedStep)
    case begins(PlannedStep, Invocation)
    case output(PlannedStep, OutputPiece)
    case published(PlannedStep, seconds: Double)
    /// What it was made from changed while it ran: the result is that of what was read, and the step is stale again.
    case staleAgain(PlannedStep)
    case triesAgain(PlannedStep, exitCode: Int32, inSeconds: Double)
    case failed(PlannedStep, exitCode: Int32)
    /// The step could not even be decided on.
    case undecided(PipelineFile.Step, String)
    /// It reads, directly or not, what the failed step `by` should have made.
    case blocked(PipelineFile.Step, by: String)
  }

  /// What came of a run.
  package struct Outcome: Sendable, Equatable {
    package struct Failure: Sendable, Equatable {
      package var step: String
      package var exitCode: Int32

      package init(step: String, exitCode: Int32) {
        self.step = step
        self.exitCode = exitCode
      }
    }

    package var ran: [String] = []
    package var restored: [String] = []
    package var fresh: [String] = []
    package var staleAgain: [String] = []
    package var failed: [Failure] = []
    package var blocked: [String] = []
    package var exitCode: Int32 = 0

    package init() {}
  }

  let planner: Planner
  let launcher: any Launcher
  let journal: Journal
  let invocation: (PipelineFile.Step, Start) -> Invocation
  let now: () -> Instant
  /// Seconds since some fixed moment.
  let seconds: () -> Double
  let restoration: Restoration

  package init(
    planner: Planner, launcher: any Launcher, journal: Journal,
    actor: String = "", invocation: @escaping (PipelineFile.Step, Start) -> Invocation,
    now: @escaping () -> Instant, seconds: @escaping () -> Double
  ) {
    self.planner = planner
    self.launcher = launcher
    self.journal = journal
    self.invocation = invocation
    self.now = now
    self.seconds = seconds
    restoration = Restoration(store: planner.store, actor: actor, now: now)
  }

  /// Carries out `plan`.
  ///
  /// Without `keepsGoing` nothing is begun after the first failure; what was published stays.
  package func run(
    _ plan: [PlannedStep], options: Options, isInterrupted: @escaping () -> Bool,
    tell: @escaping (Notice) -> Void
  ) throws -> Outcome {
    let schedule = Schedule(self, plan, options: options, isInterrupted: isInterrupted, tell: tell)
    try schedule.carryOut()
    return schedule.outcome
  }
}
