import Artifacts
import Configuration
import Numerics
import Orchestration
import StageKit

/// Tells what a run does: why each step runs, the command that does it, what it says, and what came of it.
///
/// A class, because it remembers that somebody stopped listening.
final class RunReport {
  private let isJSON: Bool
  private var outputError: DiskError?

  init(isJSON: Bool) { self.isJSON = isJSON }

  func tell(_ notice: Runner.Notice) {
    switch notice {
    case .fresh: break
    case .restored(let planned): Console.note("\(planned.step.name): restored, \(planned.reasons.summary)")
    case .begins(let planned, let invocation):
      Console.note("\(planned.step.name): runs, \(planned.reasons.summary)")
      Console.note("$ \(invocation.commandLine)")
    case .output(let piece): relay(piece)
    case .published(let planned, let seconds):
      Console.note("\(planned.step.name): done in \(DecimalNumber.fixed(seconds, places: 1)) s")
    case .failed(let planned, let code):
      Console.note("\(planned.step.name): failed with exit code \(code)\(Self.meaning(of: code))")
    }
  }

  /// A child's results are the run's results, unless one JSON object was asked for.
  private func relay(_ piece: OutputPiece) {
    guard piece.stream == .output, !isJSON else { return Console.showLive(piece.bytes) }
    do { try Console.write(piece.bytes) } catch { outputError = error }
  }

  private static func meaning(of code: Int32) -> String {
    switch ExitStatus(rawValue: code) {
    case .refused: " (refused by a gate)"
    case .badData: " (bad data)"
    case .missingInput: " (an input is missing)"
    case .inputOutput: " (disk or system)"
    case .temporary: " (temporary: run again)"
    case .interrupted: " (interrupted)"
    default: code > 128 ? " (ended by signal \(code - 128))" : ""
    }
  }

  func finish(_ outcome: Runner.Outcome, seconds: Double) throws {
    if let outputError { throw outputError }
    if isJSON {
      let object: JSON = [
        "ran": JSON(outcome.ran), "restored": JSON(outcome.restored), "fresh": JSON(outcome.fresh),
        "failed": outcome.failed.map(JSON.string) ?? .null, "exit": JSON(Int(outcome.exitCode)),
        "seconds": .number((seconds * 1000).rounded() / 1000),
      ]
      return try Console.write(object.canonical + "\n")
    }
    let counts = [
      ("ran", outcome.ran.count), ("restored", outcome.restored.count), ("fresh", outcome.fresh.count),
    ]
    .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    let total = counts.isEmpty ? "nothing to do" : counts.joined(separator: ", ")
    Console.note(
      "\(outcome.failed == nil ? "" : "stopped: ")\(total), \(DecimalNumber.fixed(seconds, places: 2)) s")
  }
}

extension [Reason] {
  /// The reasons on one line.
  var summary: String { map(\.description).joined(separator: "; ") }
}
