/// How a program ends, as its exit code says it (artifacts/README.md, «Exit codes»).
package enum ExitStatus: Int32, Sendable {
  case done = 0
  /// A wrong flag or a wrong `pipeline.yaml`.
  case usage = 2
  /// The data is damaged or does not fit; trying again will not help.
  case badData = 65
  /// Something that another step, or the user, must provide first.
  case missingInput = 66
  /// Our own mistake.
  case ourBug = 70
  /// The disk or the system failed.
  case inputOutput = 74
  /// Try again later.
  case temporary = 75
  /// A gate refused the model.
  case refused = 78
  case timedOut = 124
  case interrupted = 130
}

/// An error that knows how the program which meets it should end.
///
/// Every room has one enum of them: a case per cause, the data in the case, the words in `description`: what,
/// where, and what to do next.
package protocol Failure: Error, CustomStringConvertible, Sendable {
  var exitStatus: ExitStatus { get }
}
