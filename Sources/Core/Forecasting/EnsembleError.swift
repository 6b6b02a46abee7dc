package import Artifacts
private import Chronology

/// Why models do not make an ensemble.
package enum EnsembleError: Failure, Equatable {
  /// A model learnt something else than the windows hold.
  case signature(model: String, Signature.Difference)
  case recipe(model: String, part: String, own: String, windows: String)
  case lookback(model: String, own: Int, windows: Int)
  /// Transforms learnt from other rows.
  case units(model: String, feature: String)
  /// It learnt from rows that the ensemble is judged by.
  case seen(model: String, until: Int64, windows: Int64)
  case classes(model: String, Int, other: String, Int)
  /// Snapshots are asked of a model that has none.
  case noSnapshots(model: String, kind: String)
  /// The best by validation are asked for, and this one was never validated.
  case noFigure(model: String)
  case tooMany(Int)

  package var exitStatus: ExitStatus { .usage }

  package var description: String {
    switch self {
    case .signature(let model, let difference):
      """
      '\(model)' cannot be a member: its \(difference.field) is \(difference.own), and that of the windows is \
      \(difference.others); train it on windows whose \(difference.field) is the same, or leave it out
      """
    case .recipe(let model, let part, let own, let windows):
      """
      '\(model)' cannot be a member: its '\(part)' is \(own), and that of the windows is \(windows); train it on windows \
      that were prepared with the same '\(part)', or leave it out
      """
    case .lookback(let model, let own, let windows):
      """
      '\(model)' looks back over \(own) rows, and the windows hold \(windows); let the ensemble read windows of \
      lookback: \(own) or more
      """
    case .units(let model, let feature):
      """
      '\(model)' cannot be a member: the transforms of '\(feature)' learnt other numbers than those of the windows, so \
      its units are others; prepare both from the same rows, with training parts of the same dates
      """
    case .seen(let model, let until, let windows):
      """
      '\(model)' was trained on rows up to \(Instant(milliseconds: until)), and the training part of the windows ends at \
      \(Instant(milliseconds: windows)): it has seen what is to judge it; train it on windows with the same split
      """
    case .classes(let model, let own, let other, let others):
      """
      '\(model)' \(Self.words(own)), and '\(other)' \(Self.words(others)): that cannot be averaged; take models of one \
      kind
      """
    case .noSnapshots(let model, let kind):
      """
      '\(model)' is \(kind), which keeps no epochs; snapshots are those of one network's training: take such a step, or \
      combine whole models with ensemble/mean
      """
    case .noFigure(let model):
      "'\(model)' has no validation/mse to be chosen by; take all members with best: 0"
    case .tooMany(let count):
      "an ensemble of \(count) members is too many: 1000 are allowed; set best: to take some of them"
    }
  }

  private static func words(_ classes: Int) -> String {
    classes > 1 ? "tells \(classes) classes apart" : "forecasts numbers"
  }
}
