import Testing

@testable import HTTP

struct RateLimitTests {
  @Test(
    arguments: [
      ("1m", 60), ("10s", 10), ("5m", 300), ("1h", 3600), ("1d", 86_400), ("3d", 259_200),
    ] as [(String, Double)])
  func `A window's length is read`(text: String, seconds: Double) {
    #expect(RateLimit.seconds(ofWindow: text) == seconds)
  }

  @Test(arguments: ["", "m", "0m", "-1m", "1", "1w", "1M", "1 m", "1.5m", "m1"])
  func `Anything else is no window`(text: String) {
    #expect(RateLimit.seconds(ofWindow: text) == nil)
  }

  @Test func `The header of the same window counts, and no other`() {
    let limit = RateLimit(limit: 6000, windowSeconds: 60)
    #expect(limit.used(in: ["x-mbx-used-weight-1m": "17", "x-mbx-used-weight-1d": "9000"]) == 17)
    #expect(limit.used(in: ["x-mbx-used-weight-60s": "18"]) == 18)
    #expect(limit.used(in: ["x-mbx-used-weight-5m": "17", "x-mbx-used-weight": "3"]) == nil)
    #expect(limit.used(in: ["x-mbx-used-weight-1m": "-1"]) == nil)
    #expect(limit.used(in: ["x-mbx-used-weight-1m": ""]) == nil)
  }

  @Test func `A limit of another server names its header`() {
    let limit = RateLimit(limit: 10, windowSeconds: 60, headerName: "x-used")
    #expect(limit.used(in: ["x-used": "4", "x-mbx-used-weight-1m": "9"]) == 4)
    #expect(limit.used(in: ["x-mbx-used-weight-1m": "9"]) == nil)
  }

  @Test func `Weight is no count of requests`() {
    let limit = RateLimit(limit: 10, windowSeconds: 60, unit: .requests)
    #expect(limit.used(in: ["x-mbx-used-weight-1m": "9"]) == nil)
  }
}
