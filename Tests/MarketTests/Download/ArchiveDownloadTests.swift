import Artifacts
import Chronology
import HTTP
import LocalExchange
import TestSupport
import Testing

@testable import Market

/// An exchange since 2024, and a client that takes files where they are worth it.
private func rig(
  _ symbols: [String] = ["BTCUSDT"], interval: String = "15m", start: String = "2024-01-01",
  now: String = "2024-06-01T00:00:30Z", bulk: ExchangeAccess.Bulk = .auto, gaps: [ServedMarket.Gap] = [],
  listings: [ServedMarket.Listing]? = nil, faults: FaultPlan = .none, defects: [String: ArchiveDefect] = [:]
) throws -> DownloadRig {
  let rig = try DownloadRig(
    symbols, interval: interval, start: start, now: now, gaps: gaps, listings: listings, faults: faults,
    defects: defects)
  rig.bulk = bulk
  return rig
}

private func ms(_ time: String) -> Int64 { Instant(parsing: time)?.milliseconds ?? 0 }

/// What a store knows of bulk files, oldest first.
private struct KnownFile: Equatable {
  var name: String
  var state: String
  var hasDigest: Bool
}

extension DownloadRig {
  fileprivate var files: [KnownFile] {
    get throws {
      let script = """
        import sqlite3, sys
        for row in sqlite3.connect(sys.argv[1]).execute("select name, state, digest from archive order by name, state"):
            print(row[0], row[1], len(row[2]))
        """
      let python = try #require(Programs.python)
      let result = try Programs.run(python, ["-c", script, folder.path + "/market.sqlite"], in: folder.path)
      return result.output.split(separator: "\n").map { line in
        let words = line.split(separator: " ").map(String.init)
        return KnownFile(name: words[0], state: words[1], hasDigest: words[2] == "64")
      }
    }
  }

  /// How often a file itself was asked for, without its checksum.
  fileprivate func requests(of file: String) -> Int {
    server.record.byPath.reduce(0) { $0 + ($1.key.hasSuffix("/" + file) ? $1.value : 0) }
  }

  fileprivate var pageRequests: Int { server.record.byPath["/api/v3/klines"] ?? 0 }

  /// The most often that one and the same question was asked.
  fileprivate var mostEqualRequests: Int { server.record.byTarget.values.max() ?? 0 }

  /// Expects every bar of every part, and a store without a problem.
  fileprivate func expectWhole(
    _ market: DownloadedMarket, in store: CandleStore, until: String, gaps: [Range<Int64>] = [],
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    for part in market.parts {
      let whole = try digest(part.series.name.symbol, until: until, gaps: gaps)
      #expect(try stored(part, in: store) == whole, sourceLocation: place)
      #expect(try store.examine(part.series).problems == [], sourceLocation: place)
    }
  }
}

// MARK: Months, days and pages

@Test func `Complete months come as files and the rest as pages`() throws {
  let rig = try rig(interval: "1m", start: "2024-02-01", now: "2024-03-05T00:00:30Z")
  let store = try rig.store()
  let market = try rig.download(until: "2024-03-02", into: store)
  #expect(market.parts[0].counts.new == 30 * 1440)
  try rig.expectWhole(market, in: store, until: "2024-03-02")
  // Clock, limits, the month and its checksum, and two pages for a day; pages alone would be 44.
  #expect(rig.server.record.requests == 6)
  #expect(rig.pageRequests == 2 && rig.requests(of: "BTCUSDT-1m-2024-02.zip") == 1)
  #expect(try rig.files == [KnownFile(name: "BTCUSDT-1m-2024-02.zip", state: "taken", hasDigest: true)])
}

@Test func `A month that is not published yet comes as pages`() throws {
  // The first Monday after January is the 5th of February.
  let rig = try rig(now: "2024-02-05T23:00:00Z")
  let store = try rig.store()
  let market = try rig.download(until: "2024-02-01", into: store)
  try rig.expectWhole(market, in: store, until: "2024-02-01")
  #expect(rig.pageRequests == 3 && rig.server.record.requests == 5)
}

@Test(arguments: [ExchangeAccess.Kind.binance, .binanceArchive])
func `Without pages come months, then days, and no more than is published`(kind: ExchangeAccess.Kind) throws {
  let rig = try rig(now: "2024-02-10T12:00:00Z", bulk: kind == .binance ? .always : .auto)
  rig.kind = kind
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  // The 8th is the last day that is surely there.
  #expect(market.parts[0].counts.new == (31 + 8) * 96)
  #expect(try store.ledger(of: market.parts[0].series).covered.ranges.last?.upperBound == ms("2024-02-09"))
  #expect(rig.pageRequests == 0 && rig.requests(of: "BTCUSDT-15m-2024-02-08.zip") == 1)
  #expect(rig.server.record.requests == 1 + 2 + 8 * 2)
}

@Test func `A day that was not published yet is asked for when it is`() throws {
  let rig = try rig(start: "2024-02-01", now: "2024-02-10T12:00:00Z", bulk: .always)
  let store = try rig.store()
  _ = try rig.download(until: nil, into: store)
  for _ in 1...3 {
    rig.time.clock.advance(milliseconds: 86_400_000)
    let market = try rig.download(until: nil, into: store)
    #expect(market.parts[0].counts.new == 96)
    #expect(market.parts[0].gaps == [])
  }
  #expect(try store.allSeries().map { try store.examine($0).bars } == [11 * 96])
}

@Test func `Without pages a time that has not come is refused by the archive's clock`() throws {
  let rig = try rig(bulk: .always)
  let error = #expect(throws: DownloadError.self) {
    _ = try rig.download(until: "2024-07-01", into: try rig.store())
  }
  #expect(error?.description.contains("2024-07-01T00:00:00Z has not come yet") == true)
}

@Test func `Milliseconds and microseconds meet at the turn of 2025 without a seam`() throws {
  let rig = try rig(start: "2024-12-01", now: "2025-03-01T00:00:00Z", bulk: .always)
  let store = try rig.store()
  let market = try rig.download(until: "2025-02-01", into: store)
  #expect(market.parts[0].counts.new == 62 * 96)
  try rig.expectWhole(market, in: store, until: "2025-02-01")
}

@Test(arguments: [("1M", "1mo"), ("1w", "1w"), ("3d", "3d"), ("1d", "1d")])
func `Long bars belong to the month in which they open`(interval: String, spelling: String) throws {
  let rig = try rig(interval: interval, start: "2023-10-11", now: "2024-06-20T00:00:00Z", bulk: .always)
  let store = try rig.store()
  let market = try rig.download(until: "2024-04-01", into: store)
  try rig.expectWhole(market, in: store, until: "2024-04-01")
  #expect(market.parts[0].gaps == [])
  #expect(rig.requests(of: "BTCUSDT-\(spelling)-2024-02.zip") == 1)
  // A week that lies across the turn of a month is in one file, and no file is asked for twice.
  #expect(rig.mostEqualRequests == 1)
}

@Test(arguments: ["1M", "1w", "3d"])
func `Long bars that are in no file yet end the series, and come later`(interval: String) throws {
  let rig = try rig(interval: interval, start: "2023-12-01", now: "2024-03-20T00:00:00Z", bulk: .always)
  let store = try rig.store()
  let market = try rig.download(until: nil, into: store)
  #expect(try store.ledger(of: market.parts[0].series).missing.isEmpty)
  rig.time.clock.advance(milliseconds: 86_400_000 * 20)
  let later = try rig.download(until: "2024-04-01", into: store)
  try rig.expectWhole(later, in: store, until: "2024-04-01")
}

@Test func `A month that no source has is a gap of long bars`() throws {
  let hole = ServedMarket.Gap(from: ms("2024-02-01"), to: ms("2024-03-07"))
  let rig = try rig(interval: "1w", bulk: .always, gaps: [hole])
  let store = try rig.store()
  let market = try rig.download(until: "2024-04-01", into: store)
  #expect(market.parts[0].gaps.map(\.count) == [4])
  #expect(market.parts[0].gaps.first?.first.description == "2024-02-05T00:00:00Z")
}

@Test func `Seconds come a day at a time, so that memory stays small`() throws {
  let source = BinanceArchiveSource(base: try WebAddress(parsing: "https://example.org"), origin: "test")
  let now = try #require(Instant(parsing: "2024-06-01"))
  func file(_ interval: String, absent: Set<String> = []) throws -> ArchiveFile? {
    let grid = CandleGrid(try #require(Interval(interval)))
    return source.file(
      "BTCUSDT", grid, from: ms("2024-01-15T10:00:00Z"), absentFiles: absent, serverTime: now)
  }
  let seconds = try #require(try file("1s"))
  #expect(seconds.name == "BTCUSDT-1s-2024-01-15.zip")
  #expect(seconds.folders == ["data", "spot", "daily", "klines", "BTCUSDT", "1s"])
  #expect(seconds.range == ms("2024-01-15")..<ms("2024-01-16"))
  #expect(try file("1m")?.name == "BTCUSDT-1m-2024-01.zip")
  #expect(try file("1m", absent: ["BTCUSDT-1m-2024-01.zip"])?.name == "BTCUSDT-1m-2024-01-15.zip")
  #expect(try file("1w", absent: ["BTCUSDT-1w-2024-01.zip"]) == nil)
}

// MARK: Damaged files

@Test(arguments: [ArchiveDefect.badChecksum(times: 1), .badChecksum(times: 2)])
func `A checksum that is wrong for a while is asked for again, and the file is taken`(defect: ArchiveDefect)
  throws
{
  let name = "BTCUSDT-15m-2024-01.zip"
  let rig = try rig(bulk: .always, defects: [name: defect])
  let store = try rig.store()
  let market = try rig.download(until: "2024-02-01", into: store)
  try rig.expectWhole(market, in: store, until: "2024-02-01")
  #expect(market.parts[0].quarantined == [])
  #expect(try rig.files == [KnownFile(name: name, state: "taken", hasDigest: true)])
  #expect(rig.log.contains { $0.contains("the SHA-256 of \(name)") }, "\(rig.log)")
}

@Test(arguments: [ArchiveDefect.badChecksum(times: nil), .wrongName])
func `A file that never matches its checksum is left alone, and pages bring its bars`(defect: ArchiveDefect)
  throws
{
  let name = "BTCUSDT-15m-2024-01.zip"
  let rig = try rig(defects: [name: defect])
  let store = try rig.store()
  let market = try rig.download(until: "2024-03-01", into: store)
  try rig.expectWhole(market, in: store, until: "2024-03-01")
  #expect(market.parts[0].quarantined == [name])
  #expect(
    try rig.files == [
      KnownFile(name: name, state: "quarantined", hasDigest: defect != .wrongName),
      KnownFile(name: "BTCUSDT-15m-2024-02.zip", state: "taken", hasDigest: true),
    ])
  #expect(rig.requests(of: name + ".CHECKSUM") == 3)
  #expect(rig.pageRequests == 3)
}

@Test func `Without pages the days bring what a damaged month does not`() throws {
  let name = "BTCUSDT-15m-2024-01.zip"
  let rig = try rig(bulk: .always, defects: [name: .badChecksum(times: nil)])
  let store = try rig.store()
  let market = try rig.download(until: "2024-03-01", into: store)
  try rig.expectWhole(market, in: store, until: "2024-03-01")
  #expect(market.parts[0].quarantined == [name])
}

@Test func `Without pages the bars of a damaged day are listed as missing`() throws {
  let day = "BTCUSDT-15m-2024-01-10.zip"
  let rig = try rig(
    bulk: .always,
    defects: ["BTCUSDT-15m-2024-01.zip": .badChecksum(times: nil), day: .badChecksum(times: nil)])
  let store = try rig.store()
  let market = try rig.download(until: "2024-03-01", into: store)
  let lost = ms("2024-01-10")..<ms("2024-01-11")
  try rig.expectWhole(market, in: store, until: "2024-03-01", gaps: [lost])
  #expect(market.parts[0].gaps.map(\.count) == [96])
  #expect(market.parts[0].gaps.first?.wasAskedAgain == true)
  #expect(Set(market.parts[0].quarantined) == ["BTCUSDT-15m-2024-01.zip", day])
}

@Test func `The days bring a first month that is late`() throws {
  // The month is never there, and the symbol was not seen before it.
  let name = "BTCUSDT-15m-2024-04.zip"
  let rig = try rig(start: "2024-04-01", bulk: .always, defects: [name: .absent])
  let store = try rig.store()
  let market = try rig.download(until: "2024-05-10", into: store)
  try rig.expectWhole(market, in: store, until: "2024-05-10")
  #expect(market.parts[0].quarantined == [])
}

@Test func `A file that was replaced is taken once more, and both digests are kept`() throws {
  let name = "BTCUSDT-15m-2024-01.zip"
  let rig = try rig(bulk: .always, defects: [name: .replaced(after: 1)])
  let store = try rig.store()
  let market = try rig.download(until: "2024-03-01", into: store)
  // The first version has a week; what is missing is asked for again, and then the second is there.
  try rig.expectWhole(market, in: store, until: "2024-03-01")
  #expect(try rig.files.filter { $0.name == name }.count == 2)
  let before = rig.server.record.requests
  _ = try rig.download(until: "2024-03-01", into: store)
  #expect(rig.server.record.requests == before)
}

// MARK: What one source lacks and the other has

/// With a month behind it, and as the last that is wanted.
@Test(arguments: ["2024-03-01", "2024-02-01"])
func `The week that a month lacks comes as pages`(until: String) throws {
  let rig = try rig(interval: "5m", defects: ["BTCUSDT-5m-2024-01.zip": .lastWeekMissing])
  let store = try rig.store()
  let market = try rig.download(until: until, into: store)
  try rig.expectWhole(market, in: store, until: until)
  #expect(market.parts[0].gaps == [])
  #expect(rig.pageRequests == 3)
  let before = rig.server.record.requests
  _ = try rig.download(until: until, into: store)
  #expect(rig.server.record.requests == before)
}

@Test(arguments: [ServedMarket.Source.rest, .archive], ["15m", "1h"])
func `A gap of one source is filled from the other`(lacking: ServedMarket.Source, interval: String) throws {
  let gaps = [
    ServedMarket.Gap(from: ms("2024-01-10"), to: ms("2024-01-12"), missingFrom: [lacking]),
    ServedMarket.Gap(from: ms("2024-01-30"), to: ms("2024-02-03"), missingFrom: [lacking]),
  ]
  let rig = try rig(interval: interval, gaps: gaps)
  let store = try rig.store()
  let market = try rig.download(until: "2024-03-01", into: store)
  try rig.expectWhole(market, in: store, until: "2024-03-01")
  #expect(market.parts[0].gaps == [])
}

@Test func `A gap of pages that were asked because few bars of a month are wanted is filled from its file`()
  throws
{
  let gap = ServedMarket.Gap(from: ms("2024-01-20"), to: ms("2024-01-22"), missingFrom: [.rest])
  let rig = try rig(start: "2024-01-15", gaps: [gap])
  let store = try rig.store()
  let market = try rig.download(until: "2024-02-01", into: store)
  try rig.expectWhole(market, in: store, until: "2024-02-01")
  #expect(rig.pageRequests == 2 && rig.requests(of: "BTCUSDT-15m-2024-01.zip") == 1)
}

@Test func `A gap of both sources is listed, and asked about once`() throws {
  let hole = ms("2024-01-30")..<ms("2024-02-03")
  let rig = try rig(gaps: [.init(from: hole.lowerBound, to: hole.upperBound)])
  let store = try rig.store()
  for _ in 1...2 {
    let market = try rig.download(until: "2024-03-01", into: store)
    try rig.expectWhole(market, in: store, until: "2024-03-01", gaps: [hole])
    #expect(market.parts[0].gaps.map(\.count) == [4 * 96])
    #expect(market.parts[0].gaps.first?.wasAskedAgain == true)
  }
  // Clock, limits, two months and the question about the gap.
  #expect(rig.server.record.requests == 2 + 4 + 1)
}

// MARK: Symbols that went

private let delisted = ServedMarket.Listing("OLDUSDT", from: ms("2024-01-01"), until: ms("2024-03-10"))

@Test(arguments: [ExchangeAccess.Bulk.auto, .always])
func `A symbol that was removed comes whole from the archive`(bulk: ExchangeAccess.Bulk) throws {
  let rig = try rig(["OLDUSDT"], bulk: bulk, listings: [delisted])
  let store = try rig.store()
  let market = try rig.download(until: "2024-05-20", into: store)
  #expect(market.parts[0].counts.new == (31 + 29 + 9) * 96)
  #expect(market.parts[0].gaps == [])
  try rig.expectWhole(market, in: store, until: "2024-03-10")
  // Pages do not know the end of the last month either, which is asked once.
  _ = try rig.download(until: "2024-05-20", into: store)
  let before = rig.server.record.requests
  _ = try rig.download(until: "2024-05-20", into: store)
  #expect(rig.server.record.requests == before)
}

@Test func `A symbol that was removed is refused where archives are not to be asked`() throws {
  let rig = try rig(["OLDUSDT"], bulk: .never, listings: [delisted])
  let error = #expect(throws: DownloadError.self) {
    _ = try rig.download(until: "2024-05-20", into: try rig.store())
  }
  #expect(error?.exitStatus == .usage)
  #expect(error?.description.contains("does not list 'OLDUSDT'") == true)
  #expect(error?.description.contains("kind: binance-archive") == true)
}

@Test(arguments: [ExchangeAccess.Bulk.auto, .never, .always])
func `A symbol that was removed and listed again has one gap`(bulk: ExchangeAccess.Bulk) throws {
  let rig = try rig(
    ["BTCUSDC"], interval: "6h", start: "2022-09-01", now: "2023-06-01T00:00:00Z", bulk: bulk,
    gaps: ServedMarket.Gap.known)
  let store = try rig.store()
  let market = try rig.download(until: "2023-04-01", into: store)
  let hole = ms("2022-09-30")..<ms("2023-03-11")
  try rig.expectWhole(market, in: store, until: "2023-04-01", gaps: [hole])
  #expect(market.parts[0].gaps.map(\.count) == [162 * 4])
  #expect(market.parts[0].gaps.first?.wasAskedAgain == true)
}

@Test func `A symbol that nobody knows is refused, and the archives were asked`() throws {
  let rig = try rig(["NOPEUSDT"], listings: [.init("BTCUSDT", from: ms("2024-01-01"))])
  let error = #expect(throws: DownloadError.self) {
    _ = try rig.download(until: "2024-05-20", into: try rig.store())
  }
  #expect(error?.exitStatus == .usage)
  #expect(
    error?.description.contains("does not list 'NOPEUSDT'; and its archives have no file of it either")
      == true)
}

@Test func `A symbol that was removed does not keep the others from coming`() throws {
  let rig = try rig(
    ["BTCUSDT", "OLDUSDT"], listings: [.init("BTCUSDT", from: ms("2024-01-01")), delisted])
  let store = try rig.store()
  let market = try rig.download(until: "2024-03-10", into: store)
  try rig.expectWhole(market, in: store, until: "2024-03-10")
}

// MARK: Bad networks

@Test(arguments: [ExchangeAccess.Bulk.auto, .always])
func `A bad network loses no bar of an archive`(bulk: ExchangeAccess.Bulk) throws {
  var plan = FaultPlan(seed: 6, rate: 0.3, kinds: Fault.network)
  plan.stallSeconds = 0.3
  plan.floodHeaders = 20_000
  plan.bombBytes = 2 << 20
  // A month, and days or pages of one that is not published.
  let rig = try rig(start: "2024-04-01", bulk: bulk, faults: plan)
  rig.stallSeconds = 0.1
  let store = try rig.store()
  let market = try rig.download(until: "2024-05-11", into: store)
  try rig.expectWhole(market, in: store, until: "2024-05-11")
  #expect(rig.server.record.failures > 0)
}
