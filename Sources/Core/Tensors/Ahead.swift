/// A value that another thread makes while the caller is busy with the one before.
///
/// A class, because it guards the thread, which is waited for even when nobody asks for the value any more.
package final class Ahead<Value: Sendable> {
  private let slot: Slot
  private let thread: WorkerThread
  private var isJoined = false

  /// Begins at once.
  package init(_ make: @escaping @Sendable () -> Value) {
    let slot = Slot()
    self.slot = slot
    thread = WorkerThread { slot.value = make() }
  }

  deinit { join() }

  /// Waits for the value, which is handed over once.
  package func take() -> Value {
    join()
    guard let value = exchange(&slot.value, with: nil) else {
      preconditionFailure("a value that was taken before")
    }
    return value
  }

  private func join() {
    guard !isJoined else { return }
    thread.join()
    isJoined = true
  }

  /// Unchecked, because it is written by one thread and read when that has been joined.
  private final class Slot: @unchecked Sendable {
    var value: Value?
  }
}
