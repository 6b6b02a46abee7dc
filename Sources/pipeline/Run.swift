import ArgumentParser
import Artifacts
import Configuration
import Orchestration
import StageKit
import Synchronization

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run what is stale, and nothing else.",
    discussion: "Without targets all steps are brought up to date; with targets, they and what they read.")

  @Argument(help: "The steps to bring up to date.")
  var targets: [String] = []

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Print what would happen, and do nothing.")
  var dryRun = false

  @Option(help: ArgumentHelp("Run this step even if it is fresh. Repeatable.", valueName: "step"))
  var force: [String] = []

  @Option(help: ArgumentHelp("How many threads each step may use.", valueName: "count"))
  var threads: Int?

  private static let signalsReceived = Atomic<Int>(0)

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be from 1 to 256, not \(threads)")
    }
  }

  func run() throws {
    let pipeline = try OpenPipeline(options)
    if dryRun {
      let plan = try pipeline.plan(targets: targets, forced: Set(force))
      return try Console.write(PlanReport(plan).text(isJSON: options.json))
    }
    Interruption.watch { number in
      let count = Self.signalsReceived.add(1, ordering: .acquiringAndReleasing).newValue
      ChildProcess.forward(signal: count == 1 ? number : 9)
    }
    // What is missing outside is found before the first step runs.
    _ = try pipeline.plan(targets: targets, forced: Set(force))
    let journal = Journal(store: pipeline.store, started: Clock.now, process: Clock.process)
    let report = RunReport(isJSON: options.json)
    let runner = Runner(
      planner: pipeline.planner, launcher: ChildProcess(), journal: journal,
      invocation: {
        StageInvocation(options, pipeline, threads: threads).invocation(of: $0, force: $1, journal: journal)
      },
      now: { Clock.now }, seconds: { Clock.seconds })
    let started = Clock.seconds
    let outcome = try runner.run(
      store: pipeline.store, targets: targets, forced: Set(force),
      isInterrupted: { Self.signalsReceived.load(ordering: .acquiring) > 0 }, tell: report.tell)
    pipeline.digests.save()
    try report.finish(outcome, seconds: Clock.seconds - started)
    if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
  }
}
