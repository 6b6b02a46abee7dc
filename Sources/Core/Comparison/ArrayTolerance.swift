package import Artifacts

/// Whether a new result is the old one as far as numbers matter: the numeric cut-off.
///
/// The same kind, facts, and names, types, shapes, axes and units of arrays; whole numbers equal, NaN at the same places,
/// real numbers and metrics within the tolerance. Files for people may say other things, because they spell out the
/// numbers. Arrays with the same digest are not read; the digests of the others are not proven.
package struct ArrayTolerance: Sendable, Equatable {
  package let isWithin: Bool
  /// The largest difference of real numbers in all arrays; 0 where nothing differs.
  package let largestAbsolute: Double
  package let largestRelative: Double

  package init(old: Artifact, new: Artifact, tolerance: Tolerance) throws(ComparisonError) {
    let comparison = try ArtifactComparison(
      old: old, new: new, tolerance: tolerance, findsLines: false)
    let elements = comparison.arrays.compactMap(\.elements)
    largestAbsolute = elements.compactMap { $0.largestAbsolute?.size.number }.max() ?? 0
    largestRelative = elements.compactMap { $0.largestRelative?.size.number }.max() ?? 0
    isWithin = comparison.isSame
  }
}
