/// A command line to be run, with what it needs from its surroundings.
package struct Invocation: Sendable, Equatable {
  package var program: String
  package var arguments: [String]
  /// Variables on top of the orchestrator's own.
  package var environment: [String: String]

  package init(program: String, arguments: [String], environment: [String: String] = [:]) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
  }

  /// As it would be typed into a shell, to be copied.
  package var commandLine: String {
    ([program] + arguments).map(Self.quoted).joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "._-/=:@%+,".utf8.contains(byte)
        }
      }
    return isPlain
      ? word
      : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

/// What a child writes, as it comes.
package struct OutputPiece: Sendable, Equatable {
  package enum Stream: Sendable { case output, error }
  package var stream: Stream
  package var bytes: [UInt8]

  package init(stream: Stream, bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// Runs programs.
///
/// The world beyond this protocol is processes; tests put their own in its place.
package protocol Launcher {
  /// Runs a program to its end, hands over what it writes, and gives its exit code (128 and the number for a
  /// signal).
  func run(_ invocation: Invocation, receive: (OutputPiece) -> Void) throws -> Int32
}
