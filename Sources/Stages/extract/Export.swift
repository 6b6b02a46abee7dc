import ArgumentParser
import Artifacts
import Chronology
import Configuration
import Market
import StageKit

/// Writes a published series as a table for other tools.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract export",
    abstract: "Write a published series as CSV: time, entity and the columns.")

  @Option(name: .customLong("pipeline"), help: ArgumentHelp("The pipeline file.", valueName: "file"))
  var pipeline = "pipeline.yaml"

  @Option(
    help: ArgumentHelp("The step of stage extract; needed when the file has several.", valueName: "name"))
  var step: String?

  @Option(help: ArgumentHelp("Where artifacts lie.", valueName: "dir"))
  var artifacts = "artifacts"

  @Option(help: ArgumentHelp("The file to write; - for the standard output.", valueName: "file"))
  var csv: String

  func run() throws {
    Interruption.exitCleanly { Disk.remove($0) }
    let file = try PipelineFile(reading: pipeline)
    let step =
      try step.map { name throws(ConfigurationError) in try file.step(name) } ?? file.onlyStep(of: .extract)
    let artifact = try ArtifactStore(root: artifacts).current(of: step.name)
    let table = try SeriesTable(artifact)
    guard csv != "-" else { return try table.write { try Console.write($0) } }
    try WrittenFile.write(csv) { output in try table.write { try output.write($0) } }
    try Console.write("\(csv): \(table.rowCount) rows from \(artifact.directory)\n")
  }
}
