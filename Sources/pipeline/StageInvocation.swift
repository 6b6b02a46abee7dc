import Artifacts
import Configuration
import Orchestration
import StageKit

/// The command line with which a step is run: one that can be copied and run by hand.
struct StageInvocation {
  private let options: PipelineOptions
  private let pipeline: OpenPipeline
  private let journal: Journal
  private let threads: Int?
  private let durability: DurabilityOption

  init(
    _ options: PipelineOptions, _ pipeline: OpenPipeline, _ journal: Journal, threads: Int?,
    durability: DurabilityOption
  ) {
    self.options = options
    self.pipeline = pipeline
    self.journal = journal
    self.threads = threads
    self.durability = durability
  }

  func invocation(of step: PipelineFile.Step, _ start: Runner.Start) -> Invocation {
    Invocation(
      program: Program.folderForPeople + "/" + step.stage.rawValue,
      arguments: arguments(of: step, threads: threadCount(of: step, start), isForced: start.isForced),
      environment: environment(of: step, isAlone: start.neighbours == 1))
  }

  /// What stands behind the program's name.
  func arguments(of step: PipelineFile.Step, threads: Int?, isForced: Bool = false) -> [String] {
    var arguments: [String] = []
    if options.file != "pipeline.yaml" { arguments += ["--pipeline", options.file] }
    arguments += ["--step", step.name] + overrides(of: step)
    if options.artifacts != "artifacts" { arguments += ["--artifacts", options.artifacts] }
    if let threads { arguments += ["--threads", "\(threads)"] }
    if durability.durability == .none { arguments += ["--durability", "none"] }
    if isForced { arguments.append("--force") }
    return arguments
  }

  /// Variables that hold an account's token.
  func secretVariables(of step: PipelineFile.Step) -> [String] {
    (try? step.typedSettings(models: pipeline.planner.resolver.models))?.settings.secretVariables ?? []
  }

  /// The overrides that concern the step, and those of registering steps that it reads: they name the model.
  private func overrides(of step: PipelineFile.Step) -> [String] {
    var names = [step.name, step.base]
    for source in step.reads.lazy.compactMap({ try? pipeline.file.step($0.step) })
    where source.stage == .register {
      names += [source.name, source.base]
    }
    return pipeline.overrides.flatMap { override -> [String] in
      guard let (name, keys) = override.target(among: names) else { return [] }
      return name == step.name ? ["--set", override.text(of: keys)] : ["--set-step", override.text]
    }
  }

  /// Steps that run side by side share the processors; one that runs alone takes what it would take by hand.
  private func threadCount(of step: PipelineFile.Step, _ start: Runner.Start) -> Int? {
    if let threads { return threads }
    guard step.execution.threads == nil, start.neighbours > 1 else { return nil }
    return max(1, Processors.count / start.neighbours)
  }

  private func environment(of step: PipelineFile.Step, isAlone: Bool) -> [String: String] {
    var variables = [
      Console.liveVariable: Console.hasLiveStderr && isAlone ? "1" : "0",
      Program.logVariable: journal.logPath(of: step.name),
    ]
    if step.stage.usesKernels { variables.merge(Program.kernelEnvironment) { first, _ in first } }
    return StepEnvironment.ofChild(step, secrets: secretVariables(of: step), additions: variables)
  }
}
