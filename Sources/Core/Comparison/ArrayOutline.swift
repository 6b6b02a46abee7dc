package import Artifacts

/// What is known of an array before its elements are looked at.
package struct ArrayOutline: Sendable, Equatable {
  package var elementType: ElementType
  package var shape: [Int]
  /// Empty for a file of no artifact.
  package var axes: [String]
  package var unit: String
  /// The digest that the manifest has; nil for a file of no artifact.
  package var digest: Digest?

  init(_ entry: Manifest.ArrayEntry) {
    elementType = entry.elementType
    shape = entry.shape
    axes = entry.axes
    unit = entry.unit
    digest = entry.digest
  }

  init(_ header: NumPyHeader) {
    elementType = header.elementType
    shape = header.shape
    axes = []
    unit = ""
  }
}
