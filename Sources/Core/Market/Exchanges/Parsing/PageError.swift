package import Artifacts
private import Chronology

/// Why a body of an exchange gives no candles.
package enum PageError: Failure, Equatable {
  /// The body has not the shape or the sense of candles: it may have been damaged on its way, so ask again.
  case malformed(String)
  /// Two different bars for one opening (ms since the epoch): nobody can say which is true.
  case conflict(time: Int64)
  /// The server says no, and will say no again.
  case refused(DownloadError)
  /// Kraken answered 200 and an error.
  case kraken(KrakenError)

  /// Whether the same question may have a better answer later.
  package var isWorthAskingAgain: Bool {
    switch self {
    case .malformed: true
    case .conflict, .refused: false
    case .kraken(let error): error.kind == .rateLimit || error.kind == .temporary
    }
  }

  package var exitStatus: ExitStatus { isWorthAskingAgain ? .temporary : .badData }

  package var description: String {
    switch self {
    case .malformed(let problem): "the answer holds no candles as documented: \(problem); ask again"
    case .conflict(let time):
      """
      the answer holds two different bars for \(Instant(milliseconds: time)); compare them with the exchange's \
      chart, and report it there
      """
    case .refused(let error): error.description
    case .kraken(let error): error.description
    }
  }
}

extension PageError {
  /// A server's text, fit for a message: short, and without control characters, which a terminal would obey.
  static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(200).map { scalar in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "\u{FFFD}" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
