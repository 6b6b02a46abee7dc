private import Glibc

/// Work cut into blocks whose borders depend on the work alone, never on the number of threads: threads only
/// decide how many blocks run at once, so one thread and eight give the same bytes.
package enum Blocks {
  /// Runs `body` once for each block number below `count`, on up to `threads` threads.
  package static func run(_ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let workers = min(threads, count)
    guard workers > 1 else {
      for block in 0..<max(count, 0) { body(block) }
      return
    }
    let handles = (1..<workers).map { worker in
      WorkerThread { for block in stride(from: worker, to: count, by: workers) { body(block) } }
    }
    for block in stride(from: 0, to: count, by: workers) { body(block) }
    for handle in handles { handle.join() }
  }

  /// Computes `make` for each block, up to `threads` at once, and hands the results to `take` in their order.
  ///
  /// No more than `threads` results exist at a time.
  package static func inOrder<Value: Sendable>(
    _ count: Int, threads: Int, make: @escaping @Sendable (Int) -> Value, take: (Int, Value) throws -> Void
  ) rethrows {
    var next = 0
    while next < count {
      let wave = min(max(threads, 1), count - next)
      let first = next
      let results = Results<Value>(count: wave)
      run(wave, threads: wave) { results.set($0, make(first + $0)) }
      for offset in 0..<wave { try take(first + offset, results.take(offset)) }
      next += wave
    }
  }
}

/// A slot for each block's result.
///
/// Unchecked, because each slot is written by one thread before it is joined, and read by the caller after
/// that.
private final class Results<Value: Sendable>: @unchecked Sendable {
  private let slots: UnsafeMutableBufferPointer<Value?>

  init(count: Int) {
    slots = .allocate(capacity: count)
    slots.initialize(repeating: nil)
  }

  deinit {
    slots.deinitialize()
    slots.deallocate()
  }

  func set(_ index: Int, _ value: Value) { slots[index] = value }

  func take(_ index: Int) -> Value {
    guard let value = slots[index] else { preconditionFailure("block \(index) left no result") }
    slots[index] = nil
    return value
  }
}

/// One thread of the system.
///
/// A class, because it guards the thread until it is joined.
final class WorkerThread {
  private var thread = pthread_t()

  init(_ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(body))
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    precondition(status == 0, "the system refused a thread: \(String(cString: strerror(status)))")
  }

  func join() { pthread_join(thread, nil) }

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
