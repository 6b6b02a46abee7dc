/// Something in `artifacts/` that is not as it should be.
package struct Finding: Sendable, Equatable {
  package enum Weight: String, Sendable {
    /// It is not what was published.
    case damage
    /// It is of no use any more and does no harm.
    case leftover
    /// It does no harm, and somebody may want to know.
    case notice
  }

  package var weight: Weight
  package var path: String
  package var problem: String
  /// What to do about it; empty when there is nothing to do.
  package var remedy: String

  package init(_ weight: Weight, _ path: String, _ problem: String, remedy: String = "") {
    self.weight = weight
    self.path = path
    self.problem = problem
    self.remedy = remedy
  }

  init(_ leftover: Leftover) {
    self.init(
      .leftover, leftover.path, leftover.kind.description,
      remedy: leftover.kind == .unknown ? "" : "bin/pipeline gc removes it in time")
  }
}
