package import Artifacts
private import Glibc
private import Synchronization

/// Waits that the first signal ends at once.
///
/// A class, because it guards the pipe through which the thread that receives signals wakes the one that waits.
package final class InterruptibleWait: Sendable {
  private let reading: Int32
  private let writing: Int32
  private let signal = Atomic<Int32>(0)

  package init() throws(DiskError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .failed("open", "a pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// The first signal that came, if any.
  package var received: Int32? {
    let number = signal.load(ordering: .acquiring)
    return number == 0 ? nil : number
  }

  /// Ends this wait and all later ones.
  package func end(by number: Int32) {
    _ = signal.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
    _ = write(writing, [1], 1)
  }

  /// Waits for so many seconds, or until a signal comes.
  package func wait(seconds: Double) {
    var polls = [pollfd(fd: reading, events: Int16(POLLIN), revents: 0)]
    _ = poll(&polls, 1, Int32(min(max(seconds, 0) * 1000, 1e9).rounded(.up)))
  }
}
