import Artifacts
import HTTP
import Testing

/// A client whose network is a script and whose clock jumps.
private struct Stage {
  /// 2026-01-01T00:00:00Z, the wall clock when the jumping clock shows its beginning.
  static let wallClock: Int64 = 1_767_225_600_000

  let time: JumpingTime
  let transport: ScriptedTransport
  let client: PoliteClient

  init(
    budget: RateBudget = RateBudget(), policy: PoliteClient.Policy = PoliteClient.Policy(), seed: UInt64 = 7,
    script: @escaping (HTTPRequest, Int) -> ScriptedTransport.Answer
  ) {
    let time = JumpingTime()
    let beginning = time.seconds
    self.time = time
    transport = ScriptedTransport(time, script: script)
    client = PoliteClient(
      transport: transport, time: time, budget: budget, policy: policy,
      wallClock: { Self.wallClock + Int64((time.seconds - beginning) * 1000) }, seed: seed)
  }

  func submit(_ count: Int, weight: Int = 1) throws {
    let base = try WebAddress(parsing: "https://host?key=secret")
    for tag in 0..<count {
      client.submit(HTTPRequest(base.appending(path: ["\(tag)"]), weight: weight), tag: tag)
    }
  }

  func deliveries() throws -> [PoliteClient.Delivery] {
    var deliveries: [PoliteClient.Delivery] = []
    while let delivery = try client.next() { deliveries.append(delivery) }
    return deliveries
  }

  var starts: [Double] { transport.starts.map(\.seconds) }

  /// Seconds between one start and the next.
  func gap(after index: Int) -> Double { starts[index + 1] - starts[index] }
}

struct PoliteClientTests {
  @Test func `Nothing submitted is nothing delivered`() throws {
    let stage = Stage { _, _ in .status(200) }
    #expect(try stage.client.next() == nil)
    #expect(stage.transport.waits == 0 && stage.time.pauses.isEmpty)
  }

  @Test func `All is delivered once, in parallel but not beyond the bound`() throws {
    let stage = Stage { _, index in .status(200, body: "abc", after: [0.3, 0.1, 0.2][index % 3]) }
    try stage.submit(50)
    let tags = try stage.deliveries().map(\.tag)
    #expect(tags.sorted() == Array(0..<50) && tags != Array(0..<50))
    #expect(stage.transport.starts.map(\.others).max() == 3)
    #expect(stage.transport.starts.map(\.path) == (0..<50).map { "/\($0)" })
    #expect(stage.client.statistics.requestsStarted == 50)
    #expect(stage.client.statistics.bytesReceived == 150)
    #expect(stage.client.statistics.failures.isEmpty)
    #expect(stage.time.pauses.isEmpty)
  }

  @Test func `More can be submitted while others are on their way`() throws {
    let stage = Stage { _, _ in .status(200) }
    try stage.submit(1)
    let first = try #require(try stage.client.next())
    stage.client.submit(first.request, tag: 99)
    #expect(try stage.client.next()?.tag == 99)
    #expect(try stage.client.next() == nil)
  }

  @Test(arguments: [200, 204, 302, 400, 401, 403, 404, 409, 451, 600])
  func `What else a server answers is delivered at once`(status: Int) throws {
    let stage = Stage { _, _ in .status(status, body: "<html>") }
    try stage.submit(1)
    let deliveries = try stage.deliveries()
    #expect(deliveries.map(\.response.status) == [status])
    #expect(deliveries[0].response.body == Array("<html>".utf8))
    #expect(stage.starts.count == 1)
  }

  // MARK: Attempts

  static let passing: [(ScriptedTransport.Answer, FailureClass)] = [
    (.status(500), .serverError), (.status(502), .serverError), (.status(503), .serverError),
    (.status(503, ["retry-after": "soon"]), .serverError), (.status(599), .serverError),
    (.failure(.stalled), .stalled), (.failure(.noConnection("refused")), .noConnection),
    (.failure(.unresolvable(host: "host")), .noConnection), (.failure(.cutOff("reset")), .cutOff),
    (.failure(.malformed("HTTP/0.9")), .malformed), (.failure(.tooLarge(limit: 9)), .hostile),
    (.failure(.tooManyHeaders), .hostile), (.failure(.forbiddenRedirect("file:///")), .hostile),
  ]

  @Test(arguments: passing.indices)
  func `What may pass is tried again after a random, growing wait`(row: Int) throws {
    let (answer, kind) = Self.passing[row]
    var bounds: [Double] = []
    for seed in 0..<40 as Range<UInt64> {
      let stage = Stage(seed: seed) { _, index in index < 5 ? answer : .status(200) }
      try stage.submit(1)
      let deliveries = try stage.deliveries()
      #expect(deliveries.map(\.failures) == [5])
      #expect(stage.client.statistics.failures == [kind: 5])
      for index in 0..<5 {
        let bound = 0.5 * Double(1 << index)
        #expect(stage.gap(after: index) <= bound + 0.0521)
        bounds.append((stage.gap(after: index) - 0.05) / bound)
      }
    }
    // Full jitter: the waits fill the range from nothing to the bound.
    #expect(bounds.contains { $0 < 0.1 } && bounds.contains { $0 > 0.9 })
    #expect(abs(bounds.reduce(0, +) / Double(bounds.count) - 0.5) < 0.1)
  }

  @Test func `No wait is longer than the longest`() throws {
    let policy = PoliteClient.Policy(attempts: 20, maximumDelay: 3)
    let stage = Stage(policy: policy) { _, index in index < 19 ? .status(500) : .status(200) }
    try stage.submit(1)
    _ = try stage.deliveries()
    #expect((0..<19).allSatisfy { stage.gap(after: $0) <= 3.06 })
  }

  @Test func `Attempts are bounded, and the error says what was tried`() throws {
    let stage = Stage { request, _ in request.address.path == "/1" ? .failure(.stalled) : .status(200) }
    try stage.submit(3)
    var errors: [HTTPError] = []
    var tags: [Int] = []
    while true {
      do {
        guard let delivery = try stage.client.next() else { break }
        tags.append(delivery.tag)
      } catch {
        errors.append(error)
      }
    }
    let reason = "the server was silent or too slow"
    #expect(errors == [.gaveUp(address: "https://host/1", attempts: 8, reason: reason)])
    #expect(errors[0].exitStatus == .temporary)
    #expect(tags == [0, 2])
    #expect(stage.starts.count == 10)
  }

  @Test(arguments: [
    (
      TransportFailure.insecure("self-signed"),
      HTTPError.insecure(address: "https://host/0", reason: "self-signed")
    ),
    (.forbiddenAddress("10.0.0.1"), .forbiddenAddress(address: "https://host/0", peer: "10.0.0.1")),
  ])
  func `What another attempt cannot mend is not tried again`(failure: TransportFailure, error: HTTPError)
    throws
  {
    let stage = Stage { _, _ in .failure(failure) }
    try stage.submit(1)
    #expect(throws: error) { try stage.client.next() }
    #expect(stage.starts.count == 1)
    #expect(try stage.client.next() == nil)
  }

  @Test func `A request that waits lets others pass`() throws {
    let stage = Stage(policy: PoliteClient.Policy(parallel: 1)) { _, index in
      index == 0 ? .failure(.stalled) : .status(200, after: 0.01)
    }
    try stage.submit(3)
    #expect(Set(try stage.deliveries().map(\.tag)) == [0, 1, 2])
    #expect(stage.transport.starts[1].path == "/1" && stage.starts[1] == stage.starts[0] + 0.05)
  }

  @Test func `A body of the wrong shape is a failed attempt`() throws {
    let stage = Stage { _, index in .status(200, body: index < 2 ? "<html>" : "[]") }
    try stage.submit(1)
    var delivery = try #require(try stage.client.next())
    for _ in 0..<2 {
      try stage.client.retry(delivery, because: "it is HTML")
      delivery = try #require(try stage.client.next())
    }
    #expect(delivery.failures == 2 && delivery.response.body == Array("[]".utf8) && delivery.tag == 0)
    #expect(stage.client.statistics.failures == [.wrongShape: 2])
    #expect(stage.gap(after: 0) > 0.051)
  }

  @Test func `Wrong shapes are bounded as well`() throws {
    let stage = Stage(policy: PoliteClient.Policy(attempts: 3)) { _, index in
      index == 0 ? .failure(.stalled) : .status(200)
    }
    try stage.submit(1)
    let first = try #require(try stage.client.next())
    try stage.client.retry(first, because: "it is HTML")
    let second = try #require(try stage.client.next())
    #expect(throws: HTTPError.gaveUp(address: "https://host/0", attempts: 3, reason: "it is [31mHTML")) {
      try stage.client.retry(second, because: "it is\u{1B}[31mHTML")
    }
    #expect(try stage.client.next() == nil)
  }

  // MARK: Rest

  @Test(
    arguments: [429, 418, 503], [("30", 30), ("Thu, 01 Jan 2026 00:01:00 GMT", 59.9)] as [(String, Double)])
  func `No request starts within Retry-After, nor all at its end`(status: Int, wish: (String, Double)) throws
  {
    for seed in 0..<20 as Range<UInt64> {
      let stage = Stage(seed: seed) { _, index in
        index == 2 ? .status(status, ["retry-after": wish.0]) : .status(200, after: 0.1)
      }
      try stage.submit(12)
      #expect(try stage.deliveries().count == 12)
      let known = stage.starts[2] + 0.05
      let later = stage.starts.filter { $0 > known }
      // Positive jitter: a twentieth of a second at least, a second and a tenth of the wait at most.
      #expect(later[0] >= known + wish.1 + 0.049 && later[0] <= known + wish.1 * 1.1 + 1.01)
      #expect(stage.starts.filter { $0 <= known }.count == 4)
      // One ahead, alone, with the oldest request; then the others together.
      let probe = try #require(stage.starts.firstIndex(of: later[0]))
      #expect(stage.transport.starts[probe].path == "/2" && stage.transport.starts[probe].others == 0)
      #expect(later.filter { $0 < later[0] + 0.1 }.count == 1)
      #expect(later.filter { $0 == later[0] + 0.1 }.count == 4)
    }
  }

  @Test func `Those on their way finish during a rest`() throws {
    let stage = Stage { _, index in
      index == 0 ? .status(429, ["retry-after": "30"]) : .status(200, after: 1)
    }
    try stage.submit(4)
    let before = stage.time.seconds
    #expect(try stage.client.next()?.tag == 1)
    #expect(stage.time.seconds < before + 1.1)
    #expect(try stage.deliveries().map(\.tag) == [2, 3, 0])
  }

  @Test func `Several refusals of one burst are one rest`() throws {
    let stage = Stage { _, index in index < 4 ? .status(429) : .status(200) }
    try stage.submit(4)
    #expect(try stage.deliveries().count == 4)
    let wait = stage.starts[4] - stage.starts[0] - 0.05
    #expect(wait >= 1.05 && wait <= 2.11)
    #expect(stage.client.statistics.failures == [.limited: 4])
  }

  @Test(arguments: [nil, "", "-5", "soon"])
  func `A 429 without a usable time rests longer and longer`(header: String?) throws {
    let stage = Stage { _, index in
      index < 6 ? .status(429, header.map { ["retry-after": $0] } ?? [:]) : .status(200)
    }
    try stage.submit(1)
    #expect(try stage.deliveries().count == 1)
    for index in 0..<6 {
      let rest = stage.gap(after: index) - 0.05
      #expect(rest >= Double(1 << index) + 0.049 && rest <= Double(1 << index) * 1.1 + 1.01)
    }
  }

  @Test func `A ban without a time lasts two minutes, and doubles`() throws {
    let stage = Stage { _, index in index < 5 ? .status(418) : .status(200) }
    try stage.submit(1)
    #expect(try stage.deliveries().count == 1)
    for index in 0..<5 { #expect(stage.gap(after: index) >= 120 * Double(1 << index) + 0.05) }
    #expect(stage.client.statistics.failures == [.banned: 5])
  }

  @Test func `A ban's end is read from its text when there is no header`() throws {
    let end = Stage.wallClock + 500_000
    let body = #"{"code":-1003,"msg":"Way too much request weight used; IP banned until \#(end). Please"}"#
    let stage = Stage { _, index in index == 0 ? .status(418, body: body) : .status(200) }
    try stage.submit(1)
    #expect(try stage.deliveries().count == 1)
    #expect(stage.starts[1] - stage.starts[0] >= 500 && stage.starts[1] - stage.starts[0] < 552)
  }

  @Test func `A server that asks for a rest of nothing again and again gets longer ones`() throws {
    let stage = Stage { _, index in index < 6 ? .status(429, ["retry-after": "0"]) : .status(200) }
    try stage.submit(1)
    #expect(try stage.deliveries().count == 1)
    #expect(stage.gap(after: 0) < 1.1)
    for index in 1..<6 { #expect(stage.gap(after: index) >= Double(1 << (index - 1))) }
  }

  @Test func `An absurd rest is the longest ban`() throws {
    let stage = Stage { _, index in index == 0 ? .status(429, ["retry-after": "1000000000000"]) : .status(200)
    }
    try stage.submit(1)
    #expect(try stage.deliveries().count == 1)
    #expect(stage.gap(after: 0) >= 259_200 && stage.gap(after: 0) < 259_200 * 1.1 + 2)
  }

  @Test func `When the one ahead is refused, the others stay behind`() throws {
    let stage = Stage { _, index in
      switch index {
      case 0, 4: .status(429, ["retry-after": "10"])
      case 5: .failure(.stalled, after: 2)
      default: .status(200)
      }
    }
    try stage.submit(10)
    #expect(try stage.deliveries().count == 10)
    #expect(stage.starts[4] >= stage.starts[0] + 10 && stage.starts[5] >= stage.starts[4] + 10)
    // The second one ahead was silent for two seconds, in which nobody followed, nor at once thereafter.
    #expect(stage.starts[6] > stage.starts[5] + 2.001)
    #expect(stage.transport.starts[4...6].allSatisfy { $0.others == 0 })
    #expect(stage.transport.starts[7...9].map(\.others) == [0, 1, 2])
  }

  @Test func `Refusals that are over are forgotten`() throws {
    let stage = Stage(policy: PoliteClient.Policy(parallel: 1)) { _, index in
      index % 2 == 0 ? .status(429) : .status(200)
    }
    try stage.submit(5)
    #expect(try stage.deliveries().count == 5)
    for index in stride(from: 0, to: 10, by: 2) { #expect(stage.gap(after: index) < 2.2) }
  }

  // MARK: Budget

  @Test func `Weight stays within four fifths of the limit`() throws {
    let budget = RateBudget(limits: [RateLimit(limit: 100, windowSeconds: 60)])
    let stage = Stage(budget: budget) { _, _ in .status(200) }
    try stage.submit(100, weight: 2)
    #expect(try stage.deliveries().count == 100)
    for (index, start) in stage.starts.enumerated() where index >= 40 {
      #expect(start >= stage.starts[index - 40] + 60)
    }
    #expect(stage.client.statistics.weightUsed == 200)
    #expect(abs(stage.client.statistics.secondsWaited - 120) < 5)
    #expect(stage.time.pauses.count < 20)
  }

  @Test func `The server's own count slows us down`() throws {
    let budget = RateBudget(limits: [RateLimit(limit: 6000, windowSeconds: 60)])
    let stage = Stage(budget: budget, policy: PoliteClient.Policy(parallel: 1)) { _, index in
      .status(200, ["x-mbx-used-weight-1m": index == 0 ? "4799" : "2"])
    }
    try stage.submit(3, weight: 2)
    #expect(try stage.deliveries().count == 3)
    #expect(stage.gap(after: 0) >= 60 && stage.gap(after: 1) < 0.1)
  }

  @Test func `New limits hold from then on`() throws {
    let stage = Stage(policy: PoliteClient.Policy(parallel: 1)) { _, _ in .status(200) }
    try stage.submit(6)
    _ = try stage.client.next()
    stage.client.setLimits([RateLimit(limit: 5, windowSeconds: 10, unit: .requests)])
    #expect(try stage.deliveries().count == 5)
    #expect(stage.starts[5] >= stage.starts[1] + 10)
  }

  @Test func `Requests of a source without headers keep their distance`() throws {
    let stage = Stage(budget: RateBudget(requestsPerSecond: 2)) { _, _ in .status(200, after: 0.01) }
    try stage.submit(5)
    #expect(try stage.deliveries().count == 5)
    #expect((0..<4).allSatisfy { (0.5..<0.502).contains(stage.gap(after: $0)) })
  }

  // MARK: Deadline

  @Test func `A deadline ends the wait for responses`() throws {
    let stage = Stage(policy: PoliteClient.Policy(deadlineSeconds: 10)) { _, _ in .status(200, after: 60) }
    try stage.submit(5)
    #expect(throws: HTTPError.deadline(seconds: 10, reason: "answers were on their way")) {
      try stage.client.next()
    }
    #expect(abs(stage.time.seconds - stage.starts[0] - 10) < 0.01)
    #expect(stage.transport.cancellations == 1)
    #expect(try stage.client.next() == nil)
  }

  @Test func `A rest beyond the deadline is not begun`() throws {
    let stage = Stage(policy: PoliteClient.Policy(deadlineSeconds: 100)) { _, _ in
      .status(418, ["retry-after": "3600"])
    }
    try stage.submit(1)
    let error = #expect(throws: HTTPError.self) { try stage.client.next() }
    #expect(error?.description.contains("within 100 s: https://") == true)
    #expect(error?.description.contains("the server answered 418") == true)
    #expect(stage.time.pauses.isEmpty && stage.starts.count == 1)
  }

  @Test func `What came before the deadline is delivered`() throws {
    let stage = Stage(policy: PoliteClient.Policy(parallel: 2, deadlineSeconds: 1)) { _, _ in
      .status(200, after: 0.9)
    }
    try stage.submit(4)
    #expect(try stage.client.next()?.tag == 0)
    stage.time.pause(seconds: 5)
    #expect(try stage.client.next()?.tag == 1)
    let error = #expect(throws: HTTPError.self) { try stage.client.next() }
    #expect(error?.description.contains("could not be done within 1.0 s") == true)
  }

  // MARK: What it tells

  @Test func `Rests, attempts and long waits are told, without secrets`() throws {
    let budget = RateBudget(limits: [RateLimit(limit: 5, windowSeconds: 60)])
    let stage = Stage(budget: budget, policy: PoliteClient.Policy(parallel: 1)) { _, index in
      switch index {
      case 0: .status(429, ["retry-after": "30"])
      case 1: .failure(.cutOff("reset"))
      default: .status(200)
      }
    }
    var lines: [String] = []
    stage.client.hear = { lines.append("\($0)") }
    try stage.submit(4)
    #expect(try stage.deliveries().count == 4)
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("https://host/0 answered 429: resting 3"))
    #expect(lines[1].hasPrefix("https://host/0: the connection broke (reset); attempt 3 of 8 in "))
    // The first attempt leaves the window half a minute before the others.
    #expect(lines[2].hasPrefix("waiting ") && lines[3].hasPrefix("waiting "))
    #expect(lines[3].hasSuffix(" to stay within the server's limits"))
    #expect(lines.allSatisfy { !$0.contains("secret") })
  }

  @Test func `The same seed sends at the same times, another at others`() throws {
    func starts(seed: UInt64) throws -> [Double] {
      let stage = Stage(seed: seed) { _, index in index % 3 == 0 ? .status(500) : .status(200) }
      try stage.submit(20)
      _ = try stage.deliveries()
      return stage.starts
    }
    #expect(try starts(seed: 1) == starts(seed: 1))
    #expect(try starts(seed: 1) != starts(seed: 2))
  }

  /// A server that counts in its own minutes, refuses beyond its limit, and bans those who do not listen.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `A strict and unreliable server is never provoked`(seed: UInt64) throws {
    var minute = -1
    var used = 0
    var rest: ClosedRange<Double>?
    var provocations = 0
    let time = JumpingTime()
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func random(_ count: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % count
    }
    let transport = ScriptedTransport(time) { request, _ in
      let now = time.seconds
      if rest?.contains(now) ?? false { provocations += 1 }
      if Int(now + 17) / 60 != minute { (minute, used) = (Int(now + 17) / 60, Int(random(30))) }
      used += request.weight
      let headers = ["x-mbx-used-weight-1m": "\(used)"]
      let latency = 0.02 + Double(random(100)) / 500
      if used > 200 { provocations += 1 }
      switch random(12) {
      case 0: return .failure(.cutOff("reset"), after: latency)
      case 1: return .status(502, headers, after: latency)
      case 2 where random(5) == 0:
        let seconds = Int(1 + random(90))
        // Those that were sent before the answer came are no provocation.
        rest = (now + latency + 1e-6)...(now + latency + Double(seconds))
        return .status(429, ["retry-after": "\(seconds)"], after: latency)
      default: return .status(200, headers, after: latency)
      }
    }
    let client = PoliteClient(
      transport: transport, time: time,
      budget: RateBudget(limits: [RateLimit(limit: 200, windowSeconds: 60)]),
      policy: PoliteClient.Policy(attempts: 12), wallClock: { 0 }, seed: seed)
    let base = try WebAddress(parsing: "https://host")
    for tag in 0..<600 { client.submit(HTTPRequest(base, weight: 2), tag: tag) }
    var tags: Set<Int> = []
    while let delivery = try client.next() { tags.insert(delivery.tag) }
    #expect(tags.count == 600)
    #expect(provocations == 0)
    #expect((client.statistics.failures[.limited] ?? 0) > 0)
    #expect(client.statistics.requestsStarted == 600 + client.statistics.failures.values.reduce(0, +))
  }
}
