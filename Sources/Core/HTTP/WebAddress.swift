/// An address that may be asked: https, or http on the loopback interface.
package struct WebAddress: Hashable, Sendable {
  package enum Scheme: String, Sendable {
    case http, https

    var port: Int { self == .http ? 80 : 443 }
  }

  package var scheme: Scheme
  /// Lower case; an IPv6 address without its brackets.
  package var host: String
  /// Nil for the scheme's own.
  package var port: Int?
  /// Begins with `/`; percent-encoded.
  package var path: String
  /// Not yet encoded.
  package var query: [(name: String, value: String)] = []

  /// `https://host[:port]/path`, whole, as it goes to the server.
  package var text: String {
    guard !query.isEmpty else { return description }
    let items = query.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }
    return description + "?" + items.joined(separator: "&")
  }

  /// Whether the host is this machine by its own name or number, without asking a name server.
  package var isLoopback: Bool {
    host == "localhost" || PeerAddress(literal: host)?.reach == .loopback
  }

  /// The address with components added to its path, each percent-encoded whole, slashes and dots included.
  package func appending(path components: [String]) -> WebAddress {
    var longer = self
    for component in components {
      if !longer.path.hasSuffix("/") { longer.path += "/" }
      // A component of dots would mean the folder above, and a symbol may be named so.
      let isDots = component == "." || component == ".."
      longer.path += isDots ? component.map { _ in "%2E" }.joined() : PercentEncoding.encode(component)
    }
    return longer
  }

  /// The address with this query in place of its own.
  package func with(query: [(name: String, value: String)]) -> WebAddress {
    var asking = self
    asking.query = query
    return asking
  }

  package static func == (left: WebAddress, right: WebAddress) -> Bool { left.text == right.text }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension WebAddress: CustomStringConvertible {
  /// Without the query, which may hold secrets: fit for logs.
  package var description: String {
    let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    return "\(scheme.rawValue)://\(host)\(port.map { ":\($0)" } ?? "")\(path)"
  }
}
