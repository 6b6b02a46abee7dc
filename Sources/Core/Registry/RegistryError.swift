package import Artifacts

/// What can go wrong with the registry.
package enum RegistryError: Failure, Equatable {
  case artifact(ArtifactError)
  case noMetric(String, known: [String])
  case noComparison(metric: String)
  case noFigure(model: String, metric: String, known: [String])
  /// Two models whose figures say nothing of each other, what differs, and how.
  case incomparable(models: [String], what: String, values: [String])
  case refused(model: String, reasons: [String])

  package var exitStatus: ExitStatus {
    switch self {
    case .artifact(let error): error.exitStatus
    case .noMetric, .noComparison, .noFigure, .incomparable: .usage
    case .refused: .refused
    }
  }

  package var description: String {
    switch self {
    case .artifact(let error): error.description
    case .noMetric(let name, let known):
      "a gate asks for the metric '\(name)', and the model has \(known.joined(separator: ", "))"
    case .noComparison(let metric):
      "a gate asks '\(metric)' to be better than a baseline, which only mse, mae and rmse can be; use at_least or at_most"
    case .noFigure(let model, let metric, let known):
      """
      models are to be chosen by '\(metric)', and \(model) has \(known.isEmpty ? "no metrics of validation" : known.joined(separator: ", ")); \
      name one that all have: select
      """
    case .incomparable(let models, let what, let values):
      """
      \(models.joined(separator: " and ")) forecast different things, so the lower error says nothing: their \(what) are \
      \(values.joined(separator: " and ")); register them under names of their own
      """
    case .refused(let model, let reasons):
      "'\(model)' was refused: " + reasons.joined(separator: "; ") + "; nothing was registered"
    }
  }
}
