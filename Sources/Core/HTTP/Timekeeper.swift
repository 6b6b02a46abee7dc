private import Glibc

/// Tells the time and waits.
///
/// The world beyond this protocol is the clock; tests put one in its place that jumps instead of waiting.
package protocol Timekeeper: Sendable {
  /// Seconds since some fixed moment; never goes back.
  var seconds: Double { get }
  /// Returns so many seconds later.
  func pause(seconds: Double)
}

/// The system's clock.
package struct SystemTime: Timekeeper {
  package init() {}

  package var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  package func pause(seconds: Double) {
    guard seconds > 0 else { return }
    let until = self.seconds + seconds
    while true {
      let rest = until - self.seconds
      guard rest > 0 else { return }
      var time = timespec(tv_sec: Int(rest), tv_nsec: Int((rest - rest.rounded(.down)) * 1e9))
      nanosleep(&time, nil)
    }
  }
}
