private import Glibc

/// Starts threads.
enum Threads {
  /// Runs `body` on a thread of its own.
  static func start(_ body: @escaping @Sendable () -> Void) throws(ExchangeError) {
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw .system(call: "pthread_create", code: code)
    }
    pthread_detach(thread)
  }
}

/// What a thread does.
///
/// A class, because it guards a closure on its way through C.
private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
