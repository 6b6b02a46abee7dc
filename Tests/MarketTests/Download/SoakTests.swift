import Chronology
import Foundation
import LocalExchange
import Market
import Testing

/// The long version of the storm, for `make soak`.
@Test(.enabled(if: ProcessInfo.processInfo.environment["CANDLEWICK_SOAK"] != nil, "make soak runs it"))
func `A million candles come through a server that fails in every way`() throws {
  var plan = FaultPlan.storm(seed: 3)
  plan.stallSeconds = 1
  let symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT"]
  let days = 174
  let until = Instant(
    milliseconds: Instant(year: 2024, month: 1, day: 1).milliseconds + Int64(days) * 86_400_000)
  let rig = try DownloadRig(symbols, now: "2024-08-01T00:00:00Z", faults: plan)
  rig.stallSeconds = 0.3
  let store = try rig.store()
  let market = try rig.download(until: until.description, into: store, attempts: 24)
  for part in market.parts {
    #expect(part.counts.new == days * 1440)
    #expect(try rig.stored(part, in: store) == rig.digest(part.series.name.symbol, until: until.description))
    #expect(try store.examine(part.series).problems == [])
  }
  let record = rig.server.record
  print(record.document)
  #expect(record.insideRetryAfter == 0)
  #expect(record.banned == 0)
  #expect(Set(record.faults.keys) == Set(Fault.allCases), "every failure was met")
  let needed = symbols.count * (days * 1440 + 999) / 1000 + 2
  let allowed = Int(Double(needed + record.failures) * 1.05)
  print(
    "requests \(record.requests - record.redirected), needed \(needed), failures \(record.failures), allowed \(allowed)"
  )
  #expect(record.requests - record.redirected <= allowed)
}
