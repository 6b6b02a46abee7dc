import Artifacts
import Configuration
import Orchestration
import StageKit

/// The command line with which a step is run: one that can be copied and run by hand.
struct StageInvocation {
  private let options: PipelineOptions
  private let pipeline: OpenPipeline
  private let threads: Int?

  init(_ options: PipelineOptions, _ pipeline: OpenPipeline, threads: Int?) {
    self.options = options
    self.pipeline = pipeline
    self.threads = threads
  }

  func invocation(of step: PipelineFile.Step, force: Bool, journal: Journal) -> Invocation {
    var arguments: [String] = []
    if options.file != "pipeline.yaml" { arguments += ["--pipeline", options.file] }
    arguments += ["--step", step.name]
    let others = Set(step.reads.map(\.step))
    for override in pipeline.overrides {
      if override.step == step.name {
        arguments += ["--set", override.text(withStep: false)]
      } else if others.contains(override.step), (try? pipeline.file.step(override.step))?.stage == .register {
        arguments += ["--set-step", override.text(withStep: true)]
      }
    }
    if options.artifacts != "artifacts" { arguments += ["--artifacts", options.artifacts] }
    if let threads { arguments += ["--threads", "\(threads)"] }
    if force { arguments.append("--force") }
    return Invocation(
      program: Program.folderForPeople + "/" + step.stage.rawValue, arguments: arguments,
      environment: environment(of: step, journal: journal))
  }

  private func environment(of step: PipelineFile.Step, journal: Journal) -> [String: String] {
    var variables = [
      Console.liveVariable: Console.hasLiveStderr ? "1" : "0",
      Program.logVariable: journal.logPath(of: step.name),
    ]
    if step.stage.usesKernels { variables.merge(Program.kernelEnvironment) { first, _ in first } }
    return variables
  }
}
