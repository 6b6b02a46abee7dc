import LocalExchange
import Testing

private let page = "/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime=\(newYear2024)&limit=1000"

@Test func `The record counts requests by path and by exact question`() throws {
  let server = try openServer()
  let client = RawClient(server)
  for _ in 0..<3 { _ = client.get(page) }
  _ = client.get("/api/v3/time")
  let record = server.record
  #expect(record.requests == 4 && record.connections == 1)
  #expect(record.byPath == ["/api/v3/klines": 3, "/api/v3/time": 1])
  #expect(record.byTarget == [page: 3, "/api/v3/time": 1])
  #expect(record.rows == 3000 && record.failures == 0)
  #expect(record.document.contains("\"requests\": 4"))
}

@Test func `Requests may be sent before the reply to the last`() throws {
  let client = RawClient(try openServer())
  client.send(
    String(repeating: "GET /api/v3/ping HTTP/1.1\r\n\r\n", count: 2) + "GET /api/v3/ping HTTP/1.0\r\n\r\n")
  let text = String(decoding: client.rest(), as: UTF8.self)
  #expect(text.split(separator: "HTTP/1.1 200 OK").count == 3)
}

@Test(arguments: [
  "\r\n\r\n", "GET\r\n\r\n", "hello world\r\n\r\n", "GET / SMTP\r\n\r\n", "GET / HTTP/1.1\r\nbroken\r\n\r\n",
  "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", String(repeating: "x", count: 100_000),
])
func `What is no request ends the connection`(text: String) throws {
  let server = try openServer()
  let client = RawClient(server)
  client.send(text)
  #expect(client.rest().isEmpty)
  #expect(server.record.requests == 0)
  #expect(RawClient(server).get("/api/v3/ping").status == 200)
}

@Test func `A head without its body answers HEAD`() throws {
  let client = RawClient(try openServer())
  let reply = client.get(page, method: "HEAD")
  #expect(reply.status == 200 && reply.body.isEmpty)
  #expect(reply.headers["content-length"] == "\(client.get(page).body.count)")
}

@Test func `Many clients at once get the same bars`() async throws {
  let server = try openServer()
  let bodies = await withTaskGroup(of: [UInt8].self) { group in
    for _ in 0..<16 { group.addTask { RawClient(server).get(page).body } }
    return await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
  }
  #expect(bodies.count == 1 && server.record.requests == 16 && server.record.connections == 16)
  #expect(server.record.rows == 16_000)
}

@Test func `A stopped exchange refuses connections, and a port is not opened twice`() throws {
  let server = try openServer()
  let client = RawClient(server)
  _ = client.get("/api/v3/ping")
  #expect(throws: ExchangeError.portTaken(server.port)) {
    _ = try ExchangeServer(market: sampleMarket(), port: server.port, clock: { 0 })
  }
  server.stop()
  #expect(client.get("/api/v3/ping").status == 0)
  #expect(!RawClient(server).isConnected)
}

@Test func `A clock stands, or runs`() async throws {
  let began = ContinuousClock.now
  let (standing, running) = (VirtualClock(start: 1000), VirtualClock(start: 1000, isRunning: true))
  try await Task.sleep(for: .milliseconds(20))
  let now = running.now
  // On a busy machine a sleep of milliseconds may last a minute.
  let passed = Int64((ContinuousClock.now - began) / .milliseconds(1))
  #expect(standing.now == 1000 && (1015...(1001 + passed)).contains(now))
  standing.advance(milliseconds: 5)
  #expect(standing.now == 1005)
}
