private import Glibc

/// What a thread does from its beginning to its end.
protocol Helping: AnyObject, Sendable {
  func go()
}

/// A thread that helps with work, which goes on without it too.
struct Helper {
  private let thread: pthread_t

  /// Nil without a thread to be had: the work is then slower, not wrong.
  init?(_ work: any Helping) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Start(work))
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Start>.fromOpaque(context).takeRetainedValue().work.go()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return nil
    }
    self.thread = thread
  }

  func join() { pthread_join(thread, nil) }
}

/// A class, because a pointer to it crosses into the thread.
private final class Start {
  let work: any Helping
  init(_ work: any Helping) { self.work = work }
}
