extension Connection {
  /// Answers a request as its fault has it; whether another may follow.
  func answer(_ visit: Visit) -> Bool {
    var rows = 0
    defer { exchange.noteAnswered(rows: rows, bytes: body.count) }
    if let fault = visit.fault, !fault.needsRows {
      exchange.note(fault)
      if let mayFollow = answerInstead(visit, fault) { return mayFollow }
    }
    let question = Question(
      request: visit.request, now: visit.arrival.now,
      damage: visit.fault.flatMap { $0.needsRows ? $0 : nil }, detail: visit.detail)
    var answer = exchange.answer(visit.arrival.venue, question, into: body)
    if visit.arrival.venue == .binance { answer.reply.headers += Self.weightHeaders(visit.usedWeight) }
    if answer.isDamaged, let fault = visit.fault { exchange.note(fault) }
    rows = answer.rows
    if let fault = visit.fault, let framing = Self.damagedFraming(fault, body.count) {
      return sendDamaged(answer.reply, fault, framing)
    }
    if visit.fault == .headerStall, !socket.pause(seconds: exchange.plan.stallSeconds) { return false }
    return send(
      answer.reply, omitsBody: visit.request.method == "HEAD", keepsAlive: visit.request.keepsAlive)
  }

  /// Answers with something else than what was asked for; nil when the fault needs the honest reply.
  private func answerInstead(_ visit: Visit, _ fault: Fault) -> Bool? {
    let isKept = visit.request.keepsAlive
    switch fault {
    case .refusedConnection:
      socket.resetOnClose()
      return false
    case .closedWithoutReply: return false
    case .gzipBomb: return sendBomb(keepsAlive: isKept)
    case .headerFlood: return flood()
    case .redirectLoop: return send(Self.redirect(to: Self.loopPath), keepsAlive: isKept)
    case .redirectToFile: return send(Self.redirect(to: "file:///etc/passwd"), keepsAlive: isKept)
    case .redirectToMetadata:
      return send(Self.redirect(to: "http://169.254.169.254/latest/meta-data/"), keepsAlive: isKept)
    case .html:
      body.append("<!DOCTYPE html><html><body><h1>Will be right back</h1></body></html>\n")
      return send(Reply(status: 200, contentType: Reply.html), keepsAlive: isKept)
    case .emptyObject: return sendBody("{}", keepsAlive: isKept)
    case .nullBody: return sendBody("null", keepsAlive: isKept)
    case .nestedEmpty: return sendBody("[[]]", keepsAlive: isKept)
    case .serverErrors:
      return send(BinanceRefusal.serverError(visit.detail).answer(into: body).reply, keepsAlive: isKept)
    case .retryAfterSeconds, .retryAfterDate, .retryAfterNegative, .retryAfterAbsent, .retryAfterEndless:
      return limit(visit, fault)
    default: return nil
    }
  }

  private func sendBody(_ text: String, keepsAlive: Bool) -> Bool {
    body.append(text)
    return send(Reply(status: 200), keepsAlive: keepsAlive)
  }

  // MARK: Refusals

  private func limit(_ visit: Visit, _ fault: Fault) -> Bool {
    let range = exchange.plan.retrySeconds
    let seconds = range.lowerBound + Int64(visit.detail % UInt64(range.upperBound - range.lowerBound + 1))
    let now = visit.arrival.now
    var demand: (value: String?, until: Int64?) = (nil, nil)
    switch fault {
    case .retryAfterSeconds: demand = ("\(seconds)", now + seconds * 1000)
    case .retryAfterDate:
      // A date has whole seconds, as the Date header beside it.
      let until = (now / 1000 + seconds) * 1000
      demand = (HTTPDate.text(until), until)
    case .retryAfterNegative: demand = ("-\(seconds)", nil)
    case .retryAfterEndless: demand = ("1000000000000", now + 1_000_000_000_000_000)
    default: break
    }
    exchange.demandWait(visit.arrival, until: demand.until)
    let refusal = BinanceRefusal.tooMany(limit: exchange.limits.weightPerMinute, bannedUntil: nil)
    var reply = refusal.answer(into: body).reply
    if let value = demand.value { reply.headers.append(("Retry-After", value)) }
    return send(reply, keepsAlive: visit.request.keepsAlive)
  }

  // MARK: Floods

  private func sendBomb(keepsAlive: Bool) -> Bool {
    body.append(exchange.bomb)
    let reply = Reply(status: 200, headers: [("Content-Encoding", "gzip")])
    return send(reply, keepsAlive: keepsAlive)
  }

  private func flood() -> Bool {
    head.clear()
    head.append("HTTP/1.1 200 OK\r\n")
    for number in 0..<exchange.plan.floodHeaders {
      head.append("X-Flood-")
      head.append(Int64(number))
      head.append(": 1\r\n")
      if head.count > 65_536 {
        guard socket.send(head.bytes) else { return false }
        head.clear()
      }
    }
    head.append("Content-Length: 2\r\nConnection: close\r\n\r\n[]")
    _ = socket.send(head.bytes)
    return false
  }

  // MARK: Framing

  /// How a fault sends an honest body; nil when it leaves it alone.
  private static func damagedFraming(_ fault: Fault, _ count: Int) -> Framing? {
    switch fault {
    case .resetMidBody, .extraBytes, .trickle: .exact
    case .shortBody: .tooLong(by: max(count / 2, 1))
    case .missingLength: .untilClose
    case .truncatedChunks: .truncatedChunks
    default: nil
    }
  }

  /// Sends the head and as much of the body as the fault lets through; no request may follow.
  private func sendDamaged(_ reply: Reply, _ fault: Fault, _ framing: Framing) -> Bool {
    head.clear()
    head.writeHead(
      of: reply, bodyCount: body.count, framing: framing, keepsAlive: fault == .extraBytes,
      now: exchange.clock())
    let half = UnsafeBufferPointer(rebasing: body.bytes.prefix(body.count / 2))
    switch fault {
    case .extraBytes:
      body.append("]]HTTP/1.1 200 OK\r\n\r\n")
      _ = socket.send(head: head.bytes, body: body.bytes)
    case .shortBody: _ = socket.send(head: head.bytes, body: body.bytes)
    case .trickle: trickle()
    case .truncatedChunks:
      head.append(String(half.count, radix: 16))
      head.append("\r\n")
      head.append(half)
      head.append("\r\n")
      // The next chunk promises bytes that do not come.
      head.append("ffff\r\n[")
      _ = socket.send(head.bytes)
    default:
      _ = socket.send(head: head.bytes, body: half)
      if fault == .resetMidBody { socket.resetOnClose() }
    }
    return false
  }

  private func trickle() {
    guard socket.send(head.bytes) else { return }
    let deadline = Socket.seconds + exchange.plan.stallSeconds
    for position in 0..<body.count where Socket.seconds < deadline {
      guard socket.send(UnsafeBufferPointer(rebasing: body.bytes[position..<(position + 1)])),
        socket.pause(seconds: exchange.plan.trickleSeconds)
      else { return }
    }
  }
}
