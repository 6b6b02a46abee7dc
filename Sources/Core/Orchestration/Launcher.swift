/// A command line to be run, with the environment it is run in.
package struct Invocation: Sendable, Equatable {
  package var program: String
  package var arguments: [String]
  /// All of the child's environment: it inherits nothing else.
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

/// A program that was started, until it ended.
package struct ChildNumber: Hashable, Sendable {
  package var value: Int32

  package init(_ value: Int32) { self.value = value }
}

/// What happened to a child.
package enum ChildEvent: Sendable, Equatable {
  case wrote(ChildNumber, OutputPiece)
  /// It ended, and everything it wrote has been handed over; the code is 128 and the number for a signal.
  case ended(ChildNumber, exitCode: Int32)
}

/// Runs programs, several at a time.
///
/// The world beyond this protocol is processes; tests put their own in its place.
package protocol Launcher {
  func start(_ invocation: Invocation) throws -> ChildNumber

  /// Waits until something happens to a child, or so many seconds have passed (for ever when nil): then it is empty.
  func events(withinSeconds: Double?) throws -> [ChildEvent]

  /// Sends a signal to a child and all that it started.
  func signal(_ child: ChildNumber, _ number: Int32)
}

extension Launcher {
  /// Runs one program to its end, and gives what it wrote to stdout and its exit code.
  package func output(of invocation: Invocation) throws -> (bytes: [UInt8], exitCode: Int32) {
    let child = try start(invocation)
    var bytes: [UInt8] = []
    while true {
      for event in try events(withinSeconds: nil) {
        switch event {
        case .wrote(child, let piece): if piece.stream == .output { bytes += piece.bytes }
        case .ended(child, let code): return (bytes, code)
        default: break
        }
      }
    }
  }
}
