import Artifacts
import Chronology
import LocalExchange
import Market
import Testing

private let hour: Int64 = 3_600_000
private let start: Int64 = 1_704_067_200_000

/// A rig of hours since 2024, and a store in which the first five bars stand with other cells than the server has.
private func rewritten(revisionBars: Int, covering: Range<Int64>?) throws -> (
  DownloadRig, CandleStore, StoredSeries
) {
  let rig = try DownloadRig(interval: "1h", now: "2024-01-02T00:00:30Z")
  rig.revisionBars = revisionBars
  let store = try rig.store()
  let columns = BinanceColumns.all.map(\.name)
  let origin = "binance at " + rig.server.base.dropFirst("http://".count)
  let series = try store.series(
    SeriesName(origin: origin, symbol: "BTCUSDT", interval: .milliseconds(hour)), columns: columns)
  var page = CandlePage(columnCount: columns.count)
  for bar in 0..<5 {
    page.append(
      open: start + Int64(bar) * hour, values: Array(repeating: 7, count: columns.count),
      text: Array(Array(repeating: "7", count: columns.count).joined(separator: ",").utf8))
  }
  let end = covering.map { ($0.upperBound - hour)..<$0.upperBound }
  let entry = StoreEntry(series, pages: [page], covering: covering, end: end, now: 1)
  _ = try store.note(entry, ledger: SeriesLedger())
  try store.enter(entry, over: SeriesLedger())
  try store.commit()
  return (rig, store, series)
}

@Test(arguments: [0, 1, 2, 5, 100])
func `Bars that the source rewrote are revised as far back as was allowed, and no further`(bars: Int) throws {
  let (rig, store, series) = try rewritten(revisionBars: bars, covering: start..<(start + 5 * hour))
  let market = try rig.download(until: "2024-01-01T10:00:00Z", into: store)
  #expect(market.parts[0].series == series)
  #expect(market.parts[0].counts.new == 5)
  #expect(market.parts[0].counts.revised == min(bars, 5))
  let examination = try store.examine(series)
  #expect(examination.revisions == min(bars, 5) && examination.problems == [])
  var closes: [Double] = []
  try store.forEachBatch(of: series, in: market.parts[0].wanted, columns: ["close"]) { closes += $1 }
  #expect(closes.count == 10 && closes.count { $0 == 7 } == 5 - min(bars, 5))
}

@Test func `A bar that is revised and then stays the same is revised once`() throws {
  let (rig, store, series) = try rewritten(revisionBars: 2, covering: start..<(start + 5 * hour))
  _ = try rig.download(until: "2024-01-01T06:00:00Z", into: store)
  let market = try rig.download(until: "2024-01-01T07:00:00Z", into: store)
  #expect(market.parts[0].counts.revised == 0 && market.parts[0].counts.repeated == 2)
  #expect(try store.examine(series).revisions == 2)
}

@Test func `Bars that nobody allowed to revise are a conflict that names both, and nothing is changed`()
  throws
{
  // They were not asked for, so that no revision reaches them.
  let (rig, store, series) = try rewritten(revisionBars: 2, covering: nil)
  let before = try store.digest(of: series, in: 0..<Int64.max)
  for _ in 1...2 {
    let error = #expect(throws: DownloadError.self) {
      _ = try rig.download(until: "2024-01-01T10:00:00Z", into: store)
    }
    #expect(error?.exitStatus == .badData)
    let received = SeededBars().bar(symbol: "BTCUSDT", interval: .hour, open: start).cells[1]
    #expect(error?.description.contains("the bar of 2024-01-01T00:00:00Z was stored as 7,7,") == true)
    #expect(error?.description.contains("came again as \(received),") == true)
  }
  #expect(try store.digest(of: series, in: 0..<Int64.max) == before)
  #expect(try store.ledger(of: series) == SeriesLedger())
}
