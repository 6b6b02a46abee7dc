import Chronology
import LocalExchange
import Market
import Testing

/// Far less than we would use: clock and limits take 21, and four fifths of it are ours.
private func modest(_ symbols: [String]) throws -> DownloadRig {
  var limits = ExchangeLimits()
  limits.weightPerMinute = 60
  return try DownloadRig(symbols, interval: "1h", now: "2024-01-04T00:00:30Z", limits: limits)
}

@Test func `A hundred pages never meet a limit that the server has told`() throws {
  let rig = try modest((0..<100).map { "T\(100 + $0)USDT" })
  let store = try rig.store()
  let began = rig.time.seconds
  let market = try rig.download(until: nil, into: store)
  #expect(market.parts.allSatisfy { $0.counts.new == 72 })
  #expect(rig.server.record.limited == 0)
  #expect(rig.server.record.requests == 102)
  // A weight of 221, and 48 of it a minute.
  #expect(rig.time.seconds - began > 200)
  #expect(rig.log.contains { $0.contains("to stay within the server's limits") })
}

@Test func `The next download keeps to limits that were told to the one before`() throws {
  let rig = try modest((0..<30).map { "T\(100 + $0)USDT" })
  let store = try rig.store()
  for until in ["2024-01-02", "2024-01-03", "2024-01-04"] {
    _ = try rig.download(until: until, into: store)
  }
  #expect(rig.server.record.limited == 0)
  #expect(rig.server.record.byPath["/api/v3/exchangeInfo"] == 1)
}
