package import Chronology

/// Where an element stands, in numbers and in the names that the artifact has for them.
package struct ElementPlace: Sendable, Equatable {
  /// One index for each axis, in the new array.
  package var index: [Int]
  /// The same in the old array.
  package var oldIndex: [Int]
  package var entity: String?
  package var column: String?
  /// The time of its row.
  package var time: Instant?
}

/// The largest difference of a kind: its size, where it is, and both values.
package struct LargestDifference: Sendable, Equatable {
  package var size: ElementValue
  package var place: ElementPlace
  package var old: ElementValue
  package var new: ElementValue
}
