import ArgumentParser
import Artifacts
import Comparison
import Configuration
import Orchestration
import StageKit

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two results, down to the elements of their arrays.",
    discussion: """
      A result is named as STEP (its current one), STEP~1 (the one before), STEP:KEY or KEY (the first digits of \
      its key), run:RUN/STEP, MODEL@VERSION, MODEL@champion, or as the path of its folder or of an .npy file. \
      With one step alone, its current result is compared with the one before.

      Exit code 0: a reader sees the same in both, within the tolerance; however they were made. 1: they differ.
      """)

  @Argument(help: "The old result, or the step whose last change is asked for.")
  var old: String

  @Argument(help: "The new result.")
  var new: String?

  @Option(
    help: ArgumentHelp("Real numbers so close, as a share of the larger, are the same.", valueName: "share"))
  var rtol = 0.0

  @Option(help: ArgumentHelp("Real numbers so close are the same.", valueName: "distance"))
  var atol = 0.0

  @Flag(help: "Read every file of both results first and check it against its digest.")
  var verify = false

  @OptionGroup var options: FileOptions

  func validate() throws {
    for (name, value) in [("rtol", rtol), ("atol", atol)] where !(value >= 0 && value.isFinite) {
      throw ValidationError("--\(name) must be a number that is not negative, not \(value)")
    }
  }

  func run() throws {
    let tolerance = Tolerance(relative: rtol, absolute: atol)
    let isSame: Bool
    switch try results() {
    case (.artifact(let old), .artifact(let new)):
      if verify { for artifact in [old, new] { try artifact.verify() } }
      let comparison = try ArtifactComparison(old: old, new: new, tolerance: tolerance)
      try Console.write(options.json ? comparison.json.canonical + "\n" : DiffReport(comparison).text)
      isSame = comparison.isSame
    case (.array(let old), .array(let new)):
      let comparison = try ArrayComparison(old: old, new: new, tolerance: tolerance)
      try Console.write(
        options.json ? comparison.json.canonical + "\n" : DiffReport.text(of: comparison, old, new))
      isSame = tolerance.isExact ? comparison.isIdentical : comparison.isSame
    case (let old, let new): throw DiffError.unlike(old: old.path, new: new.path)
    }
    if !isSame { throw ExitCode(1) }
  }

  private func results() throws -> (ReferencedResult, ReferencedResult) {
    let resolver = ReferenceResolver(store: options.store, declaredSteps: options.declaredSteps)
    if let new { return (try resolver.result(of: old), try resolver.result(of: new)) }
    guard case .current(let step) = try resolver.reference(old) else { throw DiffError.alone(old) }
    return (try resolver.result(of: step + "~1"), try resolver.result(of: step))
  }
}

/// What cannot be compared.
enum DiffError: Failure {
  case unlike(old: String, new: String)
  case alone(String)

  var exitStatus: ExitStatus { .usage }

  var description: String {
    switch self {
    case .unlike(let old, let new):
      "\(old) and \(new) cannot be compared: one is an array file, the other a result"
    case .alone(let name): "'\(name)' needs a second result to be compared with; only a step can stand alone"
    }
  }
}
