import Artifacts
package import Chronology

/// Rows that something happened to: how many, and the first and the last instant among them.
package struct RowSpan: Sendable, Equatable {
  package private(set) var count = 0
  package private(set) var first: Instant?
  package private(set) var last: Instant?

  /// Rows in the order of their times.
  mutating func add(_ rows: Range<Int>, of times: StoredArray<Int64>) {
    guard let start = rows.first, let end = rows.last else { return }
    count += rows.count
    let (begins, ends) = (Instant(milliseconds: times[start]), Instant(milliseconds: times[end]))
    first = first.map { min($0, begins) } ?? begins
    last = last.map { max($0, ends) } ?? ends
  }
}
