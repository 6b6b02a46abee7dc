private import Glibc
private import Synchronization

/// The exchange's own time, in milliseconds since the epoch.
///
/// A class, because it guards one time that the server and the tests share.
package final class VirtualClock: Sendable {
  private let offset: Mutex<Int64>
  private let isRunning: Bool

  /// A clock that stands at `start` until it is advanced, or that runs on from there.
  package init(start: Int64, isRunning: Bool = false) {
    self.isRunning = isRunning
    offset = Mutex(isRunning ? start - Self.milliseconds(CLOCK_MONOTONIC) : start)
  }

  /// The system's time.
  package static var system: Int64 { milliseconds(CLOCK_REALTIME) }

  package var now: Int64 {
    offset.withLock { $0 } + (isRunning ? Self.milliseconds(CLOCK_MONOTONIC) : 0)
  }

  package func advance(milliseconds: Int64) { offset.withLock { $0 += milliseconds } }

  private static func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
