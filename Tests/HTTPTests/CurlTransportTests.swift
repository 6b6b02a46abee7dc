import Artifacts
import Foundation
import HTTP
import Testing

struct CurlTransportTests {
  typealias Step = CannedServer.Step

  /// Impatient where a test waits for a limit, and else as patient as a busy machine needs.
  static func limits(stall: Double = 20, total: Double = 60) -> TransportLimits {
    var limits = TransportLimits()
    limits.stallSeconds = stall
    limits.totalSeconds = total
    return limits
  }

  /// Asks a server for what it answers with these steps.
  static func ask(
    _ steps: [Step], _ more: [String: [Step]] = [:], bodyLimit: Int = 1 << 20,
    limits: TransportLimits = limits()
  ) throws -> Result<HTTPResponse, TransportFailure> {
    let server = try CannedServer(["/x": steps].merging(more) { $1 })
    defer { server.stop() }
    let transport = CurlTransport(userAgent: "candlewick-tests", limits: limits)
    transport.start(HTTPRequest(try address(server, "x"), bodyLimit: bodyLimit), number: 7)
    let results = transport.wait(seconds: 30)
    #expect(results.map(\.number) == [7])
    return try #require(results.first).result
  }

  static func address(_ server: CannedServer, _ path: String) throws -> WebAddress {
    try WebAddress(parsing: "http://127.0.0.1:\(server.port)/\(path)")
  }

  static func body(_ result: Result<HTTPResponse, TransportFailure>) throws -> String {
    String(decoding: try result.get().body, as: UTF8.self)
  }

  // MARK: What is well-formed

  @Test func `A response comes with status, headers and body`() throws {
    let headers = "X-MBX-USED-WEIGHT-1M:  12 \r\nX-Twice: 1\r\nx-twice: 2\r\nX-Empty:\r\n"
    let response = try Self.ask(CannedServer.response("[1]", headers: headers)).get()
    #expect(response.status == 200 && response.body == Array("[1]".utf8))
    #expect(
      response.headers == [
        "content-length": "3", "x-mbx-used-weight-1m": "12", "x-twice": "2", "x-empty": "",
      ])
  }

  @Test(arguments: [
    "200 OK", "204", "400 Bad", "403 Forbidden", "418 Teapot", "429 Slow", "451 No", "500 Oh",
  ])
  func `Every status is a response`(status: String) throws {
    let response = try Self.ask(
      CannedServer.response(status.hasPrefix("204") ? "" : "<html>", status: status)
    )
    .get()
    #expect(status.hasPrefix("\(response.status)"))
  }

  @Test func `A body comes in chunks, and its trailer is no header`() throws {
    let steps: [Step] = [
      .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), .pause(0.02),
      .text("2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n"),
    ]
    let response = try Self.ask(steps).get()
    #expect(response.body == Array("abcde".utf8) && response.headers == ["transfer-encoding": "chunked"])
  }

  @Test func `An interim response is not the response`() throws {
    let steps = [Step.text("HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n")] + CannedServer.response("ok")
    let response = try Self.ask(steps).get()
    #expect(response.status == 200 && response.headers == ["content-length": "2"])
  }

  @Test func `A compressed body is unpacked`() throws {
    let packed = Gzip.stored(Array("hello".utf8))
    let header = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"
    #expect(try Self.body(Self.ask([.text(header), .send(packed)])) == "hello")
  }

  @Test func `A body exactly as long as allowed is taken`() throws {
    let body = String(repeating: "x", count: 100_000)
    #expect(try Self.body(Self.ask(CannedServer.response(body), bodyLimit: 100_000)) == body)
  }

  @Test func `Bytes beyond the promised length are not the body's`() throws {
    #expect(
      try Self.body(Self.ask([.text("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"), .close])) == "abc")
  }

  @Test func `A body without a length ends with its connection`() throws {
    #expect(try Self.body(Self.ask([.text("HTTP/1.1 200 OK\r\n\r\n[[1,2"), .close])) == "[[1,2")
  }

  // MARK: What is broken

  static let broken: [(String, [Step])] = [
    ("a chunk cut off", [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc"), .close]),
    ("no last chunk", [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), .close]),
    ("a bad chunk", [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"), .close]),
    ("too short a body", [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .close]),
    ("a reset body", [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .pause(0.05), .reset]),
    ("a reset before the header", [.reset]), ("nothing", [.close]),
  ]

  @Test(arguments: broken.indices)
  func `A broken connection is known as such`(row: Int) throws {
    let result = try Self.ask(Self.broken[row].1)
    guard case .failure(.cutOff) = result else {
      Issue.record("\(Self.broken[row].0): \(result)")
      return
    }
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH_9.2\r\n", "<html>no header</html>", "HTTP/9.9 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\nContent-Length: 5\r\n\r\nhello",
  ])
  func `What is no HTTP is known as such`(answer: String) throws {
    let result = try Self.ask([.text(answer), .close])
    guard case .failure(.malformed) = result else {
      Issue.record("\(result)")
      return
    }
  }

  @Test func `Nobody listening is no connection`() throws {
    let server = try CannedServer([:])
    server.stop()
    let transport = CurlTransport(userAgent: "candlewick-tests")
    // The listener's end may take a moment.
    Thread.sleep(forTimeInterval: 0.05)
    transport.start(HTTPRequest(try Self.address(server, "")), number: 1)
    guard case .failure(.noConnection) = try #require(transport.wait(seconds: 5).first).result else {
      Issue.record("there was an answer")
      return
    }
  }

  @Test func `A name that does not exist cannot be resolved`() throws {
    let transport = CurlTransport(userAgent: "candlewick-tests")
    transport.start(HTTPRequest(try WebAddress(parsing: "https://nowhere.invalid")), number: 1)
    let result = try #require(transport.wait(seconds: 15).first).result
    #expect(result == .failure(.unresolvable(host: "nowhere.invalid")))
  }

  // MARK: What takes too long

  static let slow: [(String, [Step])] = [
    ("silence before the header", [.pause(3)]),
    ("silence in the header", [.text("HTTP/1.1 200 OK\r\nX-"), .pause(3)]),
    ("silence in the body", [.text("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"), .pause(3)]),
    ("a header by drops", [.drip("HTTP/1.1 200 OK\r\nX-Slow: " + String(repeating: "x", count: 60), 0.05)]),
    (
      "a body by drops",
      [.text("HTTP/1.1 200 OK\r\n\r\n"), .drip(String(repeating: "x", count: 60), 0.05)]
    ),
  ]

  @Test(arguments: slow.indices)
  func `Silence and drops are not waited for`(row: Int) throws {
    let clock = ContinuousClock.now
    let result = try Self.ask(Self.slow[row].1, limits: Self.limits(stall: 0.3))
    #expect(result == .failure(.stalled), "\(Self.slow[row].0)")
    #expect(ContinuousClock.now - clock > .seconds(0.29) && ContinuousClock.now - clock < .seconds(2.5))
  }

  @Test func `A body that is slow enough is waited for`() throws {
    let part = Step.text(String(repeating: "x", count: 2000))
    let steps =
      [Step.text("HTTP/1.1 200 OK\r\nContent-Length: 16000\r\n\r\n")]
      + (0..<8).flatMap { _ in [Step.pause(0.1), part] }
    #expect(try Self.body(Self.ask(steps, limits: Self.limits(stall: 0.7))).utf8.count == 16_000)
  }

  @Test func `A transfer ends when its time is over, however fast it is`() throws {
    let part = [Step.repeated("x", 10_000), .pause(0.05)]
    let steps = [Step.text("HTTP/1.1 200 OK\r\n\r\n")] + (0..<60).flatMap { _ in part }
    #expect(try Self.ask(steps, limits: Self.limits(stall: 2, total: 0.4)) == .failure(.stalled))
  }

  @Test func `Time in which nobody listened is not the server's`() throws {
    let server = try CannedServer(["/x": [.pause(0.1)] + CannedServer.response("ok")])
    defer { server.stop() }
    let transport = CurlTransport(userAgent: "candlewick-tests", limits: Self.limits(stall: 0.4, total: 0.4))
    transport.start(HTTPRequest(try Self.address(server, "x")), number: 1)
    Thread.sleep(forTimeInterval: 0.9)
    #expect(try Self.body(#require(transport.wait(seconds: 5).first).result) == "ok")
  }

  // MARK: What is too much

  @Test func `A header of 400 000 lines is not read`() throws {
    let result = try Self.ask([.text("HTTP/1.1 200 OK\r\n"), .repeated("X-Flood: 1\r\n", 400_000), .close])
    #expect(result == .failure(.tooManyHeaders))
  }

  @Test func `Many interim headers are a flood as well`() throws {
    let result = try Self.ask([.repeated("HTTP/1.1 103 Early\r\n\r\n", 10_000), .close])
    #expect(result == .failure(.tooManyHeaders))
  }

  @Test func `A header of one endless line is not read`() throws {
    let result = try Self.ask([.text("HTTP/1.1 200 OK\r\nX-Long: "), .repeated("x", 4_000_000), .close])
    #expect(result == .failure(.tooManyHeaders))
  }

  @Test func `Too long a body is not begun when its length is told`() throws {
    let clock = ContinuousClock.now
    let result = try Self.ask(
      [.text("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"), .pause(4)], bodyLimit: 1000)
    #expect(result == .failure(.tooLarge(limit: 1000)))
    #expect(ContinuousClock.now - clock < .seconds(3))
  }

  @Test(arguments: ["", "Transfer-Encoding: chunked\r\n"])
  func `Too long a body is broken off when no length is told`(header: String) throws {
    let size = header.isEmpty ? "" : "FFFFFFF\r\n"
    let result = try Self.ask(
      [.text("HTTP/1.1 200 OK\r\n\(header)\r\n\(size)"), .repeated("x", 50_000_000), .close], bodyLimit: 1000)
    #expect(result == .failure(.tooLarge(limit: 1000)))
  }

  @Test func `A bomb is defused`() throws {
    let bomb = Gzip.bomb(200 << 20)
    let header = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n"
    // First that it is one: its beginning unpacks to zeros.
    let small = try Self.ask(
      [.text(header), .send(Array(bomb[..<2000])), .close], bodyLimit: 1 << 20)
    guard case .failure(.cutOff) = small else {
      Issue.record("\(small)")
      return
    }
    #expect(
      try Self.ask([.text(header), .send(bomb)], bodyLimit: 2 << 20) == .failure(.tooLarge(limit: 2 << 20)))
  }

  // MARK: Redirects

  static func redirect(_ target: String, status: Int = 302) -> [Step] {
    CannedServer.response("moved", status: "\(status) Moved", headers: "Location: \(target)\r\n")
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func `A redirect on the same server is followed`(status: Int) throws {
    let pages = [
      "/a": Self.redirect("b?c=%20d", status: status),
      "/b?c=%20d": Self.redirect("http://127.0.0.1:OWNPORT/c", status: status),
      "/c": CannedServer.response("here"),
    ]
    #expect(try Self.body(Self.ask(Self.redirect("/a", status: status), pages)) == "here")
  }

  @Test func `Three redirects are followed, and a fourth one is not`() throws {
    let pages = [
      "/1": Self.redirect("/2"), "/2": Self.redirect("/3"), "/3": CannedServer.response("here"),
    ]
    #expect(try Self.body(Self.ask(Self.redirect("/1"), pages)) == "here")
    #expect(throws: TransportFailure.self) {
      try Self.ask(Self.redirect("/1"), pages.merging(["/3": Self.redirect("/4")]) { $1 }).get()
    }
  }

  @Test(arguments: [
    "/x", "file:///etc/passwd", "http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/",
    "http://127.0.0.2:PORT/", "http://localhost:PORT/", "https://127.0.0.1:PORT/", "//host.example/",
    "http://me:secret@127.0.0.1:PORT/", "gopher://127.0.0.1:PORT/", "http://127.0.0.1:PORT@host.example/",
    "http://me:secret@127.0.0.1:OWNPORT/", "http://me@127.0.0.1:OWNPORT/", "https://127.0.0.1:OWNPORT/",
    "http://localhost:OWNPORT/",
    "http://", "ftp://127.0.0.1:PORT/y",
  ])
  func `A redirect elsewhere, or in a circle, is not followed`(target: String) throws {
    let other = try CannedServer([:])
    defer { other.stop() }
    let target = target.replacingOccurrences(of: ":PORT", with: ":\(other.port)")
    let result = try Self.ask(Self.redirect(target))
    guard case .failure(.forbiddenRedirect(let place)) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(!place.contains("secret"))
    #expect(other.seen.connections == 0)
  }

  @Test func `A redirect without a place is a response`() throws {
    #expect(try Self.ask(CannedServer.response("", status: "302 Moved")).get().status == 302)
  }

  // MARK: Addresses

  @Test(arguments: [
    "https://10.0.0.1", "https://192.168.1.1:8443", "https://169.254.169.254", "https://0.0.0.0",
    "https://[fe80::1]", "https://[::ffff:10.0.0.1]", "https://x.localhost", "https://224.0.0.1",
  ])
  func `An address inside this machine or its network is not connected to`(text: String) throws {
    let transport = CurlTransport(userAgent: "candlewick-tests")
    transport.start(HTTPRequest(try WebAddress(parsing: text)), number: 1)
    let result = try #require(transport.wait(seconds: 5).first).result
    guard case .failure(.forbiddenAddress) = result else {
      Issue.record("\(result)")
      return
    }
  }

  @Test(arguments: ["https://169.254.169.254", "https://x.localhost", "https://0.0.0.0"])
  func `Where credentials are stays forbidden with private addresses allowed`(text: String) throws {
    var limits = Self.limits()
    limits.allowsPrivateAddresses = true
    let transport = CurlTransport(userAgent: "candlewick-tests", limits: limits)
    transport.start(HTTPRequest(try WebAddress(parsing: text)), number: 1)
    guard case .failure(.forbiddenAddress) = try #require(transport.wait(seconds: 5).first).result else {
      Issue.record("it was connected to")
      return
    }
  }

  // MARK: Many requests

  @Test func `Connections are used again, and requests say who asks`() throws {
    let server = try CannedServer([
      "/x": CannedServer.response("ok"), "/big": CannedServer.response("too long"),
    ])
    defer { server.stop() }
    let transport = CurlTransport(userAgent: "candlewick-tests/1")
    for number in 0..<20 {
      let headers = number == 0 ? ["X-Key": "secret"] : [:]
      transport.start(HTTPRequest(try Self.address(server, "x"), headers: headers), number: number)
      #expect(try Self.body(#require(transport.wait(seconds: 5).first).result) == "ok")
    }
    #expect(server.seen.connections == 1 && server.seen.requests.count == 20)
    let first = server.seen.requests[0]
    #expect(first.contains("User-Agent: candlewick-tests/1\r\n") && first.contains("X-Key: secret\r\n"))
    #expect(first.contains("Accept-Encoding: gzip, deflate\r\n") && first.hasPrefix("GET /x HTTP/1.1\r\n"))
    // The next request of the same handle does not carry the headers of the one before.
    #expect(server.seen.requests.dropFirst().allSatisfy { !$0.contains("X-Key") })
  }

  @Test func `Requests are on their way at the same time`() throws {
    let server = try CannedServer(["/x": [.pause(0.3)] + CannedServer.response("ok")])
    defer { server.stop() }
    let transport = CurlTransport(userAgent: "candlewick-tests")
    let clock = ContinuousClock.now
    for number in 0..<8 { transport.start(HTTPRequest(try Self.address(server, "x")), number: number) }
    var numbers: Set<Int> = []
    while numbers.count < 8 {
      let results = transport.wait(seconds: 5)
      try #require(!results.isEmpty)
      for (number, result) in results where try Self.body(result) == "ok" { numbers.insert(number) }
    }
    #expect(ContinuousClock.now - clock < .seconds(1.5))
    #expect(transport.wait(seconds: 5).isEmpty)
  }

  @Test func `A failure leaves the handle fit for the next request`() throws {
    let server = try CannedServer([
      "/x": CannedServer.response("ok"), "/cut": [.close], "/big": CannedServer.response("1234567"),
      "/flood": [.text("HTTP/1.1 200 OK\r\n"), .repeated("X-Flood: 1\r\n", 2000), .close],
    ])
    defer { server.stop() }
    let transport = CurlTransport(userAgent: "candlewick-tests")
    func result(_ path: String) throws -> Result<HTTPResponse, TransportFailure> {
      transport.start(HTTPRequest(try Self.address(server, path), bodyLimit: 6), number: 1)
      return try #require(transport.wait(seconds: 5).first).result
    }
    for path in ["cut", "big", "flood"] {
      if case .success = try result(path) { Issue.record("/\(path) succeeded") }
      #expect(try Self.body(result("x")) == "ok")
    }
  }

  @Test func `A header with a line end is not sent`() throws {
    let server = try CannedServer([:])
    defer { server.stop() }
    let transport = CurlTransport(userAgent: "candlewick-tests")
    let request = HTTPRequest(try Self.address(server, "x"), headers: ["X-Key": "a\r\nX-Other: b"])
    transport.start(request, number: 3)
    #expect(transport.wait(seconds: 5).map(\.number) == [3])
    #expect(server.seen.connections == 0)
  }

  @Test func `Waiting ends when its time is over, and at once with nothing on its way`() throws {
    let server = try CannedServer(["/x": [.pause(1)] + CannedServer.response("ok")])
    defer { server.stop() }
    let transport = CurlTransport(userAgent: "candlewick-tests")
    #expect(transport.wait(seconds: 60).isEmpty)
    transport.start(HTTPRequest(try Self.address(server, "x")), number: 1)
    let clock = ContinuousClock.now
    #expect(transport.wait(seconds: 0.1).isEmpty)
    #expect(ContinuousClock.now - clock >= .seconds(0.099))
    #expect(transport.wait(seconds: 0).isEmpty)
    transport.cancelAll()
    #expect(transport.wait(seconds: 60).isEmpty)
    transport.start(HTTPRequest(try Self.address(server, "missing")), number: 2)
    #expect(transport.wait(seconds: 5).map(\.number) == [2])
  }

  @Test func `A client brings everything home through a server that fails in many ways`() throws {
    let faults = Self.broken.map(\.1) + [Self.redirect("file:///etc/passwd"), [.text("nonsense"), .close]]
    var pages: [String: [Step]] = [:]
    for page in 0..<60 { pages["/\(page)"] = CannedServer.response("\(page)") }
    for fault in faults.indices { pages["/fault\(fault)"] = faults[fault] }
    let server = try CannedServer(pages)
    defer { server.stop() }
    let client = PoliteClient(
      transport: CurlTransport(userAgent: "candlewick-tests"), time: SystemTime(), budget: RateBudget(),
      policy: PoliteClient.Policy(attempts: 2, firstDelay: 0.02), wallClock: { 0 }, seed: 1)
    for page in 0..<60 { client.submit(HTTPRequest(try Self.address(server, "\(page)")), tag: page) }
    for fault in faults.indices {
      client.submit(HTTPRequest(try Self.address(server, "fault\(fault)")), tag: -1)
    }
    var tags: Set<Int> = []
    var errors = 0
    while true {
      do {
        guard let delivery = try client.next() else { break }
        #expect(String(decoding: delivery.response.body, as: UTF8.self) == "\(delivery.tag)")
        tags.insert(delivery.tag)
      } catch {
        #expect(error.exitStatus == .temporary)
        errors += 1
      }
    }
    #expect(tags == Set(0..<60) && errors == faults.count)
    #expect(client.statistics.requestsStarted == 60 + 2 * faults.count)
  }
}
