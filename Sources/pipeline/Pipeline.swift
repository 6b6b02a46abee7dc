import ArgumentParser
import StageKit

/// The orchestrator: resolves the steps of a pipeline file and runs only what is stale.
@main
struct Pipeline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline",
    abstract: "Run the steps of a pipeline file that are stale, and say why.",
    subcommands: [
      Run.self, Watch.self, Status.self, Explain.self, Diff.self, Show.self, Log.self, Graph.self,
      Export.self,
      Verify.self, CollectGarbage.self, Doctor.self,
    ])

  static func main() { Program.main(Pipeline.self) }
}
