package import Artifacts
private import Features
package import Networks

extension TrainingSet {
  /// Made-up windows that can be mixed into these: they must look the same, but for the names of their entities.
  package func synthetic(
    reading artifact: Artifact, name: String, realProportion: Double
  ) throws -> SyntheticWindows {
    let folds = try WindowTable.foldCount(of: artifact)
    let other = try TrainingSet(reading: artifact, fold: folds - 1)
    let differences = other.table.signature.differences(from: table.signature)
    if let difference = differences.first(where: { $0.field != "entities" }) {
      throw SyntheticWindowsError.signature(windows: name, difference)
    }
    if let difference = other.recipe.difference(from: recipe) {
      throw SyntheticWindowsError.signature(
        windows: name,
        Signature.Difference(
          field: "'\(difference.part)'", own: difference.own, others: difference.others))
    }
    return SyntheticWindows(
      other.table, realProportion: realProportion, entities: table.signature.entities)
  }
}

/// Why windows cannot be mixed.
package enum SyntheticWindowsError: Failure, Equatable {
  case signature(windows: String, Signature.Difference)

  package var exitStatus: ExitStatus { .usage }

  package var description: String {
    switch self {
    case .signature(let windows, let difference):
      """
      the synthetic windows of '\(windows)' cannot be mixed in: their \(difference.field) is \(difference.own), and that \
      of the real ones is \(difference.others); prepare both alike
      """
    }
  }
}
