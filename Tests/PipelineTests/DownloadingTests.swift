import Artifacts
import Chronology
import Foundation
import LocalExchange
import TestSupport
import Testing

/// How many downloads are killed: a few by default, CANDLEWICK_KILLS in a campaign (`make soak`).
private let kills = Int(ProcessInfo.processInfo.environment["CANDLEWICK_KILLS"] ?? "") ?? 12

/// The built programs, and a local exchange that they download from.
///
/// A class, because it guards the server and the folder.
private final class TradingFloor {
  let folder = TemporaryFolder()
  let clock: VirtualClock
  let server: ExchangeServer

  /// The exchange has bars since 2024, and it is `now` there.
  init(now: String, symbols: [String] = ["BTCUSDT"], gaps: [ServedMarket.Gap] = [], faults: FaultPlan = .none)
    throws
  {
    let clock = VirtualClock(start: try #require(Instant(parsing: now)).milliseconds, isRunning: true)
    let listed = Instant(year: 2018, month: 1, day: 1).milliseconds
    server = try ExchangeServer(
      market: ServedMarket(listings: symbols.map { .init($0, from: listed) }, gaps: gaps), faults: faults
    ) { clock.now }
    self.clock = clock
    try write(
      source: "kind: binance, symbols: [\(symbols.joined(separator: ", "))], interval: 1h, start: 2024-01-01",
      until: "latest-closed")
    try FileManager.default.copyItem(atPath: Programs.repository + "/models", toPath: folder.path + "/models")
  }

  deinit { server.stop() }

  /// Writes the pipeline: an exchange, windows, and a model.
  func write(source: String, until: String) throws {
    try folder.write(
      """
      version: 1
      steps:
        series:
          stage: extract
          with: {source: {\(source), base: "\(server.base)"}, until: \(until)}
        windows:
          stage: prepare
          reads: {series: series}
          with: {lookback: 24, horizon: 4, features: [close], transforms: [log, standardize], split: {fractions: {train: 0.6, validation: 0.2, test: 0.2}}}
        model:
          stage: train
          reads: {windows: windows}
          with: {model: linear/ridge}

      """, to: "pipeline.yaml")
  }

  @discardableResult
  func run(_ program: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws
    -> Programs.Result
  {
    try Programs.run(program, arguments, in: folder.path, environment: environment)
  }

  func pipeline(_ arguments: [String] = []) throws -> (ran: [String], fresh: [String], code: Int32) {
    let result = try run("pipeline", ["run", "--json"] + arguments)
    let json = try JSON(parsing: result.output)
    return (json["ran"]?.strings ?? [], json["fresh"]?.strings ?? [], result.status)
  }

  func check() throws -> JSON {
    let result = try run("extract", ["--check", "--json"])
    #expect(result.status == 0, "\(result.output) \(result.error)")
    return try JSON(parsing: result.output)["series"]?.array?.first ?? .null
  }

  /// Starts a download and kills it when the server has seen so many more requests, and a moment has passed; false when
  /// it had ended by then.
  func killDownload(afterRequests count: Int, microseconds: Int) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Programs.folder + "/extract")
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let aim = server.record.requests + count
    try process.run()
    while process.isRunning, server.record.requests < aim { usleep(200) }
    usleep(UInt32(microseconds))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  func series() throws -> Artifact {
    try ArtifactStore(root: folder.path + "/artifacts").current(of: "series")
  }
}

struct DownloadingTests {
  @Test func `A pipeline over an exchange runs, is current until a bar closes, and then runs on`() throws {
    let floor = try TradingFloor(now: "2024-03-01T00:30:00Z")
    #expect(try floor.pipeline().ran == ["series", "windows", "model"])
    #expect(try floor.series().manifest.facts["until"]?.string == "2024-03-01T00:00:00Z")
    #expect(try floor.series().manifest.parameters["until"]?.string == "2024-03-01T00:00:00Z")
    // The source is asked each time; nothing that depends on it runs while it says the same.
    let again = try floor.pipeline()
    #expect(again.ran == ["series"] && again.fresh == ["windows", "model"])
    floor.clock.advance(milliseconds: 3_600_000)
    #expect(try floor.pipeline().ran == ["series", "windows", "model"])
    #expect(try floor.series().manifest.facts["rows"]?.integer == 60 * 24 + 1)
  }

  @Test func `The status says that the source has to be asked, and asks nothing`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z")
    _ = try floor.pipeline()
    let before = floor.server.record.requests
    let status = try floor.run("pipeline", ["status"])
    #expect(status.output.contains("asks binance which bar closed last"), "\(status.output)")
    #expect(floor.server.record.requests == before)
  }

  @Test func `What latest-closed came to gives the same artifact when it is written out`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z")
    _ = try floor.run("extract")
    let first = try floor.series()
    floor.clock.advance(milliseconds: 86_400_000)
    let result = try floor.run("extract", ["--set", "until=2024-02-01T00:00:00Z"])
    #expect(result.status == 0, "\(result.error)")
    #expect(try floor.series().digest == first.digest)
    let plan = try floor.run(
      "pipeline", ["run", "--json", "--set", "series.until=2024-02-01T00:00:00Z", "series"])
    #expect(try JSON(parsing: plan.output)["fresh"]?.strings == ["series"])
  }

  @Test func `Without the network what is in the store can still be published`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z")
    try floor.write(
      source: "kind: binance, symbols: [BTCUSDT], interval: 1h, start: 2024-01-01", until: "2024-02-01")
    #expect(try floor.run("extract").status == 0)
    floor.server.stop()
    #expect(try floor.run("extract", ["--set", "source.start=2024-01-05"]).status == 0)
    #expect(try floor.series().manifest.facts["rows"]?.integer == 27 * 24)
    let more = try floor.run("extract", ["--set", "until=2024-02-02", "--set", "source.deadline=2s"])
    #expect(more.status == 75, "\(more.error)")
    #expect(
      more.error.contains("what has come is kept") || more.error.contains("could not be done within"),
      "\(more.error)")
  }

  @Test func `Gaps are in the artifact with their causes`() throws {
    let floor = try TradingFloor(now: "2021-05-01T00:00:00Z", gaps: ServedMarket.Gap.known)
    try floor.write(
      source: "kind: binance, symbols: [BTCUSDT], interval: 1h, start: 2019-01-01", until: "2021-04-01")
    let result = try floor.run("extract")
    #expect(result.status == 0, "\(result.error)")
    let series = try floor.series()
    #expect(series.manifest.facts["gaps"]?.integer == 3)
    #expect(series.manifest.facts["missingBars"]?.integer == 8 + 5 + 1)
    let gaps = try JSON(parsing: try Disk.read(series.directory + "/gaps.json")).array ?? []
    #expect(gaps.count == 3 && gaps.allSatisfy { $0["cause"]?.string?.contains("#") == true })
  }

  /// Pages alone, and bulk files with pages for what is not in them yet.
  @Test(arguments: [
    ("never", kills > 12 ? 2000 : 150, kills), ("auto", kills > 12 ? 2000 : 700, min(kills, 40)),
  ])
  func `Killed at any instant, a download asks for one request more at most, and ends with the same bars`(
    bulk: String, pages: Int, kills: Int
  ) throws {
    let source = "kind: binance, symbols: [BTCUSDT], interval: 1m, start: 2024-01-01, bulk: \(bulk)"
    let until = Instant(
      milliseconds: Instant(year: 2024, month: 1, day: 1).milliseconds + Int64(pages) * 60_000_000
    ).description
    let undisturbed = try TradingFloor(now: "2029-06-01T00:00:00Z")
    try undisturbed.write(source: source, until: until)
    #expect(try undisturbed.run("extract").status == 0)
    let expected = try #require(try undisturbed.check()["digest"]?.string)

    let floor = try TradingFloor(now: "2029-06-01T00:00:00Z")
    try floor.write(source: source, until: until)
    var killed = 0
    for attempt in 0..<kills
    where try floor.killDownload(afterRequests: 1 + attempt % 4, microseconds: attempt * 397 % 3000) {
      killed += 1
    }
    let result = try floor.run("extract")
    #expect(result.status == 0, "\(result.error)")
    #expect(try floor.check()["digest"]?.string == expected)
    #expect(try floor.check()["bars"]?.integer == (try undisturbed.check()["bars"]?.integer))
    let (total, needed) = (floor.server.record.requests, undisturbed.server.record.requests)
    #expect(total <= needed + killed, "\(total) requests, undisturbed \(needed), killed \(killed) times")
    #expect(killed == kills, "every download was killed on its way")
    #expect(total > needed, "some request was on its way when its download was killed")
    if kills > 12 { print("bulk \(bulk): killed \(killed) times: \(total) requests, undisturbed \(needed)") }
  }

  @Test func `Symbols are listed with their state`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z", symbols: ["BTCUSDT", "ETHUSDT"])
    let result = try floor.run("extract", ["--list-symbols"])
    #expect(result.output == "BTCUSDT\tTRADING\nETHUSDT\tTRADING\n", "\(result.error)")
  }

  @Test func `A series is exported as CSV, and read back it is the same`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z", symbols: ["BTCUSDT", "ETHUSDT"])
    #expect(try floor.run("extract").status == 0)
    let result = try floor.run("extract", ["export", "--csv", "out.csv"])
    #expect(result.status == 0, "\(result.error)")
    let text = try floor.folder.read("out.csv")
    #expect(text.hasPrefix("time,entity,open,high,low,close,volume,"))
    let before = try floor.series()
    try floor.folder.write(
      """
      version: 1
      steps:
        series:
          stage: extract
          with: {source: {kind: csv, path: out.csv, time: time, entity: entity}}

      """, to: "pipeline.yaml")
    #expect(try floor.run("extract").status == 0)
    let after = try floor.series()
    for name in ["time", "values", "offsets"] {
      #expect(after.manifest.array(name)?.digest == before.manifest.array(name)?.digest, "\(name)")
    }
  }

  @Test func `A damaged store is found out, with the bar`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z")
    #expect(try floor.run("extract").status == 0)
    let tamper = """
      import sqlite3
      c = sqlite3.connect("artifacts/store/market.sqlite")
      c.execute("update candle set close = close * 1.5, high = high * 2 where open_time = 1704074400000")
      c.commit()
      """
    try #require(try floor.run(Programs.python ?? "/usr/bin/python3", ["-c", tamper]).status == 0)
    let result = try floor.run("extract", ["--check"])
    #expect(result.status == 65)
    #expect(
      result.output.contains("the bar of 2024-01-01T02:00:00Z has other numbers than were received"),
      "\(result.output)")
    let published = try floor.run("extract", ["--force"])
    #expect(published.status == 65 && published.error.contains("is damaged"), "\(published.error)")
  }

  @Test func `A bar that was taken out of the store is not called a gap`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z")
    #expect(try floor.run("extract").status == 0)
    let tamper = """
      import sqlite3
      c = sqlite3.connect("artifacts/store/market.sqlite")
      c.execute("delete from candle where open_time = 1704074400000")
      c.commit()
      """
    try #require(try floor.run(Programs.python ?? "/usr/bin/python3", ["-c", tamper]).status == 0)
    let result = try floor.run("extract", ["--force"])
    #expect(
      result.status == 65 && result.error.contains("has 743 bars where 744 were received"), "\(result.error)")
  }

  @Test func `An export is of the step that was named, and writes into what is no file`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z")
    try floor.folder.write(
      """
      version: 1
      steps:
        hours:
          stage: extract
          with: {source: {kind: binance, symbols: [BTCUSDT], interval: 1h, start: 2024-01-01, base: "\(floor.server.base)"}, until: 2024-01-03}
        days:
          stage: extract
          with: {source: {kind: binance, symbols: [BTCUSDT], interval: 1d, start: 2024-01-01, base: "\(floor.server.base)"}, until: 2024-01-03}

      """, to: "two.yaml")
    for step in ["hours", "days"] {
      #expect(
        try floor.run("extract", ["--pipeline", "two.yaml", "--step", step, "--artifacts", "mine"]).status
          == 0)
    }
    let flags = ["export", "--pipeline", "two.yaml", "--artifacts", "mine"]
    let days = try floor.run("extract", flags + ["--step", "days", "--csv", "-"])
    #expect(days.output.split(separator: "\n").count == 3, "\(days.error)")
    #expect(try floor.run("extract", flags + ["--csv", "x.csv"]).status == 2)
    let full = try floor.run("extract", flags + ["--step", "days", "--csv", "/dev/full"])
    #expect(full.status == 74, "\(full.error)")
    #expect(Disk.isSpecial("/dev/full"))
  }

  @Test func `A series that ends early says so`() throws {
    let end = Instant(year: 2024, month: 1, day: 20).milliseconds
    let floor = try TradingFloor(
      now: "2024-02-01T00:30:00Z", gaps: [ServedMarket.Gap(from: end, to: end + 90 * 86_400_000)])
    let result = try floor.run("extract", ["--set", "until=2024-01-25"])
    #expect(
      result.status == 0 && result.error.contains("BTCUSDT ends early: its last 120 bars"), "\(result.error)")
    let gaps = try JSON(parsing: try Disk.read(try floor.series().directory + "/gaps.json")).array ?? []
    #expect(gaps.count == 1 && gaps[0]["bars"]?.integer == 120)
  }

  @Test func `A token is used, and stands nowhere`() throws {
    let floor = try TradingFloor(now: "2024-02-01T00:30:00Z")
    try floor.write(
      source: "kind: tiingo, symbols: [btcusdt], interval: 1h, start: 2024-01-01", until: "2024-01-20")
    let without = try floor.run("extract", environment: ["TIINGO_TOKEN": ""])
    #expect(without.status == 66 && without.error.contains("TIINGO_TOKEN is not set"), "\(without.error)")
    let result = try floor.run("extract", ["--log", "json"], environment: ["TIINGO_TOKEN": "secret"])
    #expect(result.status == 0, "\(result.error)")
    #expect(!(result.error + result.output).contains("secret"))
    let traces = try floor.run("/bin/sh", ["-c", "grep -rla secret artifacts | wc -l"])
    #expect(traces.output.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
    let file = try floor.folder.write("secret\n", to: "token")
    let open = try floor.run("extract", ["--set", "source.token_file=\(file)", "--set", "until=2024-01-21"])
    #expect(open.status == 66 && open.error.contains("chmod 600"), "\(open.error)")
  }

  @Test(arguments: [
    ("kind: binance, symbols: [BTCUSDT], interval: 1h", "2024-02-01", "needs 'start'"),
    ("kind: binance, symbols: [BTCUSDT], interval: 7h, start: 2024-01-01", "2024-02-01", "has no bars of 7h"),
    (
      "kind: binance, symbols: ['../x'], interval: 1h, start: 2024-01-01", "2024-02-01",
      "as the exchange writes them"
    ),
    (
      "kind: binance, symbols: [BTCUSDT], interval: 1h, start: 2024-01-01, bulk: sometimes", "2024-02-01",
      "there is no bulk"
    ),
    ("kind: binance, symbols: [BTCUSDT], interval: 1h, start: 2024-01-01", "soon", "a date or time such as"),
    ("kind: binance, symbols: [BTCUSDT], interval: 1h, start: 2024-01-01", "2031-01-01", "has not come yet"),
    (
      "kind: binance, symbols: [BTCUSDT], interval: 1h, start: 2024-01-01, columns: [clos]", "2024-02-01",
      "no column 'clos'"
    ),
    (
      "kind: binanse, symbols: [BTCUSDT], interval: 1h, start: 2024-01-01", "2024-02-01",
      "did you mean 'binance'"
    ),
  ])
  func `Wrong settings are refused with what is right`(source: String, until: String, expected: String) throws
  {
    let floor = try TradingFloor(now: "2024-03-01T00:30:00Z")
    try floor.write(source: source, until: until)
    let result = try floor.run("extract")
    #expect(result.status == 2, "\(result.error)")
    #expect(result.error.contains(expected), "\(result.error)")
  }
}
