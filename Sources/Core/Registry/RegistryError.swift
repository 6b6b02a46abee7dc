package import Artifacts

/// What can go wrong with the registry.
package enum RegistryError: Failure, Equatable {
  case artifact(ArtifactError)
  case brokenLog(path: String, line: Int)
  case noMetric(String, known: [String])
  case noComparison(metric: String)
  case refused(model: String, reasons: [String])

  package var exitStatus: ExitStatus {
    switch self {
    case .artifact(let error): error.exitStatus
    case .brokenLog: .badData
    case .noMetric, .noComparison: .usage
    case .refused: .refused
    }
  }

  package var description: String {
    switch self {
    case .artifact(let error): error.description
    case .brokenLog(let path, let line):
      """
      \(path):\(line): the chain of the log is broken here, so a line was changed, taken out or put in; restore the \
      file from a backup, or move the registry's folder away and register anew
      """
    case .noMetric(let name, let known):
      "a gate asks for the metric '\(name)', and the model has \(known.joined(separator: ", "))"
    case .noComparison(let metric):
      "a gate asks '\(metric)' to be better than a baseline, which only mse, mae and rmse can be; use at_least or at_most"
    case .refused(let model, let reasons):
      "'\(model)' was refused: " + reasons.joined(separator: "; ") + "; nothing was registered"
    }
  }
}
