package import Artifacts

/// What can go wrong between us and a server; no text holds a query or a header, which may be secret.
package enum HTTPError: Failure, Equatable {
  case badAddress(text: String, problem: String)
  /// Every attempt failed, the last one for this reason.
  case gaveUp(address: String, attempts: Int, reason: String)
  /// The time set for all requests together is over, or would be before the server lets us go on.
  ///
  /// `reason` is what stood in the way.
  case deadline(seconds: Double, reason: String)
  /// The server did not prove who it is.
  case insecure(address: String, reason: String)
  /// The host's name leads into this machine or its network.
  case forbiddenAddress(address: String, peer: String)
  /// The server answers, and says no; for callers that have no better words.
  case refused(address: String, status: Int, excerpt: String)

  package var exitStatus: ExitStatus {
    switch self {
    case .badAddress, .forbiddenAddress: .usage
    case .gaveUp, .deadline, .insecure: .temporary
    case .refused: .badData
    }
  }

  package var description: String {
    switch self {
    case .badAddress(let text, let problem):
      "'\(text)' is no address to ask: \(problem); an address looks like https://host/path"
    case .gaveUp(let address, let attempts, let reason):
      """
      \(address): gave up after \(attempts) attempt\(attempts == 1 ? "" : "s"), the last of which failed because \
      \(reason); run the command again later, what has come is kept
      """
    case .deadline(let seconds, let reason):
      """
      the requests could not be done within \(Self.words(seconds)): \(reason); run the command again later, or allow more \
      time
      """
    case .insecure(let address, let reason):
      """
      \(address): the server did not prove who it is: \(reason); check the address, this machine's clock and its \
      certificates
      """
    case .forbiddenAddress(let address, let peer):
      """
      \(address) leads to \(peer), which is inside this machine or its network; check the address and the name \
      server, or allow private addresses for a mirror of your own
      """
    case .refused(let address, let status, let excerpt):
      "\(address): the server answers \(status)\(Self.meaning(of: status))"
        + (excerpt.isEmpty ? "" : ": \(excerpt)")
    }
  }

  /// The refusal that a response is, with the beginning of its text.
  package init(refusing request: HTTPRequest, _ response: HTTPResponse) {
    let excerpt = String(decoding: response.body.prefix(400), as: UTF8.self)
    self = .refused(
      address: request.address.description, status: response.status,
      excerpt: Redaction.printable(excerpt, atMost: 200))
  }

  private static func meaning(of status: Int) -> String {
    switch status {
    case 401, 403: " (forbidden; check the address and the key)"
    case 404: " (not found; check the names in the address)"
    case 451: " (not served to this location; try another address of the same data)"
    default: ""
    }
  }

  /// Seconds as people say them.
  static func words(_ seconds: Double) -> String {
    switch seconds {
    case ..<10: "\((seconds * 10).rounded() / 10) s"
    case ..<600: "\(Int(seconds.rounded(.up))) s"
    case ..<36_000: "\(Int((seconds / 60).rounded(.up))) min"
    case ..<1e15: "\(Int((seconds / 3600).rounded(.up))) h"
    default: "ever"
    }
  }
}
