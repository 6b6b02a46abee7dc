import Chronology
import HTTP

extension HTTPResponse {
  /// The server's clock as the header `Date` tells it, to the second (RFC 9110, 6.6.1).
  func date() throws(PageError) -> Instant {
    guard let text = headers["date"], let date = RetryAfter.date(text) else {
      throw .malformed("a Date header is expected")
    }
    return date
  }
}
