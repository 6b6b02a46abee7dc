/// One connection: reads requests and answers them until either side has enough.
struct Connection {
  let exchange: Exchange
  let socket: Socket
  let number: Int
  /// What was received and not yet read.
  private var input: [UInt8] = []
  private var isUsed = false
  let head = ByteBuffer()
  let body = ByteBuffer()

  init(exchange: Exchange, socket: Socket, number: Int) {
    self.exchange = exchange
    self.socket = socket
    self.number = number
  }

  mutating func serve() {
    socket.prepare(idleSeconds: exchange.limits.idleSeconds)
    if exchange.refusesNext() { return socket.resetOnClose() }
    var mayFollow = true
    while mayFollow, hasInput() {
      // Only now: a reset after a reply could take it away from a client that has not read it yet.
      if isUsed, exchange.refusesNext() { return socket.resetOnClose() }
      isUsed = true
      mayFollow = answerNext()
    }
  }

  /// Whether another request has begun to arrive.
  private mutating func hasInput() -> Bool { !input.isEmpty || socket.receive(into: &input) }

  /// Answers a request; whether another may follow.
  private mutating func answerNext() -> Bool {
    guard let request = nextRequest() else { return false }
    body.clear()
    if request.path == Self.loopPath {
      exchange.noteRedirected()
      return send(Self.redirect(to: Self.loopPath), keepsAlive: request.keepsAlive)
    }
    guard let venue = Venue(path: request.path) else {
      _ = BinanceRefusal.unknownPath(request.path).answer(into: body)
      return send(Reply(status: 404), keepsAlive: request.keepsAlive)
    }
    let arrival = RequestBudget.Arrival(
      venue: venue, connection: number, now: exchange.clock(), seconds: Socket.seconds)
    let (ticket, verdict, usedWeight) = exchange.admit(request, arrival)
    if case .refused(let seconds, let bannedUntil, _) = verdict {
      return refuse(request, seconds: seconds, bannedUntil: bannedUntil, usedWeight: usedWeight)
    }
    let visit = Visit(
      request: request, arrival: arrival, fault: exchange.plan.fault(of: ticket),
      detail: exchange.plan.detail(of: ticket), usedWeight: usedWeight)
    return answer(visit)
  }

  /// 429, or 418 while banned.
  private func refuse(_ request: Request, seconds: Int64, bannedUntil: Int64?, usedWeight: Int) -> Bool {
    let refusal = BinanceRefusal.tooMany(
      limit: exchange.limits.weightPerMinute, bannedUntil: bannedUntil)
    var reply = refusal.answer(into: body).reply
    reply.headers = Self.weightHeaders(usedWeight) + [("Retry-After", "\(seconds)")]
    let isSent = send(reply, keepsAlive: request.keepsAlive)
    exchange.noteAnswered(rows: 0, bytes: body.count)
    return isSent
  }

  static func weightHeaders(_ used: Int) -> [(name: String, value: String)] {
    [("X-MBX-USED-WEIGHT", "\(used)"), ("X-MBX-USED-WEIGHT-1M", "\(used)")]
  }

  /// Sends an honest reply; whether another request may follow.
  func send(_ reply: Reply, omitsBody: Bool = false, keepsAlive: Bool) -> Bool {
    head.clear()
    head.writeHead(
      of: reply, bodyCount: body.count, framing: .exact, keepsAlive: keepsAlive, now: exchange.clock())
    let isSent =
      omitsBody || reply.status == 304
      ? socket.send(head.bytes) : socket.send(head: head.bytes, body: body.bytes)
    return isSent && keepsAlive
  }

  // MARK: Redirects

  static let loopPath = "/redirected"

  static func redirect(to location: String) -> Reply {
    Reply(status: 302, contentType: Reply.html, headers: [("Location", location)])
  }

  // MARK: Reading

  private static let headLimit = 65_536

  /// Reads the next request and drops its body; nil at the connection's end, or when it is no HTTP.
  private mutating func nextRequest() -> Request? {
    let terminator: [UInt8] = [13, 10, 13, 10]
    var searched = 0
    while true {
      if let end = Self.position(of: terminator, in: input, from: searched) {
        let head = String(decoding: input[..<end], as: UTF8.self)
        input.removeFirst(end + 4)
        guard let request = Request(parsing: head), dropBody(request.bodyLength) else { return nil }
        return request
      }
      searched = max(input.count - 3, 0)
      guard input.count < Self.headLimit, socket.receive(into: &input) else { return nil }
    }
  }

  private mutating func dropBody(_ length: Int) -> Bool {
    while input.count < length { guard socket.receive(into: &input) else { return false } }
    input.removeFirst(length)
    return true
  }

  private static func position(of pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= pattern.count + start else { return nil }
    return (start...(bytes.count - pattern.count)).first { bytes[$0...].starts(with: pattern) }
  }
}

/// A request that was admitted, and what it meets.
struct Visit {
  var request: Request
  var arrival: RequestBudget.Arrival
  var fault: Fault?
  var detail: UInt64
  var usedWeight: Int
}
