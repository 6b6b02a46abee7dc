import HTTP
import Testing

struct RateBudgetTests {
  /// Sends a request that is answered at once, and gives when it could start.
  @discardableResult
  static func send(
    _ weight: Int, in budget: inout RateBudget, at moment: Double, used: Int? = nil
  ) -> Double {
    let start = moment + budget.delay(for: weight, at: moment)
    budget.start(weight: weight, at: start)
    let headers = used.map { ["x-mbx-used-weight-1m": "\($0)"] } ?? [:]
    budget.finish(weight: weight, startedAt: start, headers: headers, at: start)
    return start
  }

  static let minute = RateLimit(limit: 100, windowSeconds: 60)

  @Test func `Without limits nothing waits`() {
    #expect(RateBudget().delay(for: 1_000_000, at: 0) == 0)
  }

  @Test func `Four fifths of a limit may be used, and no more`() {
    var budget = RateBudget(limits: [Self.minute])
    for _ in 0..<40 { #expect(Self.send(2, in: &budget, at: 5) == 5) }
    #expect(budget.delay(for: 1, at: 5) == 60)
    #expect(budget.delay(for: 1, at: 64) == 1)
    #expect(budget.delay(for: 1, at: 65) == 0)
  }

  @Test func `In any window's length no more than the share starts`() {
    var budget = RateBudget(limits: [Self.minute, RateLimit(limit: 20, windowSeconds: 7)])
    var starts: [Double] = []
    var now = 0.3
    for index in 0..<300 {
      let start = Self.send(1 + index % 3, in: &budget, at: now)
      starts.append(start)
      now = start + 0.01 * Double(index % 5)
      let weight = { (length: Double) in
        starts.enumerated().reduce(0) { start - $1.element < length - 1e-6 ? $0 + 1 + $1.offset % 3 : $0 }
      }
      #expect(weight(60) <= 80 && weight(7) <= 16)
    }
    #expect(now > 300 * 2 / 80 * 60 - 60)
  }

  @Test func `Requests on their way count, and only responses can make room`() {
    var budget = RateBudget(limits: [Self.minute])
    budget.start(weight: 80, at: 1)
    #expect(budget.delay(for: 1, at: 1000) == .infinity)
    budget.finish(weight: 80, startedAt: 1, headers: [:], at: 2)
    #expect(budget.delay(for: 1, at: 2) == 60)
  }

  @Test func `A failed request may have been counted`() {
    var budget = RateBudget(limits: [Self.minute])
    Self.send(2, in: &budget, at: 0, used: 78)
    Self.send(2, in: &budget, at: 0)
    #expect(budget.delay(for: 1, at: 0) > 0)
  }

  @Test func `What others at our address use is learnt from the header`() {
    var budget = RateBudget(limits: [Self.minute])
    Self.send(2, in: &budget, at: 0, used: 77)
    #expect(budget.delay(for: 3, at: 0) == 0)
    #expect(budget.delay(for: 4, at: 0) == 60)
    #expect(budget.delay(for: 4, at: 59) == 1)
    #expect(budget.delay(for: 4, at: 60) == 0)
  }

  @Test func `A lower number after the window rolled over frees us at once`() {
    var budget = RateBudget(limits: [Self.minute])
    for _ in 0..<39 { Self.send(2, in: &budget, at: 0, used: nil) }
    Self.send(2, in: &budget, at: 1, used: 80)
    #expect(budget.delay(for: 2, at: 30) == 30)
    // Freed after a minute by our own account; the answer shows that the server began to count anew.
    #expect(Self.send(2, in: &budget, at: 30, used: 2) == 60)
    #expect(budget.delay(for: 78, at: 60) == 0)
    #expect(budget.delay(for: 79, at: 60) > 0)
  }

  @Test func `A lower number that was overtaken is not believed`() {
    var budget = RateBudget(limits: [Self.minute])
    budget.start(weight: 2, at: 0)
    budget.start(weight: 2, at: 0)
    budget.finish(weight: 2, startedAt: 0, headers: ["x-mbx-used-weight-1m": "80"], at: 1)
    budget.finish(weight: 2, startedAt: 0, headers: ["x-mbx-used-weight-1m": "78"], at: 2)
    #expect(budget.delay(for: 2, at: 2) > 0)
  }

  @Test func `Absurd headers stop nothing for longer than a window`() {
    for text in ["99999999999999999999999", "-5", "", "lots"] {
      var budget = RateBudget(limits: [Self.minute])
      budget.start(weight: 2, at: 0)
      budget.finish(weight: 2, startedAt: 0, headers: ["x-mbx-used-weight-1m": text], at: 0)
      #expect(budget.delay(for: 2, at: 0) <= 60)
      #expect(budget.delay(for: 2, at: 60) == 0)
    }
  }

  @Test func `A request beyond the share goes alone`() {
    var budget = RateBudget(limits: [Self.minute])
    Self.send(1, in: &budget, at: 0)
    #expect(Self.send(90, in: &budget, at: 0) == 60)
    #expect(Self.send(1, in: &budget, at: 60) == 120)
  }

  @Test func `Requests are counted where requests are limited`() {
    var budget = RateBudget(limits: [RateLimit(limit: 5, windowSeconds: 10, unit: .requests)])
    for _ in 0..<4 { #expect(Self.send(50, in: &budget, at: 0) == 0) }
    #expect(budget.delay(for: 1, at: 0) == 10)
  }

  @Test func `Requests of a source without headers keep their distance`() {
    var budget = RateBudget(requestsPerSecond: 4)
    #expect((0..<4).map { _ in Self.send(1, in: &budget, at: 0) } == [0, 0.25, 0.5, 0.75])
    #expect(budget.delay(for: 1, at: 100) == 0)
  }

  @Test func `New limits keep what is known, also of requests on their way`() {
    var budget = RateBudget()
    budget.start(weight: 70, at: 0)
    budget.limits = [Self.minute]
    #expect(budget.delay(for: 11, at: 0) == .infinity)
    budget.finish(weight: 70, startedAt: 0, headers: [:], at: 1)
    budget.limits = [
      RateLimit(limit: 1000, windowSeconds: 60), RateLimit(limit: 100, windowSeconds: 300),
      RateLimit(limit: 3, windowSeconds: 10, unit: .requests),
    ]
    #expect(budget.delay(for: 10, at: 1) == 0)
    #expect(budget.delay(for: 11, at: 1) == 300)
    #expect(budget.limits.count == 3)
  }

  @Test func `A window of many requests stays small enough to look at`() {
    var budget = RateBudget(limits: [RateLimit(limit: 300_000, windowSeconds: 300, unit: .requests)])
    for index in 0..<5_000 { Self.send(1, in: &budget, at: Double(index) * 0.04) }
    #expect(budget.delay(for: 1, at: 200) == 0)
  }
}
