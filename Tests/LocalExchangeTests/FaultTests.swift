import Artifacts
import LocalExchange
import TestSupport
import Testing

private let page = "/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime=\(newYear2024 + 5 * oneHour)&limit=10"
private let honestOpens = (5..<15).map { newYear2024 + $0 * oneHour }

/// The first request meets the fault, and those that follow do not.
private func server(_ fault: Fault, clock: VirtualClock = VirtualClock(start: sampleNow)) throws
  -> ExchangeServer
{
  var plan = FaultPlan(script: [0: fault])
  plan.stallSeconds = 0.2
  plan.trickleSeconds = 0.05
  plan.bombBytes = 1 << 20
  return try openServer(faults: plan, clock: clock)
}

private func reply(_ fault: Fault) throws -> RawReply {
  let server = try server(fault)
  let reply = RawClient(server).get(page)
  #expect(server.record.faults == [fault: 1] && server.record.failures == 1)
  // The same question meets no fault again.
  #expect(RawClient(server).get(page).opens == honestOpens)
  return reply
}

// MARK: The network

@Test func `A refused connection is reset before anything is read`() throws {
  let server = try server(.refusedConnection)
  let reply = RawClient(server).get(page)
  #expect(reply.ending == .reset && reply.status == 0)
  #expect(server.record.requests == 1 && server.record.byTarget.isEmpty)
}

@Test func `A used connection can be refused as well, and the reply before it is whole`() throws {
  let server = try openServer(faults: FaultPlan(script: [1: .refusedConnection]))
  let client = RawClient(server)
  #expect(client.get(page).opens == honestOpens)
  #expect(client.get(page).ending == .reset)
  #expect(server.record.requests == 2 && server.record.faults == [.refusedConnection: 1])
}

@Test func `A connection closes without a reply`() throws {
  let reply = try reply(.closedWithoutReply)
  #expect(reply.ending == .closed && reply.status == 0)
}

@Test func `A reset comes in the middle of the body`() throws {
  let server = try server(.resetMidBody)
  #expect(RawClient(server).get(page).ending == .reset)
}

@Test func `The length promises more than comes`() throws {
  let reply = try reply(.shortBody)
  #expect(reply.ending == .closed && reply.rows.count == 10)
}

@Test func `Without a length the body ends too early`() throws {
  let reply = try reply(.missingLength)
  #expect(reply.headers["content-length"] == nil && reply.ending == .closed)
  #expect(reply.status == 200 && reply.text.hasPrefix("[[") && reply.json == nil)
}

@Test func `The last chunk does not come`() throws {
  let reply = try reply(.truncatedChunks)
  #expect(reply.headers["transfer-encoding"] == "chunked" && reply.ending == .closed)
  #expect(!reply.text.hasSuffix("0\r\n\r\n") && reply.text.contains("[["))
}

@Test func `More bytes come than the length says`() throws {
  let server = try server(.extraBytes)
  let client = RawClient(server)
  #expect(client.get(page).opens == honestOpens)
  #expect(String(decoding: client.rest(), as: UTF8.self).hasPrefix("]]HTTP"))
}

@Test func `A body trickles`() throws {
  let reply = try reply(.trickle)
  #expect(reply.ending == .closed && (1...10).contains(reply.body.count))
}

@Test func `A header stalls and the reply is then right`() throws {
  let server = try server(.headerStall)
  let start = ContinuousClock.now
  #expect(RawClient(server).get(page).opens == honestOpens)
  #expect(ContinuousClock.now - start > .milliseconds(190))
}

@Test func `A stall ends when the client leaves or the server stops`() throws {
  var plan = FaultPlan(script: [0: .headerStall, 1: .headerStall])
  plan.stallSeconds = 600
  let server = try openServer(faults: plan)
  do {
    let impatient = RawClient(server)
    impatient.send("GET \(page) HTTP/1.1\r\n\r\n")
  }
  let client = RawClient(server)
  client.send("GET \(page) HTTP/1.1\r\n\r\n")
  let start = ContinuousClock.now
  server.stop()
  #expect(ContinuousClock.now - start < .seconds(5))
  #expect(server.record.openConnections == 0)
}

@Test(.enabled(if: Programs.python != nil))
func `A gzip bomb is real`() throws {
  let folder = TemporaryFolder()
  let reply = try reply(.gzipBomb)
  #expect(reply.headers["content-encoding"] == "gzip" && reply.body.count < 1 << 14)
  try Disk.create(folder.path + "/bomb.gz", contents: reply.body)
  let script = "import gzip; b = gzip.open('bomb.gz').read(); print(len(b), set(b))"
  let result = try Programs.run(try #require(Programs.python), ["-c", script], in: folder.path)
  #expect(result.output == "\(1 + (1 << 20) / 2064 * 2064) {32}\n", "\(result.error)")
}

@Test func `There are more headers than anyone sends`() throws {
  var plan = FaultPlan(script: [0: .headerFlood])
  plan.floodHeaders = 20_000
  let reply = RawClient(try openServer(faults: plan)).get(page)
  #expect(reply.headerCount == 20_002 && reply.headers["x-flood-19999"] == "1")
  #expect(FaultPlan.none.floodHeaders == 400_000)
}

@Test(arguments: [
  (Fault.redirectToFile, "file:///etc/passwd"),
  (.redirectToMetadata, "http://169.254.169.254/latest/meta-data/"), (.redirectLoop, "/redirected"),
])
func `A redirect leads where nobody should go`(fault: Fault, location: String) throws {
  let reply = try reply(fault)
  #expect(reply.status == 302 && reply.headers["location"] == location)
}

@Test func `A redirect loop has no end and counts apart`() throws {
  let server = try server(.redirectLoop)
  let client = RawClient(server)
  var location = page
  for _ in 0..<10 { location = try #require(client.get(location).headers["location"]) }
  #expect(server.record.requests == 1 && server.record.redirected == 9)
}

// MARK: Bodies

@Test(arguments: [(Fault.emptyObject, "{}"), (.nullBody, "null"), (.nestedEmpty, "[[]]")])
func `A body is JSON of the wrong shape`(fault: Fault, text: String) throws {
  let reply = try reply(fault)
  #expect(reply.status == 200 && reply.text == text)
}

@Test func `A page of HTML has status 200`() throws {
  let reply = try reply(.html)
  #expect(reply.status == 200 && reply.text.hasPrefix("<!DOCTYPE html>"))
}

@Test(arguments: [(Fault.elevenCells, 11), (.thirteenCells, 13)])
func `One row has a wrong number of cells`(fault: Fault, cells: Int) throws {
  let counts = try reply(fault).rows.map(\.count)
  #expect(counts.count == 10 && counts.count { $0 == 12 } == 9 && counts.contains(cells))
}

@Test func `One open time is a text`() throws {
  #expect(try reply(.timeAsText).rows.count { $0[0].string != nil } == 1)
}

@Test func `One close is no number`() throws {
  #expect(try reply(.notANumber).rows.count { $0[4].string == "NaN" } == 1)
}

@Test func `A row stands twice, and no row is lost before the last`() throws {
  let opens = try reply(.duplicateRow).opens
  #expect(opens.count == 10 && Set(opens) == Set(honestOpens.prefix(9)))
}

@Test func `Two rows have changed places`() throws {
  let opens = try reply(.outOfOrder).opens
  #expect(opens != honestOpens && opens.sorted() == honestOpens)
}

@Test func `A page begins before its start`() throws {
  #expect(try reply(.overlappingPage).opens == (3..<13).map { newYear2024 + $0 * oneHour })
}

@Test func `Rows of another symbol lie off the grid`() throws {
  let reply = try reply(.wrongSymbol)
  #expect(reply.opens == honestOpens.map { $0 + oneHour / 2 })
  #expect(reply.rows[0][1].string != expectedRows(.hour, opens: honestOpens)[0][1])
}

@Test(arguments: Fault.allCases.filter(\.needsRows))
func `A reply without rows is left alone by the faults of rows`(fault: Fault) throws {
  let server = try server(fault)
  #expect(RawClient(server).get("/api/v3/time").json?["serverTime"]?.integer == Int(sampleNow))
  #expect(server.record.failures == 0)
}

// MARK: Refusals

@Test func `The server fails with codes of its own`() throws {
  let server = try openServer(faults: FaultPlan(seed: 1, rate: 1, kinds: [.serverErrors]))
  let client = RawClient(server)
  let replies = (0..<40).map { _ in client.get(page) }
  #expect(Set(replies.map(\.status)) == [500, 502, 503, 504])
  #expect(Set(replies.map { $0.code ?? 0 }) == [-1000, -1001, -1008, -1007])
}

@Test(arguments: [
  (Fault.retryAfterNegative, "-" as String?), (.retryAfterAbsent, nil), (.retryAfterEndless, "1000000000000"),
])
func `A 429 makes a demand that nobody can meet, and nobody is held to it`(fault: Fault, prefix: String?)
  throws
{
  let server = try server(fault)
  let client = RawClient(server)
  let refused = client.get(page)
  #expect(refused.status == 429 && refused.code == -1003)
  #expect((refused.headers["retry-after"] == nil) == (prefix == nil))
  #expect(refused.headers["retry-after"]?.hasPrefix(prefix ?? "") != false)
  #expect(client.get(page).opens == honestOpens)
  #expect(server.record.limited == 1 && server.record.insideRetryAfter == 0)
}

@Test(arguments: [Fault.retryAfterSeconds, .retryAfterDate])
func `A 429 that can be met holds the client to it`(fault: Fault) throws {
  let clock = VirtualClock(start: sampleNow + 1)
  let server = try server(fault, clock: clock)
  let client = RawClient(server)
  let demand = try #require(client.get(page).headers["retry-after"])
  if fault == .retryAfterSeconds { #expect((1...3).contains(Int(demand) ?? 0)) }
  if fault == .retryAfterDate { #expect(demand.hasPrefix("Sat, 01 Mar 2025 00:30:0")) }
  #expect(client.get(page).status == 429)
  #expect(server.record.insideRetryAfter == 1)
  clock.advance(milliseconds: 3000)
  #expect(client.get(page).opens == honestOpens)
}

// MARK: All together

@Test func `The same storm comes twice`() throws {
  func statuses() throws -> [String] {
    var plan = FaultPlan.storm(seed: 11, rate: 0.6)
    plan.stallSeconds = 0.02
    plan.trickleSeconds = 0.01
    plan.floodHeaders = 100
    plan.bombBytes = 1 << 16
    let clock = VirtualClock(start: sampleNow)
    let server = try openServer(faults: plan, clock: clock)
    return (0..<120).map { _ in
      clock.advance(milliseconds: 60_000)
      let reply = RawClient(server).get(page)
      return "\(reply.status) \(reply.status == 200 ? reply.rows.count : 0)"
    }
  }
  #expect(try statuses() == (try statuses()))
}
