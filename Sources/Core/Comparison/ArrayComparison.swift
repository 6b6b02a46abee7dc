private import Artifacts

/// How an array of one result differs from that of another.
package struct ArrayComparison: Sendable, Equatable {
  package var name: String
  /// Nil where only the new result has it.
  package var old: ArrayOutline?
  /// Nil where only the old result has it.
  package var new: ArrayOutline?
  /// Nil where the digests are the same, and where there is nothing to compare: another type, another shape of rows.
  package var elements: ElementDifferences?
  package let tolerance: Tolerance

  /// Whether the manifests record the same bytes, which then were not read.
  package var isIdentical: Bool {
    guard let old, let new else { return false }
    return old == new && (old.digest != nil || elements?.isSame(within: .exact) ?? false)
  }

  /// Whether it counts as the same, element by element, within the tolerance.
  package var isSame: Bool {
    guard let old, let new else { return false }
    if isIdentical { return true }
    let isSameFrame =
      old.elementType == new.elementType && old.shape == new.shape && old.axes == new.axes
      && old.unit == new.unit
    return isSameFrame
      && (elements?.isSame(within: tolerance) ?? (old.digest != nil && old.digest == new.digest))
      && !hasOtherRows
  }

  /// Whether rows were added or removed besides those that were compared.
  private var hasOtherRows: Bool {
    guard let elements, elements.basis == .rows, let new else { return false }
    return elements.compared != new.shape.reduce(1, *)
  }
}
