package import Artifacts

/// What Kraken says in `error`, with status 200.
///
/// Messages are `<severity><category>:<text>`, of severity E (error) or W (warning):
/// https://docs.kraken.com/api/docs/guides/spot-errors
package struct KrakenError: Failure, Equatable {
  package enum Kind: Sendable {
    /// Ask more slowly.
    case rateLimit
    /// The exchange is busy or down; ask again later.
    case temporary
    case unknownPair
    /// The question is wrong, and stays wrong.
    case permanent
  }

  package let kind: Kind
  /// As received, shortened and without control characters.
  package let messages: [String]

  /// `messages` are as received; nil when none of them is an error.
  package init?(messages: [String]) {
    let errors = messages.filter { !$0.hasPrefix("W") }
    guard !errors.isEmpty else { return nil }
    let kinds = errors.map(Self.kind)
    // The hardest cause decides: waiting does not mend a wrong name.
    kind = [.unknownPair, .permanent, .rateLimit].first { kinds.contains($0) } ?? .temporary
    self.messages = errors.prefix(8).map(PageError.printable)
  }

  /// The error that a body holds; nil when it holds none.
  package static func parse(_ body: [UInt8]) -> KrakenError? {
    guard let messages = (try? JSON(parsing: body))?["error"]?.strings else { return nil }
    return KrakenError(messages: messages)
  }

  private static func kind(of message: String) -> Kind {
    switch message {
    case "EQuery:Unknown asset pair", "EQuery:Unknown asset", "EQuery:Invalid asset pair": return .unknownPair
    case "EGeneral:Too many requests", "EGeneral:Temporary lockout": return .rateLimit
    default:
      if message.hasPrefix("EAPI:Rate limit") || message.hasPrefix("EService:Throttled") { return .rateLimit }
      return message.hasPrefix("EService:") || message.hasPrefix("EGeneral:Internal error")
        ? .temporary : .permanent
    }
  }

  package var exitStatus: ExitStatus { kind == .rateLimit || kind == .temporary ? .temporary : .badData }

  package var description: String {
    let text = messages.joined(separator: "; ")
    return switch kind {
    case .rateLimit: "Kraken limits our requests (\(text)); wait a minute and ask again"
    case .temporary: "Kraken is not available (\(text)); try again later"
    case .unknownPair: "Kraken knows no such pair (\(text)); check the symbol against its list of asset pairs"
    case .permanent: "Kraken refuses the request (\(text)); check symbol and interval"
    }
  }
}
