import ArgumentParser
import Configuration
import Orchestration
import StageKit

struct Graph: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Draw the steps and what they read.")

  @OptionGroup var options: PipelineOptions

  @Option(help: ArgumentHelp("How to draw: text, mermaid or dot.", valueName: "format"))
  var format = GraphDrawing.text

  func run() throws {
    let pipeline = try OpenPipeline(options)
    try Console.write(
      options.json ? PlanReport(try pipeline.plan()).text(isJSON: true) : format.draw(pipeline.file))
  }
}

extension GraphDrawing: ExpressibleByArgument {}
