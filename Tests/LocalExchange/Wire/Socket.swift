private import Glibc

/// One end of a TCP connection, or a socket that waits for them.
///
/// A class, because it guards a file descriptor that must be closed exactly once.
final class Socket: Sendable {
  let descriptor: Int32

  init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// A socket that takes connections on 127.0.0.1; port 0 is any that is free.
  static func listening(on port: Int) throws(ExchangeError) -> Socket {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .system(call: "socket", code: errno) }
    let socket = Socket(owning: descriptor)
    socket.setOption(SOL_SOCKET, SO_REUSEADDR, Int32(1))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    guard socket.bind(to: &address) else {
      throw errno == EADDRINUSE ? .portTaken(port) : .system(call: "bind", code: errno)
    }
    guard listen(descriptor, 512) == 0 else { throw .system(call: "listen", code: errno) }
    return socket
  }

  private func bind(to address: inout sockaddr_in) -> Bool {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  /// The port it was given.
  var port: Int {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// Waits for a connection; nil once ``shutDown()`` was called.
  func accept() -> Socket? {
    while true {
      let connection = Glibc.accept(descriptor, nil, nil)
      if connection >= 0 {
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return Socket(owning: connection)
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(10_000)
      default: return nil
      }
    }
  }

  /// Sends small packets at once, and gives up on a client that is silent or does not read.
  func prepare(idleSeconds: Int) {
    setOption(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
    setOption(SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: idleSeconds, tv_usec: 0))
    setOption(SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: idleSeconds, tv_usec: 0))
  }

  /// Wakes whoever waits on it; the other end sees the connection end.
  func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Makes the close that follows a reset (RST) instead of an orderly end.
  func resetOnClose() { setOption(SOL_SOCKET, SO_LINGER, Glibc.linger(l_onoff: 1, l_linger: 0)) }

  /// Waits for bytes and appends them; false at the connection's end.
  func receive(into bytes: inout [UInt8]) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { buffer in
      var count = -1
      repeat {
        count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      } while count < 0 && errno == EINTR
      guard count > 0 else { return false }
      bytes += buffer[..<count]
      return true
    }
  }

  /// Sends all bytes; false when the other end is gone.
  func send(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = Glibc.send(
        descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Sends head and body in one call, as far as they go.
  func send(head: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !body.isEmpty else { return send(head) }
    let sent = sendTogether(head, body)
    guard sent >= 0 else { return false }
    guard sent >= head.count else {
      return send(UnsafeBufferPointer(rebasing: head[sent...])) && send(body)
    }
    return send(UnsafeBufferPointer(rebasing: body[(sent - head.count)...]))
  }

  private func sendTogether(_ head: UnsafeBufferPointer<UInt8>, _ body: UnsafeBufferPointer<UInt8>) -> Int {
    var parts = (
      iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
      iovec(iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress), iov_len: body.count)
    )
    return withUnsafeMutablePointer(to: &parts) { pointer in
      pointer.withMemoryRebound(to: iovec.self, capacity: 2) { vector in
        var message = msghdr()
        message.msg_iov = vector
        message.msg_iovlen = 2
        var sent = -1
        repeat { sent = sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL)) } while sent < 0 && errno == EINTR
        return sent
      }
    }
  }

  /// POLLRDHUP of <poll.h>, which Swift's Glibc leaves out: the other end sends no more.
  private static let otherEndClosed: Int16 = 0x2000

  /// Waits so long, or until the other end is gone; whether it is still there.
  func pause(seconds: Double) -> Bool {
    let deadline = Socket.seconds + seconds
    while true {
      let rest = deadline - Socket.seconds
      guard rest > 0 else { return true }
      var request = pollfd(fd: descriptor, events: Self.otherEndClosed, revents: 0)
      if poll(&request, 1, Int32(min(rest * 1000, 1e9).rounded(.up))) > 0 { return false }
    }
  }

  /// Of a clock that never goes back.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func setOption<Value: BitwiseCopyable>(_ level: Int32, _ name: Int32, _ value: Value) {
    var value = value
    _ = setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Value>.size))
  }
}
