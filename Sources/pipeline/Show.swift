import ArgumentParser
import Artifacts
import Orchestration
import StageKit

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a result: settings, arrays, metrics, and what it was made from.")

  @Argument(
    help: "A step, STEP~1 for the result before, STEP:KEY, KEY, run:RUN/STEP, MODEL@VERSION or a path.")
  var result: String

  @OptionGroup var options: FileOptions

  func run() throws {
    let artifact = try artifact()
    let summary = ArtifactSummary(of: artifact, in: options.store)
    if options.json {
      try Console.write(summary.json.canonical + "\n")
    } else {
      try Console.write(plain: summary.text)
    }
  }

  /// What is named; of an array, the artifact that it belongs to.
  private func artifact() throws -> Artifact {
    let resolver = ReferenceResolver(store: options.store, declaredSteps: options.declaredSteps)
    switch try resolver.result(of: result) {
    case .artifact(let artifact): return artifact
    case .array(let path):
      let folder = Disk.parent(of: path).isEmpty ? "." : Disk.parent(of: path)
      return try Artifact(opening: folder, step: Disk.lastComponent(of: Disk.parent(of: folder)))
    }
  }
}
