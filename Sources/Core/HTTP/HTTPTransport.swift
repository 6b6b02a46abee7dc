/// A GET request to be sent.
package struct HTTPRequest: Sendable, Equatable {
  package var address: WebAddress
  /// Added to the client's own headers; they may hold secrets and are never logged.
  package var headers: [String: String]
  /// The most bytes of body, after decompression, that are taken.
  package var bodyLimit: Int
  /// What the request costs of the server's budget.
  package var weight: Int

  package init(
    _ address: WebAddress, headers: [String: String] = [:], bodyLimit: Int = 16 << 20, weight: Int = 1
  ) {
    self.address = address
    self.headers = headers
    self.bodyLimit = bodyLimit
    self.weight = weight
  }
}

/// What a server answered.
package struct HTTPResponse: Sendable, Equatable {
  package var status: Int
  /// By lower-case name; of a name sent twice, the last.
  package var headers: [String: String]
  package var body: [UInt8]

  package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Sends requests and waits for what comes back.
///
/// The world beyond this protocol is the network; tests put a script in its place.
package protocol HTTPTransport: AnyObject {
  /// Begins to send a request; it completes in a later ``wait(seconds:)`` under the same number.
  func start(_ request: HTTPRequest, number: Int)

  /// Waits until at least one request completes, at most so long, and gives all that did.
  func wait(seconds: Double) -> [(number: Int, result: Result<HTTPResponse, TransportFailure>)]

  /// Gives up all requests that are on their way.
  func cancelAll()
}

/// Why a request brought no response.
package enum TransportFailure: Error, Equatable, Sendable {
  case unresolvable(host: String)
  case noConnection(String)
  case insecure(String)
  /// Too slow, or silent for too long.
  case stalled
  /// The connection broke, or fewer bytes came than were promised.
  case cutOff(String)
  case tooLarge(limit: Int)
  case tooManyHeaders
  /// A redirect to another host, to another scheme, or too many of them.
  case forbiddenRedirect(String)
  /// The host resolves to an address inside this machine or its network.
  case forbiddenAddress(String)
  /// The server does not speak HTTP, or its content coding is broken.
  case malformed(String)
}
