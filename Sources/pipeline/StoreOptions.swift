import ArgumentParser
import Artifacts
import Configuration

/// The flags of commands that look at what lies on the disk and need no pipeline file.
struct StoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where artifacts lie.", valueName: "dir"))
  var artifacts = "artifacts"

  @Flag(help: "Print the result as JSON.")
  var json = false

  var store: ArtifactStore { ArtifactStore(root: artifacts) }
}

/// The flags of commands that look at what lies on the disk and ask the pipeline file for its steps.
struct FileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The pipeline file.", valueName: "file"))
  var file = "pipeline.yaml"

  @OptionGroup var storeOptions: StoreOptions

  var json: Bool { storeOptions.json }

  var store: ArtifactStore { storeOptions.store }

  /// The names of the file's steps; none when it cannot be read, which hinders nobody from looking at results.
  var declaredSteps: [String] { (try? PipelineFile(reading: file))?.steps.map(\.name) ?? [] }
}
