/// When a request may start, so that a server's limits are never reached.
///
/// Times are seconds of one clock, which has nothing to do with the server's.
package struct RateBudget: Sendable {
  private var windows: [RateWindow]
  private let share: Double
  /// Seconds between the starts of two requests.
  private let spacing: Double
  private var lastStart = -Double.infinity
  private var underway: (weight: Int, requests: Int) = (0, 0)

  /// Uses no more than `share` of each limit, and starts no more than so many requests a second.
  package init(limits: [RateLimit] = [], requestsPerSecond: Double? = nil, share: Double = 0.8) {
    precondition(share > 0 && share <= 1, "a share of \(share) is none")
    windows = limits.map { RateWindow($0) }
    spacing = requestsPerSecond.map { 1 / $0 } ?? 0
    self.share = share
  }

  /// The limits of the server; what is known of a window's use stays when only its limit changes.
  package var limits: [RateLimit] {
    get { windows.map(\.limit) }
    set {
      windows = newValue.map { limit in
        var window =
          windows.first { $0.limit.windowSeconds == limit.windowSeconds && $0.limit.unit == limit.unit }
          ?? windows.first { $0.limit.unit == limit.unit }?.withoutReport
          ?? RateWindow(limit, underway: limit.unit == .weight ? underway.weight : underway.requests)
        window.limit = limit
        return window
      }
    }
  }

  /// Seconds until a request of this weight may start; infinite while only responses can make room.
  package func delay(for weight: Int, at seconds: Double) -> Double {
    let spaced = max(lastStart + spacing - seconds, 0)
    return windows.reduce(spaced) { max($0, $1.delay(for: weight, at: seconds, share: share)) }
  }

  package mutating func start(weight: Int, at seconds: Double) {
    lastStart = seconds
    underway = (underway.weight + weight, underway.requests + 1)
    for index in windows.indices { windows[index].start(weight: weight) }
  }

  /// Learns from a response to a request that was started at `startedAt`; without headers when none came.
  package mutating func finish(
    weight: Int, startedAt: Double, headers: [String: String], at seconds: Double
  ) {
    underway = (underway.weight - weight, underway.requests - 1)
    for index in windows.indices {
      windows[index].finish(weight: weight, startedAt: startedAt, headers: headers, at: seconds)
    }
  }
}
