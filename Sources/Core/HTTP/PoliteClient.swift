private import Numerics

/// Sends many requests to one server as a good guest does: within its limits, and away when it asks for rest.
///
/// After a 429 or a 418 no request at all starts before the time is over that the server named, and then one goes
/// ahead alone. Attempts that fail otherwise are repeated after a random wait whose bound doubles («full jitter»,
/// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). What else a server answers is the
/// caller's to judge. A class, because it guards the queue and what is on its way; it belongs to one thread.
package final class PoliteClient {
  private let transport: any HTTPTransport
  private let time: any Timekeeper
  private let wallClock: () -> Int64
  private let policy: Policy
  private let jitter: RandomStream
  private var draws = 0

  private var budget: RateBudget
  private var gate = RestGate()
  private var queue = RequestQueue()
  private var underway: [Int: Flight] = [:]
  private var outcomes: [Result<Delivery, HTTPError>] = []
  private var submitted = 0
  private var deadline: Double?
  /// Why the last attempt failed; nil after one that did not.
  private var lastReason: String?
  private var waitAnnouncedUntil = -Double.infinity

  package private(set) var statistics = Statistics()
  /// Told of long waits, rests and further attempts, as they begin.
  package var hear: ((Event) -> Void)?

  /// An attempt on its way.
  private struct Flight {
    var pending: PendingRequest
    var startedAt: Double
  }

  /// `wallClock` gives milliseconds since 1970, for dates that the server names; `seed` decides the random waits.
  package init(
    transport: any HTTPTransport, time: any Timekeeper, budget: RateBudget, policy: Policy = Policy(),
    wallClock: @escaping () -> Int64, seed: UInt64
  ) {
    self.transport = transport
    self.time = time
    self.budget = budget
    self.policy = policy
    self.wallClock = wallClock
    jitter = RandomStream(seed: seed, purpose: "backoff")
  }

  /// Puts a request at the end of the queue; nothing is sent before ``next()``.
  package func submit(_ request: HTTPRequest, tag: Int) {
    queue.append(PendingRequest(request: request, tag: tag, order: submitted))
    submitted += 1
  }

  /// Waits for a response to one of the requests, in any order; nil when nothing is queued or on its way.
  ///
  /// An error is that of one request, and the others can still be waited for; after ``HTTPError/deadline(seconds:)``
  /// there are none.
  package func next() throws(HTTPError) -> Delivery? {
    if deadline == nil { deadline = policy.deadlineSeconds.map { time.seconds + $0 } }
    while true {
      // First of all, so that the server works while the caller looks at what came.
      startWhatMayStart()
      if !outcomes.isEmpty { return try outcomes.removeFirst().get() }
      if queue.isEmpty && underway.isEmpty { return nil }
      try waitForSomething()
    }
  }

  /// Asks again because what a response brought is not what was asked for; counts as a failed attempt.
  package func retry(_ delivery: Delivery, because reason: String) throws(HTTPError) {
    var pending = PendingRequest(request: delivery.request, tag: delivery.tag, order: delivery.order)
    pending.failures = delivery.failures
    if let error = tryAgain(pending, .wrongShape, because: Redaction.printable(reason, atMost: 200)) {
      throw error
    }
  }

  /// Takes the limits that the server itself has told; what is known of their use stays.
  package func setLimits(_ limits: [RateLimit]) { budget.limits = limits }
}

// MARK: - Starting and waiting

extension PoliteClient {
  /// Starts queued requests as far as they may, so that the server works while the caller does.
  ///
  /// What has come meanwhile is heard before each of them: it may be a call for rest.
  package func startWhatMayStart() {
    while underway.count < policy.parallel, !queue.isEmpty {
      takeIn()
      guard let pending = queue.first(at: time.seconds) else { return }
      let now = time.seconds
      guard delay(of: pending, at: now) <= 0, deadline.map({ now < $0 }) ?? true else { return }
      queue.remove(pending)
      statistics.requestsStarted += 1
      statistics.weightUsed += pending.request.weight
      let number = statistics.requestsStarted
      underway[number] = Flight(pending: pending, startedAt: now)
      gate.start(number)
      budget.start(weight: pending.request.weight, at: now)
      transport.start(pending.request, number: number)
    }
  }

  /// Takes in what has come, without waiting for more.
  private func takeIn() {
    guard !underway.isEmpty else { return }
    for (number, result) in transport.wait(seconds: 0) { settle(number, result) }
  }

  /// Seconds until a request may start; infinite while it takes a response to know.
  private func delay(of pending: PendingRequest, at now: Double) -> Double {
    max(
      pending.notBefore - now, gate.delay(at: now),
      budget.delay(for: pending.request.weight, at: now), 0)
  }

  private func waitForSomething() throws(HTTPError) {
    let now = time.seconds
    let isFull = underway.count >= policy.parallel
    let delay = isFull ? nil : queue.first(at: now).map { self.delay(of: $0, at: now) }
    let left = deadline.map { $0 - now } ?? .infinity
    // There is no use in sleeping up to a deadline that cannot be kept.
    if left <= 0 || (underway.isEmpty && delay ?? 0 > left) { throw giveUpAll(before: delay ?? 0) }
    if let delay, delay.isFinite { announceWait(delay, at: now) }
    // A whole millisecond at least, so that rounding cannot make us run in circles.
    let seconds = max(min(delay ?? .infinity, left), 0.001)
    if underway.isEmpty {
      precondition(seconds.isFinite, "a request waits for nothing")
      time.pause(seconds: seconds)
      statistics.secondsWaited += time.seconds - now
    } else {
      for (number, result) in transport.wait(seconds: min(seconds, 3600)) { settle(number, result) }
    }
  }

  private func giveUpAll(before delay: Double) -> HTTPError {
    let wait =
      underway.isEmpty
      ? "its limits ask for a wait of \(HTTPError.words(delay))" : "answers were on their way"
    let reason = lastReason ?? wait
    transport.cancelAll()
    underway = [:]
    queue.removeAll()
    return .deadline(seconds: policy.deadlineSeconds ?? 0, reason: reason)
  }

  /// Tells once of a wait that the budget causes; the others are told when they begin.
  private func announceWait(_ delay: Double, at now: Double) {
    guard delay > 1, now + delay > waitAnnouncedUntil + 1, gate.delay(at: now) <= 0,
      let pending = queue.first(at: now), pending.notBefore <= now
    else { return }
    waitAnnouncedUntil = now + delay
    hear?(.waiting(seconds: delay))
  }
}

// MARK: - What came of it

extension PoliteClient {
  private func settle(_ number: Int, _ result: Result<HTTPResponse, TransportFailure>) {
    guard let flight = underway.removeValue(forKey: number) else { return }
    let response = try? result.get()
    statistics.bytesReceived += response?.body.count ?? 0
    budget.finish(
      weight: flight.pending.request.weight, startedAt: flight.startedAt, headers: response?.headers ?? [:],
      at: time.seconds)
    switch result {
    case .success(let response): settle(number, flight, Verdict(response, now: wallClock()), response)
    case .failure(let failure): settle(number, flight, Verdict(failure, of: flight.pending.request), nil)
    }
  }

  private func settle(_ number: Int, _ flight: Flight, _ verdict: Verdict, _ response: HTTPResponse?) {
    let pending = flight.pending
    let wasAhead = gate.finish(number, succeeded: verdict == .deliver)
    switch verdict {
    case .deliver:
      lastReason = nil
      guard let response else { return }
      outcomes.append(
        .success(
          Delivery(
            tag: pending.tag, request: pending.request, response: response, failures: pending.failures,
            order: pending.order)))
    case .fail(let error): outcomes.append(.failure(error))
    case .again(let kind, let reason):
      fail(with: tryAgain(pending, kind, because: reason, wasAhead: wasAhead))
    case .rest(let kind, let seconds, let status):
      rest(flight, kind, wish: seconds, status: status)
      fail(with: tryAgain(pending, kind, because: "the server answered \(status)", afterRest: true))
    }
  }

  private func fail(with error: HTTPError?) {
    if let error { outcomes.append(.failure(error)) }
  }

  /// Queues a request for another attempt, or gives its error when there have been enough.
  private func tryAgain(
    _ pending: PendingRequest, _ kind: FailureClass, because reason: String, wasAhead: Bool = false,
    afterRest: Bool = false
  ) -> HTTPError? {
    statistics.failures[kind, default: 0] += 1
    var pending = pending
    pending.failures += 1
    let address = pending.request.address.description
    lastReason = "\(address): \(reason)"
    guard pending.failures < policy.attempts else {
      return .gaveUp(address: address, attempts: pending.failures, reason: reason)
    }
    // After a rest the gate says when, for all.
    let delay = afterRest ? 0 : backoff(afterFailures: pending.failures)
    pending.notBefore = time.seconds + delay
    queue.appendAgain(pending)
    // A server that failed the one ahead is not to be asked by the next one at once.
    if wasAhead { _ = gate.close(for: delay, at: time.seconds) }
    if !afterRest {
      hear?(
        .retrying(
          address: address, failures: pending.failures, attempts: policy.attempts, seconds: delay,
          reason: reason))
    }
    return nil
  }

  private func rest(_ flight: Flight, _ kind: FailureClass, wish: Double?, status: Int) {
    let now = time.seconds
    gate.countRefusal(ofRequestStartedAt: flight.startedAt, at: now)
    let seconds = restSeconds(kind, wish: wish)
    let longer = gate.close(for: seconds, at: now)
    guard longer > 1 else { return }
    hear?(.resting(seconds: seconds, status: status, address: flight.pending.request.address.description))
  }

  /// How long to stay away: what the server wishes and some more, so that not all its guests return at once.
  private func restSeconds(_ kind: FailureClass, wish: Double?) -> Double {
    let doublings = Double(1 << min(max(gate.refusals - 1, 0), 20))
    // A server that asks again and again for a rest of nothing gets a longer one.
    let repeated = gate.refusals > 1 ? min(doublings / 2, policy.maximumDelay) : 0
    let asked =
      switch (wish, kind) {
      case (let wish?, _): max(wish, repeated)
      case (nil, .banned): min(120 * doublings, RetryAfter.longest)
      case (nil, _): min(doublings, max(policy.maximumDelay, 1))
      }
    return asked + random(from: 0.05, to: 1) + asked * random(from: 0, to: 0.1)
  }

  private func backoff(afterFailures failures: Int) -> Double {
    let bound = policy.firstDelay * Double(1 << min(failures - 1, 30))
    return random(from: 0, to: min(bound, policy.maximumDelay))
  }

  private func random(from low: Double, to high: Double) -> Double {
    draws += 1
    return jitter.uniform(at: draws, from: low, to: high)
  }
}
