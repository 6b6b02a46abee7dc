private import Artifacts

/// A request that Binance refuses: status, code and message.
///
/// Source: https://github.com/binance/binance-spot-api-docs/blob/master/errors.md
struct BinanceRefusal: Error, Equatable {
  var status = 400
  var code: Int
  var message: String

  init(_ code: Int, _ message: String, status: Int = 400) {
    self.status = status
    self.code = code
    self.message = message
  }

  static let invalidSymbol = Self(-1121, "Invalid symbol.")
  static let invalidInterval = Self(-1120, "Invalid interval.")
  static let badTimeUnit = Self(
    -1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.")
  static let startAfterEnd = Self(-1023, "Start time is greater than end time.")

  static func missing(_ name: String) -> Self {
    Self(-1102, "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed.")
  }
  static func illegalCharacters(_ name: String, _ range: String) -> Self {
    Self(-1100, "Illegal characters found in parameter '\(name)'; legal range is '\(range)'.")
  }
  static func duplicate(_ name: String) -> Self {
    Self(-1101, "Too many parameters; duplicate values for parameter '\(name)' detected.")
  }
  static func unread(read: Int, sent: Int) -> Self {
    Self(
      -1104, "Not all sent parameters were read; read '\(read)' parameter(s) but was sent '\(sent)'.")
  }
  static func empty(_ name: String) -> Self { Self(-1105, "Parameter '\(name)' was empty.") }
  static func overflow(_ name: String) -> Self { Self(-1108, "Parameter '\(name)' overflowed.") }
  static func invalid(_ name: String) -> Self {
    Self(-1130, "Data sent for parameter '\(name)' is not valid.")
  }
  static func unknownPath(_ path: String) -> Self {
    Self(-5000, "Path \(path), Method GET is invalid", status: 404)
  }

  /// 429 or, while banned, 418.
  static func tooMany(limit: Int, bannedUntil: Int64?) -> Self {
    guard let bannedUntil else {
      return Self(
        -1003,
        """
        Too much request weight used; current limit is \(limit) request weight per 1 MINUTE. Please use WebSocket \
        Streams for live updates to avoid polling the API.
        """, status: 429)
    }
    return Self(
      -1003,
      """
      Way too much request weight used; IP banned until \(bannedUntil). Please use WebSocket Streams for live \
      updates to avoid bans.
      """, status: 418)
  }

  /// One of four failures of the server.
  static func serverError(_ detail: UInt64) -> Self {
    switch detail >> 8 & 3 {
    case 0: Self(-1000, "An unknown error occurred while processing the request.", status: 500)
    case 1: Self(-1001, "Internal error; unable to process your request. Please try again.", status: 502)
    case 2:
      Self(
        -1008, "Server is currently overloaded with other requests. Please try again in a few minutes.",
        status: 503)
    default:
      Self(
        -1007,
        "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
        status: 504)
    }
  }

  /// The answer, its body written.
  func answer(into body: ByteBuffer) -> Answer {
    let json: JSON = ["code": JSON(code), "msg": .string(message)]
    body.append(json.canonical)
    return Answer(Reply(status: status))
  }
}
