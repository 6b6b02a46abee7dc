import Artifacts
import LocalExchange
import TestSupport
import Testing

private func path(_ file: String) -> String {
  let parts = file.split(separator: "-")
  let period = parts.count == 5 ? "daily" : "monthly"
  return "/data/spot/\(period)/klines/\(parts[0])/\(parts[1])/\(file)"
}

/// The lines of a zip as this exchange makes them: one member in stored blocks.
private func lines(_ zip: [UInt8]) -> [String] {
  func number(_ offset: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(zip[offset + $1]) << (8 * $1) }
  }
  var offset = 30 + number(26, 2)
  var contents: [UInt8] = []
  var isLast = false
  while !isLast {
    isLast = zip[offset] == 1
    let length = number(offset + 1, 2)
    contents += zip[(offset + 5)..<(offset + 5 + length)]
    offset += 5 + length
  }
  return String(decoding: contents, as: UTF8.self).split(separator: "\n").map(String.init)
}

private func expectedLines(_ grid: BarGrid, opens: [Int64]) -> [String] {
  expectedRows(grid, opens: opens).map { $0.joined(separator: ",") }
}

@Test func `A month is a zip of its bars, and the checksum is its own`() throws {
  let client = RawClient(try openServer())
  let file = "BTCUSDT-1h-2024-02.zip"
  let zip = client.get(path(file))
  #expect(zip.status == 200 && zip.headers["etag"] != nil)
  let opens = (0..<(29 * 24)).map { time("2024-02-01") + Int64($0) * oneHour }
  #expect(lines(zip.body) == expectedLines(.hour, opens: opens))
  let checksum = client.get(path(file) + ".CHECKSUM").text
  #expect(checksum == "\(Digest(of: zip.body).hex)  \(file)\n")
}

@Test(.enabled(if: Programs.python != nil), arguments: ["BTCUSDT-1m-2024-02.zip", "BTCUSDT-1mo-2024-02.zip"])
func `Other programs read the zip`(file: String) throws {
  let folder = TemporaryFolder()
  let zip = RawClient(try openServer()).get(path(file)).body
  try Disk.create(folder.path + "/a.zip", contents: zip)
  let script =
    "import zipfile; z = zipfile.ZipFile('a.zip'); print(z.testzip(), z.namelist(), z.infolist()[0].file_size)"
  let result = try Programs.run(try #require(Programs.python), ["-c", script], in: folder.path)
  let size = lines(zip).reduce(0) { $0 + $1.utf8.count + 1 }
  #expect(result.output == "None ['\(file.dropLast(4)).csv'] \(size)\n", "\(result.error)")
}

@Test func `From 2025 on archives are in microseconds`() throws {
  let client = RawClient(try openServer())
  #expect(lines(client.get(path("BTCUSDT-1h-2024-12.zip")).body).last?.hasPrefix("1735686000000,") == true)
  let first = try #require(lines(client.get(path("BTCUSDT-1h-2025-01.zip")).body).first)
  let cells = first.split(separator: ",")
  #expect(cells.count == 12 && cells[0] == "1735689600000000" && cells[6] == "1735693199999999")
}

@Test(arguments: [
  // Monday, 3 February 2025 is the first of its month.
  ("BTCUSDT-1h-2025-01.zip", "2025-02-02T23:59:59Z", 404),
  ("BTCUSDT-1h-2025-01.zip", "2025-02-03T00:00:00Z", 200),
  ("BTCUSDT-1h-2025-01-31.zip", "2025-01-31T23:59:59Z", 404),
  ("BTCUSDT-1h-2025-01-31.zip", "2025-02-01T00:00:00Z", 200),
  ("BTCUSDT-1h-2023-12.zip", "2025-02-03T00:00:00Z", 404),
  ("XXX-1h-2024-12.zip", "2025-02-03T00:00:00Z", 404),
  ("BTCUSDT-1M-2024-12.zip", "2025-02-03T00:00:00Z", 404),
  ("BTCUSDT-1w-2024-12.zip", "2025-02-03T00:00:00Z", 200),
  ("BTCUSDT-1w-2024-12-30.zip", "2025-02-03T00:00:00Z", 404),
])
func `An archive is there when it is complete`(file: String, now: String, status: Int) throws {
  let client = RawClient(try openServer(clock: VirtualClock(start: time(now))))
  let reply = client.get(path(file))
  #expect(reply.status == status)
  #expect(client.get(path(file) + ".CHECKSUM").status == status)
  if status == 404 {
    #expect(
      reply.text.contains("<Code>NoSuchKey</Code>") && reply.headers["content-type"] == "application/xml")
  }
}

@Test func `A delisted symbol keeps its archives and gets no more`() throws {
  let brief = ServedMarket.Listing("BTCUSDT", from: newYear2024, until: time("2024-02-10"))
  let client = RawClient(try openServer(ServedMarket(listings: [brief])))
  #expect(lines(client.get(path("BTCUSDT-1d-2024-02.zip")).body).count == 9)
  #expect(client.get(path("BTCUSDT-1d-2024-03.zip")).status == 404)
}

@Test func `A bad checksum mends itself, or does not`() throws {
  var market = sampleMarket()
  market.archiveDefects = [
    "BTCUSDT-1h-2024-01.zip": .badChecksum(times: 1), "BTCUSDT-1h-2024-02.zip": .badChecksum(times: nil),
    "BTCUSDT-1h-2024-03.zip": .wrongName,
  ]
  let client = RawClient(try openServer(market))
  func isRight(_ file: String) -> Bool {
    let zip = client.get(path(file)).body
    return client.get(path(file) + ".CHECKSUM").text == "\(Digest(of: zip).hex)  \(file)\n"
  }
  #expect((1...3).map { _ in isRight("BTCUSDT-1h-2024-01.zip") } == [false, true, true])
  #expect((1...3).map { _ in isRight("BTCUSDT-1h-2024-02.zip") } == [false, false, false])
  #expect(
    client.get(path("BTCUSDT-1h-2024-03.zip") + ".CHECKSUM").text.hasSuffix("  XBTCUSDT-1h-2024-03.zip\n"))
}

@Test func `A replaced archive has another tag, checksum and content`() throws {
  var market = sampleMarket()
  let file = "BTCUSDT-1d-2024-07.zip"
  market.archiveDefects[file] = .replaced(after: 2)
  let client = RawClient(try openServer(market))
  let replies = (1...3).map { _ in client.get(path(file)) }
  #expect(replies.map { lines($0.body).count } == [7, 7, 31])
  #expect(replies[0].headers["etag"] == replies[1].headers["etag"])
  #expect(replies[1].headers["etag"] != replies[2].headers["etag"])
  #expect(client.get(path(file) + ".CHECKSUM").text.hasPrefix(Digest(of: replies[2].body).hex))
  let tag = try #require(replies[2].headers["etag"])
  #expect(client.get(path(file), headers: ["If-None-Match": tag]).status == 304)
  #expect(client.get(path(file), headers: ["If-None-Match": "\"x\""]).status == 200)
}

@Test func `A month can lack its last week`() throws {
  var market = sampleMarket()
  market.archiveDefects["BTCUSDT-1d-2024-01.zip"] = .lastWeekMissing
  #expect(lines(RawClient(try openServer(market)).get(path("BTCUSDT-1d-2024-01.zip")).body).count == 24)
}

@Test func `A folder is listed in pages of a thousand keys`() throws {
  var market = sampleMarket()
  market.listings[0].from = time("2022-01-01")
  let client = RawClient(try openServer(market))
  let folder = "data/spot/daily/klines/BTCUSDT/1d/"
  var keys: [String] = []
  var isTruncated = true
  while isTruncated, keys.count < 10_000 {
    let page = client.get("/?delimiter=/&prefix=\(folder)&marker=\(keys.last ?? "")").text
    let found = page.split(separator: "<Key>").dropFirst().map { String($0.prefix { $0 != "<" }) }
    #expect(found.count <= 1000)
    keys += found
    isTruncated = page.contains("<IsTruncated>true</IsTruncated>")
  }
  // 2022-01-01 to 2025-02-28.
  #expect(keys.count == 2 * (365 + 365 + 366 + 59))
  #expect(keys == keys.sorted() && Set(keys).count == keys.count)
  #expect(keys.allSatisfy { $0.hasPrefix(folder) })
  #expect(client.get("/" + keys[0]).status == 200)
}

@Test func `Folders above are listed as prefixes`() throws {
  let client = RawClient(try openServer())
  #expect(
    client.get("/?delimiter=/&prefix=data/spot/monthly/klines/").text.contains(
      """
      <CommonPrefixes><Prefix>data/spot/monthly/klines/BTCUSDT/</Prefix></CommonPrefixes>\
      <CommonPrefixes><Prefix>data/spot/monthly/klines/ETHUSDT/</Prefix></CommonPrefixes>
      """))
  #expect(!client.get("/?delimiter=/&prefix=data/spot/daily/klines/BTCUSDT/").text.contains("1mo"))
}
