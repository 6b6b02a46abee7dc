/// A metric that two results do not share.
package struct MetricChange: Sendable, Equatable {
  package var name: String
  /// Nil where the result has no such metric.
  package var old: Double?
  package var new: Double?

  /// New minus old.
  package var difference: Double? {
    guard let old, let new else { return nil }
    return new - old
  }

  /// The difference as a share of the old value; nil where that is 0.
  package var relative: Double? {
    guard let old, let difference, old != 0 else { return nil }
    return difference / abs(old)
  }

  func isWithin(_ tolerance: Tolerance) -> Bool {
    guard let old, let new else { return false }
    return tolerance.allows(old, new)
  }

  static func all(from old: [String: Double], to new: [String: Double]) -> [MetricChange] {
    Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
      .map { MetricChange(name: $0, old: old[$0], new: new[$0]) }
  }
}
