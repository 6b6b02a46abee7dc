package import Artifacts

/// Why a name stands for no result, or for several.
package enum ReferenceError: Failure, Equatable {
  case unknown(String, nearest: String?)
  case noKey(prefix: String, step: String?)
  case ambiguous(String, meanings: [String])
  case noEarlier(step: String, count: Int, known: Int)
  case noRun(String, nearest: String?)
  case notInRun(step: String, run: String, steps: [String])
  case noVersion(model: String, version: String, known: [String])
  case gone(String, path: String, step: String)
  case noPath(String)

  package var exitStatus: ExitStatus {
    switch self {
    case .noEarlier, .gone, .noPath: .missingInput
    case .unknown, .noKey, .ambiguous, .noRun, .notInRun, .noVersion: .usage
    }
  }

  package var description: String {
    switch self {
    case .unknown(let name, let nearest):
      "'\(name)' is no step, key, run, model or path"
        + (nearest == nil
          ? "; name a result as STEP, STEP~1, STEP:KEY, KEY, run:RUN/STEP, MODEL@VERSION or PATH"
          : Self.hint(nearest))
    case .noKey(let prefix, let step):
      "no result" + (step.map { " of step '\($0)'" } ?? "") + " has a key that begins with \(prefix)"
    case .ambiguous(let name, let meanings):
      "'\(name)' can mean \(meanings.joined(separator: " or ")); write more of it, or a path"
    case .noEarlier(let step, let count, let known):
      known == 0
        ? "step '\(step)' has had one result only; there is none before it"
        : "step '\(step)' has \(known) earlier result\(known == 1 ? "" : "s"), not \(count)"
    case .noRun(let run, let nearest): "the journal knows no run '\(run)'" + Self.hint(nearest)
    case .notInRun(let step, let run, let steps):
      "run \(run) did nothing to a step '\(step)'; it has \(steps.joined(separator: ", "))"
    case .noVersion(let model, let version, let known):
      known.isEmpty
        ? "the registry has no version of model '\(model)'"
        : "model '\(model)' has no '\(version)'; it has \(known.joined(separator: ", "))"
    case .gone(let name, let path, let step):
      "\(name) was \(path), which is there no longer; make it again with bin/pipeline run \(step)"
    case .noPath(let path): "\(path) is no folder with a manifest.json and no .npy file; check the path"
    }
  }

  private static func hint(_ nearest: String?) -> String { nearest.map { "; did you mean '\($0)'?" } ?? "" }
}
