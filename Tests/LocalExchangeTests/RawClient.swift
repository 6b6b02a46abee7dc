import Artifacts
import Chronology
import Glibc
import LocalExchange
import Testing

/// What came back on a plain socket.
struct RawReply {
  enum Ending { case complete, closed, reset, silent }

  var status = 0
  /// By lower-case name.
  var headers: [String: String] = [:]
  var headerCount = 0
  var body: [UInt8] = []
  /// Whether all of the body came, or how it broke off.
  var ending = Ending.complete

  var text: String { String(decoding: body, as: UTF8.self) }
  /// Nil for what is no JSON.
  var json: JSON? { try? JSON(parsing: body) }
  var code: Int? { json?["code"]?.integer }
  var rows: [[JSON]] { (json?.array ?? []).compactMap(\.array) }
  var opens: [Int64] { rows.compactMap { $0.first?.integer.map(Int64.init) } }
}

/// A client that shows every byte.
///
/// A class, because it guards a socket.
final class RawClient {
  /// Kept, because it stops with its last reference.
  private let server: ExchangeServer
  private let descriptor: Int32
  private var input: [UInt8] = []

  init(_ server: ExchangeServer, timeoutSeconds: Int = 5) {
    self.server = server
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(server.port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    self.descriptor = descriptor
    isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, size) == 0
      }
    }
  }

  let isConnected: Bool

  deinit { close(descriptor) }

  func get(_ target: String, headers: [String: String] = [:], method: String = "GET") -> RawReply {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    send(text + "\r\n")
    return reply(hasBody: method != "HEAD")
  }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Everything up to the connection's end.
  func rest() -> [UInt8] {
    while receive() == nil {}
    defer { input = [] }
    return input
  }

  private func reply(hasBody: Bool) -> RawReply {
    var reply = RawReply()
    while headEnd == nil {
      if let ending = receive() {
        reply.ending = ending
        return reply
      }
    }
    let lines = String(decoding: input[..<(headEnd ?? 0)], as: UTF8.self).split(separator: "\r\n")
    input.removeFirst((headEnd ?? 0) + 4)
    reply.status = Int(lines[0].split(separator: " ")[1]) ?? 0
    reply.headerCount = lines.count - 1
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      reply.headers[parts[0].lowercased()] = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
    }
    let length = hasBody && reply.status != 304 ? reply.headers["content-length"].map { Int($0) ?? 0 } : 0
    readBody(length, of: &reply)
    return reply
  }

  private func readBody(_ length: Int?, of reply: inout RawReply) {
    while input.count < length ?? .max {
      guard let ending = receive() else { continue }
      reply.ending = ending
      break
    }
    reply.body = Array(input.prefix(length ?? .max))
    input.removeFirst(reply.body.count)
  }

  private var headEnd: Int? {
    guard input.count >= 4 else { return nil }
    return (0...(input.count - 4)).first {
      input[$0] == 13 && input[$0 + 1] == 10 && input[$0 + 2] == 13 && input[$0 + 3] == 10
    }
  }

  /// Nil when bytes came.
  private func receive() -> RawReply.Ending? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 {
      input += buffer[..<count]
      return nil
    }
    if count == 0 { return .closed }
    return errno == EAGAIN ? .silent : .reset
  }
}

/// When everything here is listed: 2024-01-01T00:00:00Z.
let newYear2024 = Instant(year: 2024, month: 1, day: 1).milliseconds
let oneHour: Int64 = 3_600_000
let oneDay = 24 * oneHour

func time(_ text: String) -> Int64 { Instant(parsing: text)?.milliseconds ?? .min }

/// BTCUSDT since 2024, and a clock that stands at 2025-03-01T00:30.
let sampleNow = time("2025-03-01T00:30:00Z")

func sampleMarket(gaps: [ServedMarket.Gap] = []) -> ServedMarket {
  ServedMarket(
    seed: 7, listings: [.init("BTCUSDT", from: newYear2024), .init("ETHUSDT", from: newYear2024)], gaps: gaps)
}

func openServer(
  _ market: ServedMarket = sampleMarket(), faults: FaultPlan = .none,
  limits: ExchangeLimits = ExchangeLimits(),
  clock: VirtualClock = VirtualClock(start: sampleNow)
) throws -> ExchangeServer {
  try ExchangeServer(market: market, faults: faults, limits: limits, clock: { clock.now })
}

/// The rows that the exchange should serve, cell for cell.
func expectedRows(_ grid: BarGrid, opens: [Int64]) -> [[String]] {
  opens.map { SeededBars(seed: 7).bar(symbol: "BTCUSDT", interval: grid, open: $0).cells }
}

extension JSON {
  /// A cell as text, whether it was quoted or not.
  var cell: String { string ?? integer.map { "\($0)" } ?? "?" }
}
