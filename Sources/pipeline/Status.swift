import ArgumentParser
import Orchestration
import StageKit

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Print what is fresh and what would run, and why.",
    discussion: """
      fresh: nothing to do. restore: the result is there from an earlier run. run: it runs for certain. \
      maybe: it runs only if the bytes of an input really change.
      """)

  @OptionGroup var selection: SelectionOptions

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Exit with 1 when there is work for certain, with 3 when there may be.")
  var exitCode = false

  func run() throws {
    let plan = try OpenPipeline(options).plan(selection.selection)
    try Console.write(PlanReport(plan).text(isJSON: options.json))
    guard exitCode else { return }
    if plan.contains(where: { $0.state == .run || $0.state == .restore }) { throw ExitCode(1) }
    if plan.contains(where: { $0.state == .maybe }) { throw ExitCode(3) }
  }
}
