/// What follows from a response or from a failure.
enum Verdict: Equatable {
  case deliver
  /// Another attempt may succeed.
  case again(FailureClass, reason: String)
  /// As ``again``, but the server wants no request at all for a while: so many seconds, if it said how many.
  case rest(FailureClass, seconds: Double?, status: Int)
  /// Another attempt would be no better.
  case fail(HTTPError)

  /// `now` is the wall clock in milliseconds since 1970.
  init(_ response: HTTPResponse, now: Int64) {
    let wish = response.headers["retry-after"].flatMap { RetryAfter.parse($0, now: now) }
    switch response.status {
    case 429: self = .rest(.limited, seconds: wish, status: 429)
    case 418: self = .rest(.banned, seconds: wish ?? Self.endOfBan(in: response.body, now: now), status: 418)
    case 503 where wish != nil: self = .rest(.serverError, seconds: wish, status: 503)
    case 500...599: self = .again(.serverError, reason: "the server answered \(response.status)")
    default: self = .deliver
    }
  }

  init(_ failure: TransportFailure, of request: HTTPRequest) {
    let address = request.address.description
    switch failure {
    case .insecure(let words): self = .fail(.insecure(address: address, reason: words))
    case .forbiddenAddress(let peer): self = .fail(.forbiddenAddress(address: address, peer: peer))
    default: self = .again(failure.failureClass ?? .malformed, reason: failure.description)
    }
  }

  /// Seconds until the moment in «IP banned until 1659761931230», which is in milliseconds since 1970.
  static func endOfBan(in body: [UInt8], now: Int64) -> Double? {
    let text = String(decoding: body.prefix(1024), as: UTF8.self)
    guard let place = text.firstRange(of: "banned until ") else { return nil }
    let digits = text[place.upperBound...].prefix { $0.isASCII && $0.isNumber }
    guard let end = Int64(digits), end > now, digits.count <= 16 else { return nil }
    return min(Double(end - now) / 1000, RetryAfter.longest)
  }
}
