package import Artifacts
private import Configuration

/// What can go wrong while looking after `artifacts/` and its journal.
package enum UpkeepError: Failure, Equatable {
  case noStep(String, root: String, known: [String])
  case noRun(String, known: [String])
  case ambiguousRun(String, runs: [String])
  case noLog(path: String, step: String)
  case notRemoved(path: String)

  package var exitStatus: ExitStatus {
    switch self {
    case .noStep, .noRun, .noLog: .missingInput
    case .ambiguousRun: .usage
    case .notRemoved: .inputOutput
    }
  }

  package var description: String {
    switch self {
    case .noStep(let name, let root, let known):
      "\(root) has no results of a step '\(name)'" + Self.hint(name, known)
    case .noRun(let name, let known):
      "the journal knows no run and no step '\(name)'" + Self.hint(name, known)
        + "; bin/pipeline log lists the runs"
    case .ambiguousRun(let name, let runs):
      "'\(name)' begins the names of \(runs.count) runs: \(runs.prefix(3).joined(separator: ", "))"
        + (runs.count > 3 ? ", …" : "") + "; give more of it"
    case .noLog(let path, let step):
      "\(path) is not there: step '\(step)' did not run then, or its log was dropped with age"
    case .notRemoved(let path):
      "\(path) could not be removed whole; check who owns it and run bin/pipeline gc again"
    }
  }

  private static func hint(_ name: String, _ known: [String]) -> String {
    if let nearest = NearestName.of(name, among: known) { return "; did you mean '\(nearest)'?" }
    return known.isEmpty || known.count > 12 ? "" : "; there are: \(known.joined(separator: ", "))"
  }
}
