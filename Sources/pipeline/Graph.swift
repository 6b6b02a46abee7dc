import ArgumentParser
import Configuration
import Orchestration
import StageKit

struct Graph: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draw the steps and what they read.")

  @OptionGroup var options: PipelineOptions

  @Option(
    help: ArgumentHelp(
      "How to draw: text, mermaid, dot, or svg, which shows what is fresh.", valueName: "format"))
  var format: GraphDrawing?

  func validate() throws {
    if options.json, format != nil {
      throw ValidationError("--json is a format by itself; leave --format out")
    }
  }

  func run() throws {
    let pipeline = try OpenPipeline(options)
    if options.json { return try Console.write(PlanReport(try pipeline.plan()).text(isJSON: true)) }
    let format = format ?? .text
    try Console.write(format.draw(pipeline.file, states: format == .svg ? states(of: pipeline) : [:]))
  }

  /// The states of the plan; none when no plan can be made, which is no reason not to draw.
  private func states(of pipeline: OpenPipeline) -> [String: StepState] {
    do {
      let plan = try pipeline.plan()
      return Dictionary(plan.map { ($0.step.name, $0.state) }) { first, _ in first }
    } catch {
      Console.note("drawn without states: \(error)")
      return [:]
    }
  }
}

extension GraphDrawing: ExpressibleByArgument {}
