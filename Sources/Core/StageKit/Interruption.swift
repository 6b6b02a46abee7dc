private import Glibc
private import Synchronization

/// Ends a program cleanly when the user, or the system, asks for it: a thread of its own waits for the signal, so
/// that what is done about it is ordinary code.
package enum Interruption {
  private static let watched = [SIGINT, SIGTERM, SIGHUP]
  private static let unfinished = Mutex<String?>(nil)
  private static let handler = Mutex<(@Sendable (Int32) -> Void)?>(nil)

  /// Watches for SIGINT, SIGTERM and SIGHUP and calls `handle` for each; a closed pipe becomes an ordinary
  /// write error.
  ///
  /// To be called before any other thread exists, because threads inherit what is blocked here.
  package static func watch(_ handle: @escaping @Sendable (Int32) -> Void) {
    signal(SIGPIPE, SIG_IGN)
    var signals = watchedSet
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    handler.withLock { $0 = handle }
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in Interruption.wait() }, nil)
    pthread_detach(thread)
  }

  /// Watches, and at the first signal removes the unfinished artifact and exits with the code that says so.
  package static func exitCleanly(removing remove: @escaping @Sendable (String) -> Void) {
    watch { number in
      if let directory = unfinished.withLock({ $0 }) { remove(directory) }
      Console.note("\ninterrupted; nothing was published")
      _exit(exitCode(of: number))
    }
  }

  /// Runs `body` while `directory` is what an interruption has to remove.
  package static func guarding<Result>(_ directory: String, _ body: () throws -> Result) rethrows -> Result {
    unfinished.withLock { $0 = directory }
    defer { unfinished.withLock { $0 = nil } }
    return try body()
  }

  /// 130 for Ctrl-C, and 128 and the number for others, as shells count.
  package static func exitCode(of signal: Int32) -> Int32 { 128 + signal }

  private static var watchedSet: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in watched { sigaddset(&signals, number) }
    return signals
  }

  private static func wait() -> UnsafeMutableRawPointer? {
    var signals = watchedSet
    while true {
      var received: Int32 = 0
      guard sigwait(&signals, &received) == 0 else { continue }
      handler.withLock { $0 }?(received)
    }
  }
}
