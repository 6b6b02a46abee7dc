/// How much a server takes in a window of time.
package struct RateLimit: Sendable, Equatable {
  package enum Unit: Sendable { case weight, requests }

  package var limit: Int
  package var windowSeconds: Double
  /// The header, in lower case, that says how much of it is used; nil for `x-mbx-used-weight-1m` and its like.
  package var headerName: String?
  package var unit: Unit

  package init(limit: Int, windowSeconds: Double, headerName: String? = nil, unit: Unit = .weight) {
    precondition(limit > 0 && windowSeconds > 0, "a limit of \(limit) in \(windowSeconds) s allows nothing")
    self.limit = limit
    self.windowSeconds = windowSeconds
    self.headerName = headerName
    self.unit = unit
  }

  /// What a response says about how much is used; nil when it says nothing.
  func used(in headers: [String: String]) -> Int? {
    if let headerName { return headers[headerName].flatMap(HeaderText.count) }
    guard unit == .weight else { return nil }
    let prefix = "x-mbx-used-weight-"
    for (name, value) in headers where name.hasPrefix(prefix) {
      if Self.seconds(ofWindow: name.dropFirst(prefix.count)) == windowSeconds {
        return HeaderText.count(value)
      }
    }
    return nil
  }

  /// The seconds of `1m`, `10s`, `5m`, `1d`: a number of seconds, minutes, hours or days.
  static func seconds(ofWindow text: some StringProtocol) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = HeaderText.count(String(text.dropLast())),
      count > 0
    else { return nil }
    return Double(count) * unit
  }
}
