import ArgumentParser
import Artifacts
import Forecasting
import Networks
import Numerics
import StageKit

/// Writes a trained model for other runtimes.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train export",
    abstract: "Write a trained model as ONNX.",
    discussion: """
      The file takes any number of windows in the units behind the transforms, which are no part of it, and gives what \
      the model makes of them in the same units; its metadata say what the numbers mean.
      """)

  @Argument(
    help: ArgumentHelp(
      "The folder of a model, such as artifacts/model or one of its results.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var onnx: String

  func validate() throws {
    if onnx == "-" { throw ValidationError("--onnx needs a file: what it writes is no text") }
  }

  func run() throws {
    Interruption.exitCleanly { Disk.remove($0) }
    let folder = Disk.exists(model + "/manifest.json") ? model : model + "/current"
    let artifact = try Artifact(
      opening: folder, step: Disk.lastComponent(of: folder == model ? Disk.parent(of: model) : model))
    let file = try FittedModel(reading: artifact).onnx()
    let bytes = file.bytes
    try WrittenFile.write(onnx) { try $0.write(bytes) }
    let count = DecimalNumber.grouped(file.graph.nodes.count)
    try Console.write(
      """
      \(onnx): \(count) operators of set \(ONNX.operatorSet), \(DecimalNumber.grouped(bytes.count)) bytes, from \
      \(folder)

      """)
  }
}
