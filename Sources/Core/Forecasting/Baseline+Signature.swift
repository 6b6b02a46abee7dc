package import Artifacts
package import Evaluation

extension Baseline {
  /// Those that windows of a signature allow, the one that others are held against first.
  package static func all(for signature: Signature, season: Int?) -> [Baseline] {
    signature.hasLabels
      ? all(ofLabelsWith: signature.classes) : all(season: season, lookback: signature.lookback)
  }
}
