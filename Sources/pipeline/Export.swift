import ArgumentParser
import Artifacts
import Configuration
import Orchestration
import StageKit

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write what runs the pipeline elsewhere: a crontab, or jobs for Kubernetes.",
    subcommands: [ExportCron.self, ExportKubernetes.self])
}

/// The steps of a pipeline, with the command lines that the orchestrator would run.
struct ExportedPipeline {
  let steps: [ExportedStep]
  /// The arguments of a `pipeline` that runs all of them.
  let runArguments: [String]

  /// `programs` is the folder in which the programs lie where the export is used; `threads` is how many a step has
  /// that does not say, nil for as many as there are processors.
  init(_ options: PipelineOptions, programs: String, threads: Int?) throws {
    if options.json { throw ValidationError("an export is a text; leave --json out") }
    let pipeline = try OpenPipeline(options)
    let invocations = StageInvocation(
      options, pipeline, Journal(store: pipeline.store, started: Clock.now, process: Clock.process),
      threads: nil, durability: try DurabilityOption.parse([]))
    steps = pipeline.file.steps.map { step in
      let count = step.execution.threads ?? threads
      let arguments = invocations.arguments(of: step, threads: threads == nil ? nil : count)
      return ExportedStep(
        step: step, command: [programs + "/" + step.stage.rawValue] + arguments,
        secretVariables: invocations.secretVariables(of: step), threads: count ?? 1)
    }
    runArguments = Self.runArguments(options)
  }

  private static func runArguments(_ options: PipelineOptions) -> [String] {
    var arguments = ["run"]
    if options.file != "pipeline.yaml" { arguments += ["--file", options.file] }
    for setting in options.settings { arguments += ["--set", setting] }
    if options.artifacts != "artifacts" { arguments += ["--artifacts", options.artifacts] }
    return arguments + ["--durability", "full"]
  }
}
