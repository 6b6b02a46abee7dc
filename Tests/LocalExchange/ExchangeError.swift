package import Artifacts

/// Why the exchange could not open.
package enum ExchangeError: Failure, Equatable {
  case portTaken(Int)
  case system(call: String, code: Int32)

  package var exitStatus: ExitStatus {
    if case .portTaken = self { return .usage }
    return .inputOutput
  }

  package var description: String {
    switch self {
    case .portTaken(let port):
      "port \(port) of 127.0.0.1 is taken; choose another, or 0 for any that is free"
    case .system(let call, let code):
      "the exchange cannot open: \(call) failed with error \(code); check the limits of files and threads"
    }
  }
}
