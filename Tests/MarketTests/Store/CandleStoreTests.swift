import Artifacts
import Chronology
import Foundation
import Market
import TestSupport
import Testing

private let hour: Int64 = 3_600_000
private let start: Int64 = 1_704_067_200_000
private let name = SeriesName(origin: "test", symbol: "BTCUSDT", interval: .milliseconds(hour))
private let columns = ["open", "high", "low", "close", "volume"]

/// Bars at these hours after the start; `price` is written as the exchange would.
private func page(_ hours: [Int], price: String = "1.50") -> CandlePage {
  var page = CandlePage(columnCount: 5)
  for number in hours {
    let value = Double(price) ?? 0
    page.append(
      open: start + Int64(number) * hour, values: [value, value, value, value, Double(number)],
      text: Array("\(price),\(price),\(price),\(price),\(number)".utf8))
  }
  return page
}

private func range(_ from: Int, _ until: Int) -> Range<Int64> {
  (start + Int64(from) * hour)..<(start + Int64(until) * hour)
}

private func opened(_ folder: TemporaryFolder) throws -> (CandleStore, StoredSeries) {
  let store = try CandleStore(in: folder.path)
  return (store, try store.series(name, columns: columns))
}

extension CandleStore {
  /// Writes an entry down and brings it into the database.
  fileprivate func enter(_ entry: StoreEntry, ledger: SeriesLedger) throws -> (SeriesLedger, StoreCounts) {
    let before = counts(of: entry.series)
    let after = try note(entry, ledger: ledger)
    try enter(entry, over: ledger)
    try commit()
    return (after, counts(of: entry.series) - before)
  }
}

private let whole = Int64.min / 2..<Int64.max / 2

@Test func `An empty store has a series without bars, and knows its own file`() throws {
  let folder = TemporaryFolder()
  do {
    let (store, series) = try opened(folder)
    #expect(try store.extent(of: series, in: whole) == nil)
    #expect(try store.ledger(of: series) == SeriesLedger())
    #expect(try store.damage() == [])
  }
  let header = try Disk.read(folder.path + "/market.sqlite").prefix(72)
  #expect(Array(header[68..<72]) == Array("CWMK".utf8))
}

@Test func `Bars, and what they answer, are there when the store is opened again`() throws {
  let folder = TemporaryFolder()
  do {
    let (store, series) = try opened(folder)
    let (ledger, counts) = try store.enter(
      StoreEntry(series, pages: [page([0, 1, 4])], covering: range(0, 6), revisableFrom: .max, now: 1),
      ledger: SeriesLedger())
    #expect(counts.new == 3)
    #expect(ledger.missing == RangeSet([range(2, 4), range(5, 6)]))
  }
  let (store, series) = try opened(folder)
  let ledger = try store.ledger(of: series)
  #expect(ledger.covered == RangeSet(range(0, 6)))
  #expect(ledger.missing == RangeSet([range(2, 4), range(5, 6)]))
  var found: [Int64] = []
  try store.forEachBatch(of: series, in: range(1, 6), columns: ["volume", "close"]) { time, values in
    found += time
    #expect(values == [1, 1.5, 4, 1.5])
  }
  #expect(found == [start + hour, start + 4 * hour])
  #expect(try store.examine(series).problems == [])
}

@Test func `A bar that comes again with the same cells changes nothing`() throws {
  let folder = TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  let (store, series) = try opened(folder)
  let (ledger, _) = try store.enter(
    StoreEntry(series, pages: [page([0, 1])], covering: range(0, 2), revisableFrom: .max, now: 1),
    ledger: SeriesLedger())
  let (after, counts) = try store.enter(
    StoreEntry(series, pages: [page([1, 2])], covering: range(1, 3), revisableFrom: .max, now: 2),
    ledger: ledger)
  #expect(counts.new == 1 && counts.repeated == 1 && counts.revised == 0)
  #expect(after.covered == RangeSet(range(0, 3)) && after.missing.isEmpty)
}

@Test func `A bar inside the revision window is revised, and what it was is kept`() throws {
  let folder = TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  let (store, series) = try opened(folder)
  let (ledger, _) = try store.enter(
    StoreEntry(series, pages: [page([0, 1])], covering: range(0, 2), revisableFrom: .max, now: 1),
    ledger: SeriesLedger())
  let (_, counts) = try store.enter(
    StoreEntry(
      series, pages: [page([1], price: "1.75")], covering: range(1, 2), revisableFrom: start + hour, now: 2),
    ledger: ledger)
  #expect(counts.revised == 1)
  #expect(try store.examine(series).revisions == 1)
  #expect(try store.examine(series).problems == [])
}

@Test func `A bar outside the revision window with other cells is refused, and nothing of its page is kept`()
  throws
{
  let folder = TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  let (store, series) = try opened(folder)
  let (ledger, _) = try store.enter(
    StoreEntry(series, pages: [page([0, 1])], covering: range(0, 2), revisableFrom: .max, now: 1),
    ledger: SeriesLedger())
  let error = #expect(throws: DownloadError.self) {
    _ = try store.enter(
      StoreEntry(
        series, pages: [page([1, 2], price: "1.75")], covering: range(1, 3), revisableFrom: .max, now: 2),
      ledger: ledger)
  }
  #expect(error?.description.contains("the bar of 2024-01-01T01:00:00Z was stored as 1.50,") == true)
  #expect(try store.extent(of: series, in: whole)?.count == 2)
}

@Test func `A bar that was missing is taken off the list when it comes after all`() throws {
  let folder = TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  let (store, series) = try opened(folder)
  let (ledger, _) = try store.enter(
    StoreEntry(series, pages: [page([0, 3])], covering: range(0, 4), revisableFrom: .max, now: 1),
    ledger: SeriesLedger())
  let (after, _) = try store.enter(
    StoreEntry(series, pages: [page([1])], covering: range(1, 3), revisableFrom: .max, now: 2), ledger: ledger
  )
  #expect(after.missing == RangeSet(range(2, 3)))
}

@Test func `The digest is over bars as received, and a changed cell is found`() throws {
  let folder = TemporaryFolder()
  let (store, series) = try opened(folder)
  _ = try store.enter(
    StoreEntry(series, pages: [page([0, 1])], covering: range(0, 2), revisableFrom: .max, now: 1),
    ledger: SeriesLedger())
  let lines = "\(start),1.50,1.50,1.50,1.50,0\n\(start + hour),1.50,1.50,1.50,1.50,1\n"
  #expect(try store.digest(of: series, in: whole) == Digest(of: lines))
}

@Test func `A database of somebody else is left alone`() throws {
  let folder = TemporaryFolder()
  let file = folder.path + "/market.sqlite"
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [
    "python3", "-c", "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('create table t(x)')",
    file,
  ]
  try process.run()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0)
  let before = try Disk.digest(of: file)
  #expect(throws: DownloadError.notOurStore(path: file)) { _ = try CandleStore(in: folder.path) }
  #expect(try Disk.digest(of: file) == before)
}

@Test func `A file that is no database is refused with its name`() throws {
  let folder = TemporaryFolder()
  try folder.write(String(repeating: "not a database ", count: 400), to: "market.sqlite")
  let error = #expect(throws: DownloadError.self) { _ = try CandleStore(in: folder.path) }
  #expect(error?.exitStatus == .badData)
  #expect(error?.description.contains("market.sqlite") == true)
}

@Test func `What was written down and not yet committed is there after a kill`() throws {
  let folder = TemporaryFolder()
  do {
    let (store, series) = try opened(folder)
    _ = try store.note(
      StoreEntry(series, pages: [page([0, 1])], covering: range(0, 2), now: 1), ledger: SeriesLedger())
    _ = try store.note(StoreEntry(series, reasked: range(2, 3), now: 1), ledger: SeriesLedger())
    // As a kill leaves it: the log is there, and the database knows nothing of it.
  }
  let (store, series) = try opened(folder)
  #expect(try store.extent(of: series, in: whole)?.count == 2)
  #expect(try store.ledger(of: series).covered == RangeSet(range(0, 2)))
  #expect(try store.ledger(of: series).reasked == RangeSet(range(2, 3)))
  #expect(try Disk.size(of: folder.path + "/incoming-0") == 0)
}

@Test(arguments: [1, 40, 79, 80, 100, 150])
func `A log that was cut off gives the entries that are whole`(lost: Int) throws {
  let folder = TemporaryFolder()
  do {
    let (store, series) = try opened(folder)
    let first = StoreEntry(series, pages: [page([0])], covering: range(0, 1), now: 1)
    let ledger = try store.note(first, ledger: SeriesLedger())
    _ = try store.note(StoreEntry(series, pages: [page([1])], covering: range(1, 2), now: 1), ledger: ledger)
  }
  let size = try #require(Disk.size(of: folder.path + "/incoming-0"))
  try folder.truncate("incoming-0", to: size - lost)
  let (store, series) = try opened(folder)
  #expect(try store.ledger(of: series).covered == RangeSet(range(0, 1)))
  #expect(try store.examine(series).problems == [])
}

@Test func `An entry that the database refuses does not lock the store for ever`() throws {
  let folder = TemporaryFolder()
  do {
    let (store, series) = try opened(folder)
    let bad = StoreEntry(series, pages: [page([0, 1], price: "-1.50")], covering: range(0, 2), now: 1)
    let error = #expect(throws: DownloadError.self) { _ = try store.enter(bad, ledger: SeriesLedger()) }
    #expect(error?.description.contains("CHECK constraint failed") == true)
  }
  do {
    let (store, series) = try opened(folder)
    // As a kill leaves it: what will be refused is written down, and a good entry behind it.
    let bad = StoreEntry(series, pages: [page([0, 1], price: "-1.50")], covering: range(0, 2), now: 1)
    _ = try store.note(bad, ledger: SeriesLedger())
    let good = StoreEntry(series, pages: [page([2])], covering: range(2, 3), now: 1)
    _ = try store.note(good, ledger: SeriesLedger())
  }
  let (store, series) = try opened(folder)
  #expect(try store.extent(of: series, in: whole)?.count == 1)
  #expect(try store.ledger(of: series).covered == RangeSet(range(2, 3)))
}

@Test func `What follows a torn entry is found again after the next kill`() throws {
  let folder = TemporaryFolder()
  do { _ = try opened(folder) }
  Disk.remove(folder.path + "/incoming-0")
  try folder.write("00000000000001", to: "incoming-0")
  do {
    let (store, series) = try opened(folder)
    let entry = StoreEntry(series, pages: [page([0])], covering: range(0, 1), now: 1)
    _ = try store.note(entry, ledger: SeriesLedger())
  }
  let (store, series) = try opened(folder)
  #expect(try store.ledger(of: series).covered == RangeSet(range(0, 1)))
}
