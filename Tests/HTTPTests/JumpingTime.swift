import HTTP

/// A clock that jumps to the end of a pause instead of waiting.
///
/// Unchecked: every test has its own, on one thread.
final class JumpingTime: Timekeeper, @unchecked Sendable {
  /// Not zero, and not a round binary number, so that sums round as they do in life.
  private(set) var seconds = 1_000.1
  private(set) var pauses: [Double] = []

  func pause(seconds: Double) {
    pauses.append(seconds)
    advance(to: self.seconds + seconds)
  }

  func advance(to moment: Double) { seconds = max(seconds, moment) }
}
