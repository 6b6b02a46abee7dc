import Foundation
import Glibc
import Synchronization

/// A server on this machine that sends the bytes it was given, whatever HTTP thinks of them.
///
/// A class, because it guards the listening socket. Every connection has a thread of its own.
final class CannedServer: Sendable {
  enum Step: Sendable {
    case send([UInt8])
    /// `OWNPORT` stands for the server's port, which is not known before it runs.
    case text(String)
    case pause(Double)
    /// One byte after the other, so many seconds apart.
    case drip(String, Double)
    /// The same bytes so many times.
    case repeated(String, Int)
    case close
    /// Ends the connection with RST.
    case reset
  }

  struct Seen: Sendable {
    var requests: [String] = []
    var connections = 0
  }

  let port: Int
  private let listener: Int32
  private let scripts: [String: [Step]]
  private let log = Mutex(Seen())

  /// Answers each target, such as `/x?y=1`, with its steps.
  ///
  /// Other targets are answered with a 404. A connection stays open unless a step ends it.
  init(_ scripts: [String: [Step]]) throws {
    self.scripts = scripts
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRINUSE) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in accept() }
  }

  /// Ends the accepting thread, which alone closes the socket: its number may belong to another server then.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  var seen: Seen { log.withLock { $0 } }

  /// A whole response with a length.
  static func response(_ body: String, status: String = "200 OK", headers: String = "") -> [Step] {
    [.text("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")]
  }

  private func accept() {
    defer { close(listener) }
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { return }
      log.withLock { $0.connections += 1 }
      Thread.detachNewThread { [self] in serve(connection) }
    }
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    while let request = read(connection) {
      log.withLock { $0.requests.append(request) }
      let words = request.split(separator: " ")
      let target = words.count > 1 ? String(words[1]) : ""
      for step in scripts[target] ?? Self.response("no such page", status: "404 Not Found") {
        guard perform(step, connection) else { return }
      }
    }
  }

  private func read(_ connection: Int32) -> String? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Gives whether the connection is still open.
  private func perform(_ step: Step, _ connection: Int32) -> Bool {
    switch step {
    case .send(let bytes): return send(bytes, connection)
    case .text(let text):
      return send(Array(text.replacingOccurrences(of: "OWNPORT", with: "\(port)").utf8), connection)
    case .pause(let seconds):
      Thread.sleep(forTimeInterval: seconds)
      return true
    case .drip(let text, let seconds):
      return text.utf8.allSatisfy { byte in
        Thread.sleep(forTimeInterval: seconds)
        return send([byte], connection)
      }
    case .repeated(let text, let count):
      let block = Array(String(repeating: text, count: 1000).utf8)
      return (0..<(count / 1000)).allSatisfy { _ in send(block, connection) }
    case .close: return false
    case .reset:
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
      return false
    }
  }

  private func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}
