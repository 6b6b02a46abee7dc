/// What happened to the rows of a series or of windows, aligned on entity and time.
package struct RowChanges: Sendable, Equatable {
  package var oldCount: Int
  package var newCount: Int
  package var added: RowSpan
  package var removed: RowSpan
  /// Rows that both have, with something in them that is over the tolerance.
  package var revised: RowSpan
  /// Whether rows were only added behind those of their entity, and none revised.
  package var isPrefixIdentical: Bool
  package var addedEntities: [String]
  package var removedEntities: [String]

  init(_ alignment: RowAlignment, revised marks: RowMarks, isComparedWhole: Bool) {
    let (old, new) = (alignment.old, alignment.new)
    (oldCount, newCount) = (old.count, new.count)
    (added, removed) = (alignment.added, alignment.removed)
    var revised = RowSpan()
    marks.forEach { revised.add($0..<($0 + 1), of: new.times) }
    self.revised = revised
    isPrefixIdentical = isComparedWhole && revised.count == 0 && alignment.isAppendOnly
    let (before, after) = (Set(old.entities), Set(new.entities))
    addedEntities = new.entities.filter { !before.contains($0) }
    removedEntities = old.entities.filter { !after.contains($0) }
  }
}
