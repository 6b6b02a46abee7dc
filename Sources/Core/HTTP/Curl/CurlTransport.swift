private import CCurl
private import Glibc

/// Sends requests through libcurl: several at once, over connections that are kept and, on https, shared.
///
/// A class, because it guards libcurl's multi handle and the easy handles in it. It belongs to one thread. Bodies,
/// headers, redirects and peers are checked as they come, because a server is free to lie about all of them.
package final class CurlTransport: HTTPTransport {
  private let multi: UnsafeMutableRawPointer
  private let userAgent: String
  private let limits: TransportLimits
  private let authorities: String?
  private let time = SystemTime()
  private var underway: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var idle: [CurlTransfer] = []
  private var finished: [(number: Int, result: Result<HTTPResponse, TransportFailure>)] = []
  /// Whether a transfer has stalled since the last response: a connection that died without a word would be shared
  /// by one attempt after the other.
  private var hasStalled = false
  /// When we last listened.
  private var listenedAt: Double

  /// `authorities` is a file of the certificates to trust, in PEM; nil for those of the system.
  package init(
    userAgent: String, limits: TransportLimits = TransportLimits(), authorities: String? = nil
  ) {
    precondition(Self.isReady, "libcurl cannot be set up")
    guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory") }
    curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    self.multi = multi
    self.userAgent = userAgent
    self.limits = limits
    self.authorities = authorities
    listenedAt = time.seconds
  }

  deinit {
    cancelAll()
    // Their connections are the multi handle's, so they go first.
    idle = []
    curl_multi_cleanup(multi)
  }

  /// Set up once in a process, before any handle.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

  package func start(_ request: HTTPRequest, number: Int) {
    guard request.headers.allSatisfy(Self.isSendable) else {
      finished.append((number, .failure(.malformed("a header to be sent holds a control character"))))
      return
    }
    guard let transfer = transfer(for: request) else {
      finished.append((number, .failure(.noConnection("libcurl has no memory"))))
      return
    }
    transfer.prepare(request, number: number, freshly: hasStalled, at: time.seconds)
    begin(transfer)
    send(transfer)
  }

  /// Sends a request at once where a connection is open or is made in a moment: the server works while we do, and
  /// nothing is sent later, when another answer may have called for rest.
  private func send(_ transfer: CurlTransfer) {
    let limit = time.seconds + 0.003
    while true {
      perform()
      guard underway[transfer.easy] != nil, !transfer.isSent, time.seconds < limit else { return }
      curl_multi_poll(multi, nil, 0, 1, nil)
    }
  }

  package func wait(seconds: Double) -> [(number: Int, result: Result<HTTPResponse, TransportFailure>)] {
    let beginning = time.seconds
    for transfer in underway.values { transfer.forgive(beginning - listenedAt, until: beginning) }
    listen(until: beginning + max(seconds, 0))
    listenedAt = time.seconds
    defer { finished = [] }
    return finished
  }

  package func cancelAll() {
    for transfer in underway.values { curl_multi_remove_handle(multi, transfer.easy) }
    // Not to be used again: they stopped midway.
    underway = [:]
    finished = []
  }

  private func listen(until deadline: Double) {
    while true {
      perform()
      let now = time.seconds
      for transfer in underway.values where transfer.isStalled(at: now) { giveUp(transfer) }
      guard finished.isEmpty, !underway.isEmpty, now < deadline else { return }
      let limit = underway.values.reduce(deadline) { min($0, $1.limitAt) }
      poll(seconds: limit - now)
    }
  }

  private func giveUp(_ transfer: CurlTransfer) {
    hasStalled = true
    transfer.distrustConnection()
    end(transfer, .failure(.stalled))
  }

  /// Waits for the network; returns early when libcurl has something else to do.
  private func poll(seconds: Double) {
    let milliseconds = Int32(min(max((seconds * 1000).rounded(.up), 1), 60_000))
    let code = curl_multi_poll(multi, nil, 0, milliseconds, nil)
    // Not the server's fault: not to run in circles is all that can be done.
    if code != CURLM_OK { time.pause(seconds: 0.01) }
  }

  private func perform() {
    var running: Int32 = 0
    curl_multi_perform(multi, &running)
    var rest: Int32 = 0
    while let message = curl_multi_info_read(multi, &rest)?.pointee {
      guard message.msg == CURLMSG_DONE, let easy = message.easy_handle, let transfer = underway[easy] else {
        continue
      }
      complete(transfer, message.data.result)
    }
  }

  private func begin(_ transfer: CurlTransfer) {
    underway[transfer.easy] = transfer
    curl_multi_add_handle(multi, transfer.easy)
  }

  private func end(_ transfer: CurlTransfer, _ result: Result<HTTPResponse, TransportFailure>) {
    curl_multi_remove_handle(multi, transfer.easy)
    underway[transfer.easy] = nil
    idle.append(transfer)
    finished.append((transfer.number, result))
  }

  private func complete(_ transfer: CurlTransfer, _ code: CURLcode) {
    if code == CURLE_OK, let target = transfer.redirectTarget {
      redirect(transfer, to: target)
    } else if code == CURLE_OK {
      hasStalled = false
      end(transfer, .success(transfer.takeResponse()))
    } else {
      end(transfer, .failure(TransportFailure(code, of: transfer)))
    }
  }

  private func redirect(_ transfer: CurlTransfer, to target: String) {
    let isSameServer = Origin(target) == Origin(transfer.request.address.text) && Origin(target) != nil
    guard isSameServer, transfer.redirects < limits.redirects else {
      let place = Redaction.address(target)
      end(transfer, .failure(.forbiddenRedirect(isSameServer ? "\(place), once more than allowed" : place)))
      return
    }
    curl_multi_remove_handle(multi, transfer.easy)
    transfer.follow(to: target)
    begin(transfer)
    // Performed by the loop that we are in.
  }

  private func transfer(for request: HTTPRequest) -> CurlTransfer? {
    idle.popLast()
      ?? CurlTransfer(
        userAgent: userAgent, limits: limits, authorities: authorities, isProxied: Self.hasProxy,
        like: request)
  }

  /// Whether the environment names a proxy for https; http is for this machine, where none is used.
  private static let hasProxy = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].contains {
    (name: String) in
    getenv(name).map { $0[0] != 0 } ?? false
  }

  /// A line end in a header would begin another header.
  private static func isSendable(key: String, value: String) -> Bool {
    (key + value).unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }
}
