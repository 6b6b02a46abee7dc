import ArgumentParser
import Artifacts
import Configuration
import Orchestration
import StageKit

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a step would run, back to the first cause.",
    discussion: "Old and new are compared field by field, and inputs row by row where both are still there.")

  @Argument(help: "The step; all its instances when it has a matrix.")
  var step: String

  @OptionGroup var options: PipelineOptions

  func run() throws {
    let pipeline = try OpenPipeline(options)
    let plan = try pipeline.plan(Selection(targets: [step]))
    let explanations = try pipeline.file.instances(of: step).map {
      Explanation(of: $0.name, plan: plan, store: pipeline.store)
    }
    if options.json {
      let json = JSON.array(explanations.map(\.json))
      return try Console.write((explanations.count == 1 ? explanations[0].json : json).canonical + "\n")
    }
    var lines = explanations.flatMap(\.lines)
    if explanations.count == 1, let current = try? pipeline.store.current(of: explanations[0].step) {
      lines.append("current: \(current.directory)")
    }
    try Console.write(lines.joined(separator: "\n") + "\n")
  }
}
