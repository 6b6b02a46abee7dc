/// Makes text from elsewhere fit for messages and logs.
package enum Redaction {
  /// An address without what may be secret, its user name and its query, and without control characters.
  package static func address(_ text: String) -> String {
    var rest = Substring(text)
    if let query = rest.firstIndex(where: { "?#".contains($0) }) { rest = rest[..<query] }
    if let at = rest.lastIndex(of: "@") {
      let scheme = rest.firstRange(of: "://").map { rest[..<$0.upperBound] } ?? ""
      rest = scheme + "…" + rest[at...]
    }
    return printable(rest, atMost: 120)
  }

  /// One line without control characters, cut off after some of them: a server's text must not move the terminal.
  package static func printable(_ text: some StringProtocol, atMost limit: Int) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit) {
      line.append(isControl(scalar) ? " " : scalar)
    }
    return String(line) + (text.unicodeScalars.count > limit ? "…" : "")
  }

  /// The control characters of ASCII and of Latin 1, line separators, and those that turn the direction of text.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
