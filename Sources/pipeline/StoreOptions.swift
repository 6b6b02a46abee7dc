import ArgumentParser
import Artifacts

/// The flags of commands that look at what lies on the disk and need no pipeline file.
struct StoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where artifacts lie.", valueName: "dir"))
  var artifacts = "artifacts"

  @Flag(help: "Print the result as JSON.")
  var json = false

  var store: ArtifactStore { ArtifactStore(root: artifacts) }
}
