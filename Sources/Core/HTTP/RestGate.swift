/// Whether requests may start after the server has asked for rest.
///
/// When the rest is over, one request goes ahead alone; the others follow when it has succeeded.
struct RestGate: Sendable {
  private enum Ahead { case nobody, due, underway(number: Int) }

  private var opensAt = -Double.infinity
  private var closedAt = -Double.infinity
  private var ahead = Ahead.nobody
  /// How many times in a row the server has asked for rest.
  private(set) var refusals = 0

  /// Seconds until a request may start; infinite while one is ahead.
  func delay(at now: Double) -> Double {
    if case .underway = ahead { return .infinity }
    return max(opensAt - now, 0)
  }

  /// Counts a refusal, unless its request started before the one that was last counted was known.
  mutating func countRefusal(ofRequestStartedAt startedAt: Double, at now: Double) {
    guard startedAt > closedAt else { return }
    refusals += 1
    closedAt = now
  }

  /// Lets no request start for so long; gives by how much that is longer than before.
  mutating func close(for seconds: Double, at now: Double) -> Double {
    let longer = now + seconds - max(opensAt, now)
    opensAt = max(opensAt, now + seconds)
    // One that is ahead already went too early.
    ahead = .due
    return longer
  }

  mutating func start(_ number: Int) {
    if case .due = ahead { ahead = .underway(number: number) }
  }

  /// Notes how a request ended; gives whether it was the one ahead.
  @discardableResult
  mutating func finish(_ number: Int, succeeded: Bool) -> Bool {
    guard case .underway(number) = ahead else { return false }
    ahead = succeeded ? .nobody : .due
    if succeeded { refusals = 0 }
    return true
  }
}
