import ArgumentParser
import Artifacts
import Configuration
import Orchestration
import StageKit

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why a step would run, back to the first cause.")

  @Argument(help: "The step.")
  var step: String

  @OptionGroup var options: PipelineOptions

  func run() throws {
    let pipeline = try OpenPipeline(options)
    let plan = try pipeline.plan(targets: [step])
    if options.json { return try Console.write(PlanReport(plan).text(isJSON: true)) }
    let states = Dictionary(plan.map { ($0.step.name, $0) }) { first, _ in first }
    var lines: [String] = []
    explain(step, states, indent: "", lines: &lines)
    if let current = try? pipeline.store.current(of: step) { lines.append("current: \(current.directory)") }
    try Console.write(lines.joined(separator: "\n") + "\n")
  }

  private func explain(_ name: String, _ plan: [String: PlannedStep], indent: String, lines: inout [String]) {
    guard let planned = plan[name] else { return }
    lines.append("\(indent)\(name): \(planned.state.rawValue)")
    for reason in planned.reasons {
      lines.append("\(indent)  \(reason)")
      switch reason {
      case .inputRuns(_, let source): explain(source, plan, indent: indent + "    ", lines: &lines)
      case .inputChanged(let input, _, _):
        let source = planned.step.reads.first { $0.name == input }?.step
        if let source, plan[source]?.state != .fresh {
          explain(source, plan, indent: indent + "    ", lines: &lines)
        }
      default: break
      }
    }
  }
}
