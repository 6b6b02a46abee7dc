import ArgumentParser
import Artifacts
import Chronology
import Configuration
import Orchestration
import StageKit

struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Run what is stale again and again, at fixed times.",
    discussion: """
      At each due time it starts 'pipeline run' with the flags that it was given besides its own, and prints one \
      line. Runs never overlap: times that come while one runs, or while the machine sleeps, are counted and left \
      out. A run that fails is tried again at the next due time. Ctrl-C ends the run, then the watch.
      """)

  @OptionGroup var times: TimetableOptions

  @Flag(help: "Begin with a run at once.")
  var now = false

  @Flag(help: "Print one JSON object a run.")
  var json = false

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("Flags and steps for 'pipeline run'.", valueName: "run-flags"))
  var runArguments: [String] = []

  func run() throws {
    guard let timetable = try times.timetable() else {
      throw ValidationError("say when: --every 1h, or --cron '0 0 * * *'")
    }
    let options = try checkedOptions()
    let store = ArtifactStore(root: options.artifacts)
    let holder = WatchHolder(process: Clock.process, host: ResourceUse.hostName, since: Clock.now)
    let lock = try WatchLock(in: store, holder: holder)
    defer { extendLifetime(lock) }
    // A program that is replaced while we wait is taken from the same folder, not from what this process is.
    let program = Program.folder + "/pipeline"
    let watcher = try Watcher(
      invocation: Invocation(
        program: program, arguments: ["run", "--json"] + runArguments, environment: Self.environment),
      report: WatchReport(timetable: timetable, isJSON: json))
    let code = try watcher.keepWatch(beginningNow: now)
    if code != 0 { throw ExitCode(code) }
  }

  /// What is wrong with the flags of a run, or with the pipeline file, is said now and not at midnight.
  private func checkedOptions() throws -> PipelineOptions {
    guard let run = try Pipeline.parseAsRoot(["run"] + runArguments) as? Run else {
      preconditionFailure("'pipeline run' is read as another command")
    }
    if run.dryRun { throw ValidationError("a watch with --dry-run would do nothing; use: pipeline status") }
    _ = try PipelineFile(
      reading: run.options.file, overrides: try run.options.settings.map { try Override(parsing: $0) })
    return run.options
  }

  private static var environment: [String: String] {
    ProcessEnvironment.all.merging([Console.liveVariable: Console.hasLiveStderr ? "1" : "0"]) { $1 }
  }
}

/// The flags that say when something is due.
struct TimetableOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How often, as in 10m, 1h or 1d.", valueName: "interval"))
  var every: String?

  @Option(
    name: [.long, .customLong("schedule")],
    help: ArgumentHelp(
      "When: minute, hour, day, month and weekday, as in '0 0 * * *'.", valueName: "expression"))
  var cron: String?

  @Option(
    help: ArgumentHelp("The time zone of these times, as in Europe/Berlin, else UTC.", valueName: "name"))
  var timeZone: String?

  func validate() throws {
    if every != nil, cron != nil { throw ValidationError("choose one of --every and --cron") }
  }

  func zone() throws -> TimeZoneRules { try TimeZoneRules(named: timeZone ?? "UTC") }

  /// The times, nil when none were given.
  func timetable() throws -> Timetable? {
    let zone = try zone()
    if let cron { return Timetable(.cron(try CronExpression(parsing: cron)), in: zone) }
    guard let every else { return nil }
    guard let interval = Interval(every) else { throw TimetableError.wrongInterval(every) }
    return Timetable(.every(interval), in: zone)
  }
}
