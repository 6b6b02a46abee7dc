import Artifacts
import Configuration
import Numerics
import Orchestration
import StageKit

/// Tells what a run does: why each step runs, the command that does it, what it says, and what came of it.
///
/// Where steps run side by side, each of their lines begins with the step's name. A class, because it guards lines that
/// have not ended and remembers that somebody stopped listening.
final class RunReport {
  private let isJSON: Bool
  private let isParallel: Bool
  private var outputError: DiskError?
  private var running: Set<String> = []
  /// What a step has written of a line that has not ended, by step and stream.
  private var unfinished: [String: [UInt8]] = [:]

  init(isJSON: Bool, isParallel: Bool) {
    self.isJSON = isJSON
    self.isParallel = isParallel
  }

  func tell(_ notice: Runner.Notice) {
    switch notice {
    case .fresh(let planned):
      for input in planned.kept { Console.note("\(planned.step.name): fresh, \(input.sentence)") }
    case .restored(let planned): end(planned.step.name, "restored, \(planned.reasons.summary)")
    case .begins(let planned, let invocation): begin(planned, invocation)
    case .output(let planned, let piece): relay(piece, of: planned.step.name)
    case .published(let planned, let seconds):
      end(planned.step.name, "done in \(DecimalNumber.fixed(seconds, places: 1)) s")
    case .staleAgain(let planned):
      Console.note("\(planned.step.name): stale again already, \(planned.reasons.summary)")
    case .triesAgain(let planned, let code, let seconds):
      end(
        planned.step.name,
        "ended with exit code \(code), tries again in \(DecimalNumber.fixed(seconds, places: 0)) s")
    case .failed(let planned, let code):
      end(planned.step.name, "failed with exit code \(code)\(Self.meaning(of: code))")
    case .undecided(let step, let problem): end(step.name, "error: \(problem)")
    case .blocked(let step, let cause): Console.note("\(step.name): not run, because \(cause) failed")
    }
  }

  private func begin(_ planned: PlannedStep, _ invocation: Invocation) {
    running.insert(planned.step.name)
    guard planned.state != .restore else { return }
    Console.note("\(planned.step.name): runs, \(planned.reasons.summary)")
    Console.note("$ \(invocation.commandLine)")
  }

  private func end(_ step: String, _ words: String) {
    for stream in [OutputPiece.Stream.output, .error] {
      guard let rest = unfinished.removeValue(forKey: "\(step) \(stream)"), !rest.isEmpty else { continue }
      write(rest + [0x0A], stream, of: step)
    }
    running.remove(step)
    Console.note("\(step): \(words)")
  }

  // MARK: What steps say

  /// A step that runs alone writes as it would by hand; of several, whole lines are passed on.
  private func relay(_ piece: OutputPiece, of step: String) {
    let key = "\(step) \(piece.stream)"
    guard isParallel else { return pass(piece.bytes, piece.stream) }
    if running.count == 1, unfinished[key]?.isEmpty ?? true { return pass(piece.bytes, piece.stream) }
    let bytes = unfinished[key, default: []] + piece.withoutLivePieces
    let end = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    unfinished[key] = Array(bytes[end...])
    if end > 0 { write(Array(bytes[..<end]), piece.stream, of: step) }
  }

  private func write(_ lines: [UInt8], _ stream: OutputPiece.Stream, of step: String) {
    guard stream == .error || isJSON else { return pass(lines, stream) }
    let prefix = Array("\(step) | ".utf8)
    for line in lines.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
      pass(prefix + line + [0x0A], stream)
    }
  }

  /// A child's results are the run's results, unless one JSON object was asked for.
  private func pass(_ bytes: [UInt8], _ stream: OutputPiece.Stream) {
    guard stream == .output, !isJSON else { return Console.showLive(bytes) }
    do { try Console.write(bytes) } catch { outputError = error }
  }

  private static func meaning(of code: Int32) -> String {
    switch ExitStatus(rawValue: code) {
    case .refused: " (refused by a gate)"
    case .badData: " (bad data)"
    case .missingInput: " (an input is missing)"
    case .inputOutput: " (disk or system)"
    case .temporary: " (temporary: run again)"
    case .timedOut: " (it took longer than its timeout)"
    case .interrupted: " (interrupted)"
    default: code > 128 ? " (ended by signal \(code - 128))" : ""
    }
  }

  // MARK: The end

  func finish(_ outcome: Runner.Outcome, seconds: Double) throws {
    if let outputError { throw outputError }
    if isJSON { return try Console.write(json(outcome, seconds).canonical + "\n") }
    let counts = [
      ("ran", outcome.ran.count), ("restored", outcome.restored.count), ("fresh", outcome.fresh.count),
      ("failed", outcome.failed.count), ("not run", outcome.blocked.count),
    ]
    .filter { $0.1 > 0 }.map { "\(DecimalNumber.grouped($0.1)) \($0.0)" }
    let total = counts.isEmpty ? "nothing to do" : counts.joined(separator: ", ")
    let isStopped = outcome.exitCode != 0
    Console.note("\(isStopped ? "stopped: " : "")\(total), \(DecimalNumber.fixed(seconds, places: 2)) s")
  }

  private func json(_ outcome: Runner.Outcome, _ seconds: Double) -> JSON {
    let failed = outcome.failed.map { failure -> JSON in
      ["step": .string(failure.step), "exit": JSON(Int(failure.exitCode))]
    }
    return [
      "ran": JSON(outcome.ran), "restored": JSON(outcome.restored), "fresh": JSON(outcome.fresh),
      "staleAgain": JSON(outcome.staleAgain), "failed": .array(failed), "blocked": JSON(outcome.blocked),
      "exit": JSON(Int(outcome.exitCode)), "seconds": .number((seconds * 1000).rounded() / 1000),
    ]
  }
}

extension [Reason] {
  /// The reasons on one line.
  var summary: String { map(\.description).joined(separator: "; ") }
}
