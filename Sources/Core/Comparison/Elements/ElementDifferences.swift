/// What comparing two arrays element by element has found.
package struct ElementDifferences: Sendable, Equatable {
  /// Which elements were compared with which.
  package enum Basis: Sendable, Equatable {
    /// All, index by index.
    case index
    /// Rows of the same entity and time.
    case rows
    /// The rows along axis 0 that both arrays have; `identical` of them, from the first on, are the same.
    case prefix(rows: Int, identical: Int)
  }

  package var basis: Basis
  package var compared: Int
  /// Elements further apart than the tolerance, with those that became or ceased to be NaN.
  package var differing: Int
  package var rowsRevised: Int
  package var first: ElementPlace?
  /// Of finite numbers, also within the tolerance; nil where none differs.
  package var largestAbsolute: LargestDifference?
  /// |a − b| / max(|a|, |b|).
  package var largestRelative: LargestDifference?
  /// In units in the last place: the numbers of the type that lie between; nil for whole numbers.
  package var largestSteps: LargestDifference?
  package var becameNaN: Int
  package var ceasedNaN: Int
  /// Infinities that came, went or changed their sign.
  package var infinities: Int
  /// Zeros that are equal by value and differ in their sign.
  package var zeroSigns: Int
  /// Elements that are NaN in both, with different bits.
  package var payloads: Int
  package var columns: [ColumnDifferences]
  /// Columns that only the new or only the old array has; then the others were compared by their names.
  package var addedColumns: [String]
  package var removedColumns: [String]
  /// Whether the columns that both have stand in another order, or among others.
  package var isPairedByName: Bool

  /// Whether all that was compared is the same: by its bytes where the tolerance is exact.
  package func isSame(within tolerance: Tolerance) -> Bool {
    differing == 0 && !isPairedByName && (!tolerance.isExact || zeroSigns == 0 && payloads == 0)
  }
}

/// What was found in one column.
package struct ColumnDifferences: Sendable, Equatable {
  package var name: String
  /// Elements over the tolerance: rows, where a row has one element of the column.
  package var differing: Int
  package var largestAbsolute: ElementValue?
  package var largestRelative: Double?
  package var becameNaN: Int
  package var ceasedNaN: Int
}
