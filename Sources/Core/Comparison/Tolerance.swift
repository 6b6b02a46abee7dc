/// How far apart two real numbers may lie and still count as the same: |a − b| ≤ absolute + relative · max(|a|, |b|).
///
/// Symmetric, so that it does not matter which result is called the old one. Whole numbers (times, offsets, rows)
/// are compared exactly whatever the tolerance: a billionth of a time stamp is half an hour.
package struct Tolerance: Sendable, Equatable {
  package var relative: Double
  package var absolute: Double

  package init(relative: Double = 0, absolute: Double = 0) {
    precondition(relative >= 0 && absolute >= 0, "a tolerance is not negative")
    self.relative = relative
    self.absolute = absolute
  }

  /// Nothing may differ, down to the bytes.
  package static let exact = Tolerance()

  /// Whether bytes decide, so that −0.0 is not 0.0.
  package var isExact: Bool { self == .exact }

  /// Whether two finite numbers count as the same.
  func allows(_ old: Double, _ new: Double) -> Bool {
    abs(old - new) <= absolute + relative * Swift.max(abs(old), abs(new))
  }
}
