private import Synchronization

/// What a filter has worked out for windows of each length.
///
/// A class, because it guards what many threads that read windows share.
final class LengthCache<Value: Sendable>: Sendable {
  private let values = Mutex<[Int: Value]>([:])

  /// The value for a length, made at the first call; two threads may both make it, and one's is kept.
  func value(for length: Int, _ make: () -> Value) -> Value {
    if let found = values.withLock({ $0[length] }) { return found }
    let made = make()
    return values.withLock { values in
      let kept = values[length] ?? made
      values[length] = kept
      return kept
    }
  }
}
