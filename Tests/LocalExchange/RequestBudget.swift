/// The weight that was used, and who was told to wait.
struct RequestBudget: Sendable {
  let limits: ExchangeLimits
  private(set) var minute: Int64 = .min
  private(set) var usedWeight = 0
  private var waits: [Venue: Wait] = [:]
  private var bans = 0
  /// How the last request that came too early did so.
  private(set) var offence = ""

  /// A Retry-After that was sent.
  private struct Wait {
    /// By the exchange's clock, ms.
    var until: Int64
    var isBan = false
    var violations = 0
    var forgiven = 0
    /// By the system's clock, s, and on which connection.
    var sentAt: Double
    var connection: Int
  }

  /// Where and when a request came in.
  struct Arrival {
    var venue: Venue
    var connection: Int
    /// By the exchange's clock, ms.
    var now: Int64
    /// By the system's clock, s.
    var seconds: Double
  }

  enum Verdict: Equatable {
    case admitted
    /// 429, or 418 while banned.
    case refused(retrySeconds: Int64, bannedUntil: Int64?, Reason)
  }

  enum Reason {
    /// The minute's weight is used up.
    case overweight
    /// A Retry-After has not passed.
    case inside
    /// So it is, but the request may have been under way when the client was told.
    case underWay
  }

  init(limits: ExchangeLimits) { self.limits = limits }

  /// Whether anyone was told to wait and has not.
  func isWaiting(_ venue: Venue, now: Int64) -> Bool { (waits[venue]?.until ?? .min) > now }

  /// Counts a request's weight, or refuses it.
  mutating func admit(_ arrival: Arrival, weight: Int) -> Verdict {
    if minute != arrival.now / 60_000 {
      minute = arrival.now / 60_000
      usedWeight = 0
    }
    if let wait = waits[arrival.venue], arrival.now < wait.until { return refuse(arrival, wait) }
    waits[arrival.venue] = nil
    guard arrival.venue == .binance else { return .admitted }
    guard usedWeight + weight <= limits.weightPerMinute else {
      let rest = Self.wholeSeconds((minute + 1) * 60_000 - arrival.now)
      demandWait(arrival, seconds: rest)
      return .refused(retrySeconds: rest, bannedUntil: nil, .overweight)
    }
    usedWeight += weight
    return .admitted
  }

  /// Holds the client to a Retry-After that is being sent.
  mutating func demandWait(_ arrival: Arrival, seconds: Int64) {
    guard (1...limits.longestRetrySeconds).contains(seconds) else { return }
    demandWait(arrival, until: arrival.now + seconds * 1000)
  }

  mutating func demandWait(_ arrival: Arrival, until: Int64) {
    waits[arrival.venue] = Wait(until: until, sentAt: arrival.seconds, connection: arrival.connection)
  }

  private mutating func refuse(_ arrival: Arrival, _ wait: Wait) -> Verdict {
    var wait = wait
    let mayNotKnow =
      arrival.connection != wait.connection && arrival.seconds < wait.sentAt + limits.graceSeconds
      && wait.forgiven < limits.graceRequests
    if mayNotKnow {
      wait.forgiven += 1
    } else {
      wait.violations += 1
      offence =
        "\(Int((arrival.seconds - wait.sentAt) * 1000)) ms after the refusal on connection \(wait.connection), on "
        + "connection \(arrival.connection), \(wait.until - arrival.now) ms too early, forgiven \(wait.forgiven)"
      if !wait.isBan, wait.violations > limits.violationsBeforeBan { ban(&wait, arrival) }
    }
    waits[arrival.venue] = wait
    return .refused(
      retrySeconds: Self.wholeSeconds(wait.until - arrival.now), bannedUntil: wait.isBan ? wait.until : nil,
      mayNotKnow ? .underWay : .inside)
  }

  /// Each ban lasts twice as long as the one before.
  private mutating func ban(_ wait: inout Wait, _ arrival: Arrival) {
    let seconds = min(limits.firstBanSeconds << Int64(min(bans, 20)), limits.longestBanSeconds)
    bans += 1
    wait.isBan = true
    wait.until = max(wait.until, arrival.now + seconds * 1000)
    wait.sentAt = arrival.seconds
    wait.connection = arrival.connection
  }

  private static func wholeSeconds(_ milliseconds: Int64) -> Int64 { (milliseconds + 999) / 1000 }
}
