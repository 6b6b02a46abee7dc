/// The head of an HTTP request.
struct Request {
  var method: String
  /// Path and query as they were sent.
  var target: String
  /// Decoded.
  var path: String
  /// Decoded, in the order sent.
  var query: [(name: String, value: String)]
  /// By lower-case name; of a name sent twice, the last.
  var headers: [String: String]
  /// Whether the client wants to ask again on this connection.
  var keepsAlive: Bool
  /// Bytes of body that follow; they are read and dropped.
  var bodyLength: Int

  /// Reads everything before the empty line; nil when it is no HTTP.
  init?(parsing head: some StringProtocol) {
    var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
    guard let words = lines.popFirst()?.split(separator: " ", omittingEmptySubsequences: false),
      words.count == 3, words[1].hasPrefix("/"), words[2].hasPrefix("HTTP/1.")
    else { return nil }
    method = String(words[0])
    target = String(words[1])
    let parts = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = Self.decoded(parts[0], plusIsSpace: false)
    query = parts.count == 2 ? Self.pairs(parts[1]) : []
    headers = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers[line[..<colon].lowercased()] = String(value)
    }
    let connection = headers["connection"]?.lowercased() ?? ""
    keepsAlive = words[2] == "HTTP/1.1" ? connection != "close" : connection == "keep-alive"
    guard let length = Int(headers["content-length"] ?? "0"), (0...1_000_000).contains(length) else {
      return nil
    }
    bodyLength = length
  }

  /// The value of a parameter; nil when it was not sent.
  func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

  private static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)] {
    text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (
        decoded(parts[0], plusIsSpace: true), parts.count == 2 ? decoded(parts[1], plusIsSpace: true) : ""
      )
    }
  }

  /// Percent-decodes; what is no code stays as it is.
  private static func decoded(_ text: some StringProtocol, plusIsSpace: Bool) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return String(text)
    }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, !rest.starts(with: [UInt8(ascii: "+")]),
        let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
