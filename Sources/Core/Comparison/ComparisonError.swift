package import Artifacts

/// Why two results cannot be compared.
package enum ComparisonError: Failure, Equatable {
  case array(path: String, problem: NumPyFileError)
  case shape(path: String, step: String, recorded: [Int], found: [Int])

  package var exitStatus: ExitStatus {
    switch self {
    case .array(_, .disk(let error)): error.isMissingFile ? .missingInput : error.exitStatus
    case .array, .shape: .badData
    }
  }

  package var description: String {
    switch self {
    case .array(_, .disk(let error)): "\(error)"
    case .array(let path, let problem): "\(path) cannot be compared: \(problem)"
    case .shape(let path, let step, let recorded, let found):
      "\(path) is damaged: its shape is \(found), and the manifest recorded \(recorded); "
        + "rebuild it with bin/pipeline run --force \(step)"
    }
  }
}
