import CCurl
private import Glibc

/// One request on its way through libcurl.
///
/// A class, because it guards an easy handle, which libcurl knows by its address and which is used again for the
/// next request. libcurl calls back into it, on the thread that performs.
final class CurlTransfer {
  let easy: UnsafeMutableRawPointer
  let limits: TransportLimits
  private(set) var request: HTTPRequest
  private(set) var number = 0

  /// Why we broke it off; libcurl itself only knows that we did.
  var failure: TransportFailure?
  /// A peer that we refused to connect to, when there was no other one.
  var onlyPeerForbidden: String? { hasTriedToConnect ? nil : forbiddenPeer }
  private var forbiddenPeer: String?
  private var hasTriedToConnect = false
  private(set) var redirects = 0
  private(set) var headers: [String: String] = [:]
  private(set) var body: [UInt8] = []
  private(set) var hasWholeHeader = false
  private var headerLines = 0
  private var headerBytes = 0

  /// When it was started, and when enough bytes had last come, by the clock of the transport.
  private(set) var startedAt = 0.0
  private var heardAt = 0.0
  private var heardBytes = 0

  private let problem = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private let isProxied: Bool

  /// Nil when libcurl has no memory.
  init?(
    userAgent: String, limits: TransportLimits, authorities: String?, isProxied: Bool,
    like request: HTTPRequest
  ) {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    self.limits = limits
    self.request = request
    self.isProxied = isProxied
    problem.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    setOptions(userAgent: userAgent, authorities: authorities)
    setFunctions()
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    problem.deallocate()
  }

  /// Makes the handle ready for a request.
  ///
  /// `freshly` opens a connection of its own even where there is one that could be shared.
  func prepare(_ request: HTTPRequest, number: Int, freshly: Bool, at seconds: Double) {
    self.request = request
    self.number = number
    redirects = 0
    (startedAt, heardAt) = (seconds, seconds)
    setHeaders()
    let isLoopback = request.address.isLoopback
    set(CURLOPT_PROTOCOLS_STR, request.address.scheme.rawValue)
    // A proxy has no business between us and this machine; for others it is the user's, from the environment.
    set(CURLOPT_NOPROXY, isLoopback ? "*" : nil)
    // On https it pays to wait whether the first connection can carry all requests.
    set(CURLOPT_PIPEWAIT, request.address.scheme == .https && !freshly ? 1 : 0)
    set(CURLOPT_FRESH_CONNECT, freshly ? 1 : 0)
    set(CURLOPT_FORBID_REUSE, 0)
    prepare(target: request.address.text)
  }

  /// Makes the handle ready for where the server sends us to, on the same server.
  func follow(to target: String) {
    redirects += 1
    prepare(target: target)
  }

  /// Has the connection closed when nobody else uses it.
  func distrustConnection() { set(CURLOPT_FORBID_REUSE, 1) }

  private func prepare(target: String) {
    failure = nil
    (forbiddenPeer, hasTriedToConnect) = (nil, false)
    headers = [:]
    body = []
    hasWholeHeader = false
    (headerLines, headerBytes, heardBytes) = (0, 0, 0)
    problem[0] = 0
    set(CURLOPT_URL, target)
  }

  /// The response, whose body this transfer lets go of.
  func takeResponse() -> HTTPResponse {
    defer { body = [] }
    return HTTPResponse(status: status, headers: headers, body: body)
  }

  var status: Int {
    var status = 0
    curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    return status
  }

  /// Whether the request has left us.
  var isSent: Bool {
    var bytes = 0
    return curl_get_long(easy, CURLINFO_REQUEST_SIZE, &bytes) == CURLE_OK && bytes > 0
  }

  /// Where the server sends us to, whole; nil when it does not.
  var redirectTarget: String? {
    var target: UnsafeMutablePointer<CChar>?
    curl_get_text(easy, CURLINFO_REDIRECT_URL, &target)
    return target.map { String(cString: $0) }
  }

  /// What libcurl says about its failure, or else the words it has for the code.
  func words(for code: CURLcode) -> String {
    let text = problem[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: problem)
    return Redaction.printable(text, atMost: 160)
  }
}

// MARK: - What it watches

extension CurlTransfer {
  /// Bytes received so far, as they are after decompression.
  private var bytes: Int { headerBytes + body.count }

  /// When to look again whether it is too slow.
  var limitAt: Double { min(heardAt + limits.stallSeconds, startedAt + limits.totalSeconds) }

  /// Whether it is too slow or takes too long.
  func isStalled(at seconds: Double) -> Bool {
    if bytes - heardBytes >= limits.stallBytes { (heardAt, heardBytes) = (seconds, bytes) }
    return seconds >= limitAt
  }

  /// Forgives seconds in which nobody listened to the server.
  func forgive(_ absence: Double, until seconds: Double) {
    startedAt = min(startedAt + absence, seconds)
    heardAt = min(heardAt + absence, seconds)
  }
}

// MARK: - What libcurl calls

extension CurlTransfer {
  /// One line of a header, or of the trailer after a body; gives whether to go on.
  fileprivate func takeHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    headerLines += 1
    headerBytes += line.count
    guard headerLines <= limits.headerLines, headerBytes <= limits.headerBytes else {
      return breakOff(.tooManyHeaders)
    }
    if line.starts(with: "HTTP/".utf8) {
      // An interim response (100, 103) came before.
      headers = [:]
      hasWholeHeader = false
    } else if HeaderText.trimmed(line).isEmpty {
      hasWholeHeader = true
      if let length = promisedLength, length > request.bodyLimit, !isEncoded { return breakOffTooLarge() }
    } else if !hasWholeHeader, let (name, value) = HeaderText.field(line) {
      headers[name] = value
    }
    return true
  }

  fileprivate func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard body.count + bytes.count <= request.bodyLimit else { return breakOffTooLarge() }
    if body.isEmpty, let length = promisedLength, length <= request.bodyLimit { body.reserveCapacity(length) }
    body.append(contentsOf: bytes)
    return true
  }

  /// Whether a connection to this address may be opened.
  fileprivate func mayConnect(to peer: PeerAddress?) -> Bool {
    // The proxy is the user's choice, wherever it is; what it connects to is beyond our sight.
    if isProxied, !request.address.isLoopback { return true }
    let isAllowed =
      peer?.mayServe(
        loopbackHost: request.address.isLoopback, allowsPrivate: limits.allowsPrivateAddresses) ?? false
    if isAllowed { hasTriedToConnect = true }
    if !isAllowed { forbiddenPeer = peer?.text ?? "an address that is not IP" }
    return isAllowed
  }

  private var isEncoded: Bool { headers["content-encoding"].map { $0 != "identity" } ?? false }

  private var promisedLength: Int? { headers["content-length"].flatMap(HeaderText.count) }

  private func breakOffTooLarge() -> Bool { breakOff(.tooLarge(limit: request.bodyLimit)) }

  private func breakOff(_ failure: TransportFailure) -> Bool {
    self.failure = failure
    return false
  }

  fileprivate static func from(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
    Unmanaged.fromOpaque(context).takeUnretainedValue()
  }
}

// MARK: - Options

extension CurlTransfer {
  private func setOptions(userAgent: String, authorities: String?) {
    set(CURLOPT_USERAGENT, userAgent)
    set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let authorities { set(CURLOPT_CAINFO, authorities) }
    // Redirects are ours to follow: libcurl would go to other hosts.
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_NOSIGNAL, 1)
    // A page of bars in one piece or two, not in ten.
    set(CURLOPT_BUFFERSIZE, 256 << 10)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, max(Int(limits.connectSeconds * 1000), 1))
  }

  private func setFunctions() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    curl_set_pointer(easy, CURLOPT_ERRORBUFFER, problem)
    curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context)
    curl_set_data_function(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let taken = bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) {
        CurlTransfer.from(context).takeHeader(UnsafeBufferPointer(start: $0, count: size * count))
      }
      return taken ? size * count : 0
    }
    curl_set_data_function(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let taken = bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) {
        CurlTransfer.from(context).takeBody(UnsafeBufferPointer(start: $0, count: size * count))
      }
      return taken ? size * count : 0
    }
    curl_set_socket_function(easy) { context, _, address in
      guard let context, let address else { return CURL_SOCKET_BAD }
      let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
      let peer = PeerAddress(
        socketAddress: UnsafeRawPointer(address) + offset, family: address.pointee.family)
      guard CurlTransfer.from(context).mayConnect(to: peer) else { return CURL_SOCKET_BAD }
      return socket(
        address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
        address.pointee.protocol)
    }
  }

  private func setHeaders() {
    curl_slist_free_all(headerList)
    headerList = nil
    for (name, value) in request.headers.sorted(by: { $0.key < $1.key }) {
      headerList = curl_slist_append(headerList, "\(name): \(value)") ?? headerList
    }
    curl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
  }

  private func set(_ option: CURLoption, _ value: Int) {
    let code = curl_set_long(easy, option, value)
    precondition(code == CURLE_OK, "libcurl refuses option \(option.rawValue)")
  }

  private func set(_ option: CURLoption, _ value: String?) {
    let code = curl_set_text(easy, option, value)
    precondition(code == CURLE_OK, "libcurl refuses option \(option.rawValue)")
  }
}
