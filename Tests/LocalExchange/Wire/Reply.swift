/// Status and headers of an answer; its body lies in the connection's buffer.
struct Reply {
  var status: Int
  var contentType = "application/json;charset=UTF-8"
  /// Beside Date, Content-Type, Content-Length and Connection, which every reply has.
  var headers: [(name: String, value: String)] = []

  static let html = "text/html"
  static let xml = "application/xml"

  static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 302: "Found"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 418: "I'm a teapot"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: "Unknown"
    }
  }
}

/// How the end of a body is told, and where a faulty one ends.
enum Framing {
  /// Content-Length, and exactly so many bytes.
  case exact
  /// A Content-Length that is so much larger than the body.
  case tooLong(by: Int)
  /// No length: the body ends where the connection does.
  case untilClose
  /// Chunks, without the last one.
  case truncatedChunks
}

extension ByteBuffer {
  /// Writes status line and headers for a body of so many bytes.
  func writeHead(of reply: Reply, bodyCount: Int, framing: Framing, keepsAlive: Bool, now: Int64) {
    append("HTTP/1.1 ")
    append(Int64(reply.status))
    append(UInt8(ascii: " "))
    append(Reply.reason(reply.status))
    append("\r\nDate: ")
    append(HTTPDate.text(now))
    append("\r\nContent-Type: ")
    append(reply.contentType)
    append("\r\n")
    switch framing {
    case .exact: appendLength(bodyCount)
    case .tooLong(let surplus): appendLength(bodyCount + surplus)
    case .untilClose: break
    case .truncatedChunks: append("Transfer-Encoding: chunked\r\n")
    }
    for (name, value) in reply.headers { append(name + ": " + value + "\r\n") }
    append(keepsAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n")
  }

  private func appendLength(_ count: Int) {
    append("Content-Length: ")
    append(Int64(count))
    append("\r\n")
  }
}
