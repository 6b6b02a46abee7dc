package import Artifacts

/// What can be wrong with `pipeline.yaml`, a model's file or a `--set` flag.
package enum ConfigurationError: Failure, Equatable {
  case unreadable(path: String, DiskError)
  /// No YAML, or YAML that is not allowed here.
  case malformed(at: Place, String)
  case unknownKey(String, at: Place, of: String, nearest: String?)
  case missingKey(String, at: Place, of: String)
  case wrongValue(at: Place, setting: String, expected: String, found: String)
  case unknownName(what: String, name: String, at: Place, nearest: String?, known: [String])
  case cycle([String], at: Place)
  case ambiguousStep(stage: String, steps: [String], file: String)
  case noStep(stage: String, file: String)
  case override(String, problem: String)

  package var exitStatus: ExitStatus {
    if case .unreadable(_, let error) = self, error.isMissingFile { return .missingInput }
    return .usage
  }

  package var description: String {
    switch self {
    case .unreadable(let path, let error) where error.isMissingFile:
      "\(path) does not exist; name the file with --file, or run where pipeline.yaml lies"
    case .unreadable(_, let error): error.description
    case .malformed(let place, let problem): "\(place): \(problem)"
    case .unknownKey(let key, let place, let owner, let nearest):
      "\(place): unknown key '\(key)' in \(owner)" + Self.suggestion(nearest)
    case .missingKey(let key, let place, let owner): "\(place): \(owner) needs '\(key)'"
    case .wrongValue(let place, let setting, let expected, let found):
      "\(place): '\(setting)' must be \(expected), not \(found)"
    case .unknownName(let what, let name, let place, let nearest, let known):
      "\(place): there is no \(what) '\(name)'" + Self.suggestion(nearest)
        + (nearest == nil && !known.isEmpty ? "; there are: \(known.joined(separator: ", "))" : "")
    case .cycle(let steps, let place):
      "\(place): the steps read each other in a circle: \(steps.joined(separator: " → ")); remove one of the reads"
    case .ambiguousStep(let stage, let steps, let file):
      "\(file) has \(steps.count) steps of stage '\(stage)'; choose one: --step \(steps.joined(separator: " | --step "))"
    case .noStep(let stage, let file): "\(file) has no step of stage '\(stage)'"
    case .override(let text, let problem): "--set \(text): \(problem)"
    }
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}
