package import ArgumentParser
private import Artifacts
private import Configuration

/// The flags that all five stages share.
package struct StageOptions: ParsableArguments, Sendable {
  @Option(name: .customLong("pipeline"), help: ArgumentHelp("The pipeline file.", valueName: "file"))
  package var pipeline = "pipeline.yaml"

  @Option(
    help: ArgumentHelp("The step to run; needed when the file has several of this stage.", valueName: "name"))
  package var step: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a setting of the step, as in --set training.epochs=5. Repeatable.", valueName: "key=value"))
  package var settings: [String] = []

  @Option(
    name: .customLong("set-step"),
    help: ArgumentHelp(
      "Override a setting of another step, as in --set-step champion.name=etth1. Repeatable.",
      valueName: "step.key=value"))
  package var otherSettings: [String] = []

  @Option(help: ArgumentHelp("Where artifacts lie.", valueName: "dir"))
  package var artifacts = "artifacts"

  @Option(
    help: ArgumentHelp(
      "How many threads may work at once; the bytes do not depend on it.", valueName: "count"))
  package var threads: Int?

  @Flag(help: "Run even if the result is there already.")
  package var force = false

  @OptionGroup package var durability: DurabilityOption

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be from 1 to 256, not \(threads)")
    }
  }
}

/// Whether what a program writes must outlive a loss of power.
package struct DurabilityOption: ParsableArguments, Sendable {
  package enum Choice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case full, none
  }

  @Option(
    help: ArgumentHelp(
      "full: wait until results are on the disk. none: do not; a loss of power may damage them.",
      valueName: "full|none"))
  package var durability = Choice.full

  package init() {}

  /// Makes the choice hold for this process.
  package func apply() { if durability == .none { Durability.giveUp() } }
}

/// How a program speaks.
package struct OutputOptions: ParsableArguments, Sendable {
  @Flag(help: "Print the result as one JSON object.")
  package var json = false

  @Option(help: ArgumentHelp("How to write log lines on stderr: text or json.", valueName: "format"))
  package var log = LogFormat.text

  package init() {}
}

package enum LogFormat: String, ExpressibleByArgument, Sendable, CaseIterable {
  case text, json
}
