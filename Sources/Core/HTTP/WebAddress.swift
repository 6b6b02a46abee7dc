/// An address that may be asked: https, or http on the loopback interface.
package struct WebAddress: Hashable, Sendable {
  package enum Scheme: String, Sendable { case http, https }

  package var scheme: Scheme
  /// Lower case.
  package var host: String
  /// Nil for the scheme's own.
  package var port: Int?
  /// Begins with `/`; percent-encoded.
  package var path: String
  /// Not yet encoded.
  package var query: [(name: String, value: String)] = []

  /// `https://host[:port]/path`, whole, as it goes to the server.
  package var text: String { "" }

  package static func == (left: WebAddress, right: WebAddress) -> Bool { left.text == right.text }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
