extension WebAddress {
  /// Reads an address as people write it: `https://data-api.binance.vision`, `http://127.0.0.1:8080/mirror`.
  ///
  /// Refuses what could lead elsewhere than it seems to: user names, fragments, control characters, backslashes,
  /// dot segments, and hosts such as `127.1` or `0x7f000001` that some resolvers take for numbers.
  package init(parsing text: String) throws(HTTPError) {
    func refuse(_ problem: String) -> HTTPError {
      .badAddress(text: Redaction.address(text), problem: problem)
    }
    guard text.utf8.count <= 2048 else { throw refuse("it is longer than 2048 bytes") }
    guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
      throw refuse("it holds a space or a control character")
    }
    guard !text.contains("\\") else { throw refuse("it holds a backslash") }
    guard !text.contains("#") else { throw refuse("it has a fragment (#…)") }
    do throws(Problem) {
      try self.init(checking: text)
    } catch {
      throw refuse(error.text)
    }
  }

  private init(checking text: String) throws(Problem) {
    let (scheme, afterScheme) = try Self.scheme(of: text)
    let end = afterScheme.firstIndex { "/?".contains($0) } ?? afterScheme.endIndex
    let (host, port) = try Self.hostAndPort(of: afterScheme[..<end])
    let rest = afterScheme[end...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      scheme: scheme, host: host, port: port == scheme.port ? nil : port,
      path: try Self.path(rest.first ?? ""), query: rest.count > 1 ? try Self.query(rest[1]) : [])
    guard scheme == .https || isLoopback else {
      throw Problem("http is only for this machine (127.0.0.1, ::1, localhost); write https://")
    }
  }

  private static func scheme(of text: String) throws(Problem) -> (Scheme, Substring) {
    guard let colon = text.firstRange(of: "://") else { throw Problem("it does not begin with https://") }
    guard let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased()) else {
      throw Problem("its scheme is neither https nor http")
    }
    return (scheme, text[colon.upperBound...])
  }

  private static func hostAndPort(of authority: Substring) throws(Problem) -> (String, Int?) {
    guard !authority.contains("@") else {
      throw Problem("it has a user name before its host; secrets go into headers")
    }
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]"),
        let address = PeerAddress(literal: authority[..<close].dropFirst()),
        address.isVersion6
      else { throw Problem("between its brackets there is no IPv6 address") }
      return (address.text, try port(of: authority[close...].dropFirst()))
    }
    let end = authority.firstIndex(of: ":") ?? authority.endIndex
    return (try hostName(authority[..<end]), try port(of: authority[end...]))
  }

  private static func hostName(_ text: Substring) throws(Problem) -> String {
    let host = text.lowercased()
    if PeerAddress(literal: host) != nil { return host }
    guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw Problem("its host is not ASCII; write the xn--… form")
    }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard host.utf8.count <= 253, labels.allSatisfy(isLabel) else {
      throw Problem(host.isEmpty ? "it has no host" : "its host is no name")
    }
    // No top-level domain begins with a digit: such a name is a number in disguise.
    guard let last = labels.last?.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) else {
      throw Problem("its host is neither a name nor four numbers")
    }
    return host
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count)
      && label.utf8.allSatisfy {
        PercentEncoding.isUnreserved($0) && $0 != UInt8(ascii: "~") && $0 != UInt8(ascii: ".")
      } && !label.hasPrefix("-") && !label.hasSuffix("-")
  }

  private static func port(of text: Substring) throws(Problem) -> Int? {
    guard !text.isEmpty else { return nil }
    let digits = text.dropFirst()
    guard text.hasPrefix(":"), (1...5).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let port = Int(digits), (1...65_535).contains(port)
    else { throw Problem("its port is no number from 1 to 65535") }
    return port
  }

  private static func path(_ text: Substring) throws(Problem) -> String {
    guard !text.isEmpty else { return "/" }
    for component in text.split(separator: "/") {
      guard let name = PercentEncoding.decode(component) else {
        throw Problem("its path has a percent sign without two digits, or is no UTF-8")
      }
      guard name != ".", name != ".." else { throw Problem("its path holds . or ..") }
    }
    return PercentEncoding.encode(text.utf8, keeping: PercentEncoding.isOfPath)
  }

  private static func query(_ text: Substring) throws(Problem) -> [(name: String, value: String)] {
    var items: [(name: String, value: String)] = []
    for item in text.split(separator: "&") {
      let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(sides[0]),
        let value = sides.count > 1 ? PercentEncoding.decode(sides[1]) : ""
      else { throw Problem("its query has a percent sign without two digits, or is no UTF-8") }
      items.append((name, value))
    }
    return items
  }
}

/// What is wrong with an address, to be put beside its text.
private struct Problem: Error {
  let text: String

  init(_ text: String) { self.text = text }
}
