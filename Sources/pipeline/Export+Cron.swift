import ArgumentParser
import Chronology
import Configuration
import Orchestration
import StageKit

struct ExportCron: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cron",
    abstract: "Print a crontab that runs the pipeline, at midnight unless you say when.",
    discussion: "To be called where the pipeline is to run: the crontab names this folder and these programs."
  )

  @OptionGroup var options: PipelineOptions

  @OptionGroup var times: TimetableOptions

  @Flag(help: "Run the stages one after the other instead of 'pipeline run', which skips what is fresh.")
  var perStep = false

  func run() throws {
    let pipeline = try ExportedPipeline(options, programs: Program.folder, threads: nil)
    let timetable = try times.timetableOrMidnight()
    let commands =
      perStep ? pipeline.steps.map(\.command) : [[Program.folder + "/pipeline"] + pipeline.runArguments]
    let crontab = Crontab(
      expression: try timetable.expression(),
      timeZone: timetable.isOfUTC ? "UTC" : times.timeZone == nil ? nil : timetable.zone.name,
      workspace: ProcessEnvironment.workingFolder ?? ".", artifacts: options.artifacts, commands: commands)
    try Console.write(try crontab.text())
  }
}

extension TimetableOptions {
  /// The times that were asked for, or each midnight.
  func timetableOrMidnight() throws -> Timetable {
    if let timetable = try timetable() { return timetable }
    return Timetable(.cron(try CronExpression(parsing: "0 0 * * *")), in: try zone())
  }
}

extension Timetable {
  /// The expression of these times.
  func expression() throws -> CronExpression {
    switch rule {
    case .cron(let expression): expression
    case .every(let interval): try CronExpression(every: interval)
    }
  }
}
