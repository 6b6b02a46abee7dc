private import Glibc
package import Artifacts
private import Chronology
package import Logging

/// What a program says: results on stdout, progress and log on stderr.
package enum Console {
  /// Writes to stdout.
  ///
  /// A reader that went away, or a full disk behind a redirection, is an error: a result that nobody got must not
  /// look like success.
  package static func write(_ text: String) throws(DiskError) { try write(Array(text.utf8)) }

  /// Writes text to stdout with control characters, which data can bring in, spelt out.
  package static func write(plain text: String) throws(DiskError) { try write(harmless(text)) }

  /// Writes bytes to stdout as they are.
  package static func write(_ bytes: [UInt8]) throws(DiskError) {
    guard put(bytes, to: STDOUT_FILENO) else { throw .failed("write to", "the standard output", errno) }
  }

  /// Writes a line to stderr, as well as it can.
  ///
  /// Control characters, which data can bring in, are spelt out: they must not drive the terminal.
  package static func note(_ line: String) { showLive(Array((harmless(line) + "\n").utf8)) }

  /// Writes bytes to stderr as they are.
  package static func showLive(_ bytes: [UInt8]) { _ = put(bytes, to: STDERR_FILENO) }

  /// A text whose control characters, but for tabs and line feeds, are spelt out.
  package static func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if isControl(scalar) {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }

  /// C0 without tab and line feed, DEL, and C1.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0...0x1F, 0x7F...0x9F: true
    default: false
    }
  }

  private static func put(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Whether progress may overwrite its line: stderr is a terminal, or the orchestrator, which stands between,
  /// says that its own is one.
  package static var hasLiveStderr: Bool {
    if let value = getenv(liveVariable) { return String(cString: value) == "1" }
    return isatty(STDERR_FILENO) == 1 && !isDumbTerminal
  }

  /// Set by the orchestrator for its children.
  package static let liveVariable = "CANDLEWICK_LIVE_STDERR"

  private static var isDumbTerminal: Bool { getenv("TERM").map { String(cString: $0) == "dumb" } ?? false }

  /// The logger of a program.
  package static func logger(label: String, format: LogFormat) -> Logger {
    Logger(label: label) { label in
      switch format {
      case .text: TextLogHandler()
      case .json: JSONLogHandler(label: label)
      }
    }
  }
}

/// Log lines for people: the message, with the level when it is worth a look.
private struct TextLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let prefix = event.level >= .warning ? "\(event.level): " : ""
    Console.note(prefix + event.message.description)
  }
}

/// Log lines for machines: one JSON object each.
private struct JSONLogHandler: LogHandler {
  let label: String
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  init(label: String) { self.label = label }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let line: JSON = [
      "time": .string(Clock.now.description), "program": .string(label), "level": .string("\(event.level)"),
      "message": .string(event.message.description),
    ]
    Console.note(line.canonical)
  }
}
