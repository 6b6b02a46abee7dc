private import Glibc
private import Synchronization

/// Leaves nothing behind when the user, or the system, ends the program: a thread of its own waits for the
/// signal, removes the unfinished artifact and exits with the code that says so.
package enum Interruption {
  private static let unfinished = Mutex<String?>(nil)

  /// The hidden folder to remove, while there is one.
  package static func guarding<Result>(_ directory: String, _ body: () throws -> Result) rethrows -> Result {
    unfinished.withLock { $0 = directory }
    defer { unfinished.withLock { $0 = nil } }
    return try body()
  }

  /// Begins to watch for SIGINT, SIGTERM and SIGHUP; a closed pipe becomes an ordinary write error. To be called
  /// before any other thread exists, because threads inherit what is blocked here.
  package static func watch(removing remove: @escaping @Sendable (String) -> Void) {
    signal(SIGPIPE, SIG_IGN)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    removal.withLock { $0 = remove }
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in Interruption.wait() }, nil)
    pthread_detach(thread)
  }

  private static let removal = Mutex<(@Sendable (String) -> Void)?>(nil)

  private static func wait() -> UnsafeMutableRawPointer? {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    var received: Int32 = 0
    while sigwait(&signals, &received) != 0 {}
    let directory = unfinished.withLock { $0 }
    let remove = removal.withLock { $0 }
    if let directory { remove?(directory) }
    Console.note("\ninterrupted; nothing was published")
    _exit(received == SIGINT ? 130 : 128 + received)
  }
}
