import ArgumentParser
import Artifacts
import Configuration
import Orchestration
import StageKit
import Synchronization

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run what is stale, and nothing else.",
    discussion: "Without targets all steps are brought up to date; with targets, they and what they read.")

  @OptionGroup var selection: SelectionOptions

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Print what would happen, and do nothing.")
  var dryRun = false

  @Option(help: ArgumentHelp("Run this step even if it is fresh. Repeatable.", valueName: "step"))
  var force: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("How many steps may run at once.", valueName: "count"))
  var jobs = Processors.count

  @Flag(name: .shortAndLong, help: "Go on with steps that do not depend on one that failed.")
  var keepGoing = false

  @Option(
    help: ArgumentHelp(
      "How many threads each step may use; otherwise the steps that run share the processors.",
      valueName: "count"))
  var threads: Int?

  @OptionGroup var durability: DurabilityOption

  private static let signalsReceived = Atomic<Int>(0)

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be from 1 to 256, not \(threads)")
    }
    guard (1...1024).contains(jobs) else {
      throw ValidationError("--jobs must be from 1 to 1024, not \(jobs)")
    }
  }

  func run() throws {
    durability.apply()
    let pipeline = try OpenPipeline(options)
    let forced = Set(force)
    if !dryRun { watchSignals() }
    // What is missing outside is found before the first step runs.
    let plan = try pipeline.plan(selection.selection, forced: forced)
    if dryRun { return try Console.write(PlanReport(plan).text(isJSON: options.json)) }
    let journal = Journal(store: pipeline.store, started: Clock.now, process: Clock.process)
    let report = RunReport(isJSON: options.json, isParallel: jobs > 1)
    let invocations = StageInvocation(options, pipeline, journal, threads: threads, durability: durability)
    let runner = Runner(
      planner: pipeline.planner, launcher: ChildProcesses(), journal: journal,
      actor: ResourceUse.userName + "@" + ResourceUse.hostName, invocation: invocations.invocation,
      now: { Clock.now }, seconds: { Clock.seconds })
    let started = Clock.seconds
    let outcome = try runner.run(
      plan, options: Runner.Options(jobs: jobs, keepsGoing: keepGoing, forced: forced),
      isInterrupted: { Self.signalsReceived.load(ordering: .acquiring) > 0 }, tell: report.tell)
    pipeline.remember()
    try report.finish(outcome, seconds: Clock.seconds - started)
    if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
  }

  /// The first signal is handed on to the steps that run, the second kills them.
  private func watchSignals() {
    Interruption.watch { number in
      let count = Self.signalsReceived.add(1, ordering: .acquiringAndReleasing).newValue
      ChildProcesses.forward(signal: count == 1 ? number : 9)
    }
  }
}
