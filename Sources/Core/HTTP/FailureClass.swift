/// Kinds of failed attempts, for statistics.
package enum FailureClass: String, Sendable, CaseIterable {
  /// 429.
  case limited
  /// 418.
  case banned
  /// 500 to 599.
  case serverError
  case noConnection
  case stalled
  case cutOff
  case malformed
  /// More bytes or headers than allowed, or a redirect elsewhere: a proxy's doing, or an enemy's.
  case hostile
  /// A 200 whose body its reader refused.
  case wrongShape
}

extension TransportFailure {
  /// Nil when another attempt would be no better.
  var failureClass: FailureClass? {
    switch self {
    case .unresolvable, .noConnection: .noConnection
    case .stalled: .stalled
    case .cutOff: .cutOff
    case .malformed: .malformed
    case .tooLarge, .tooManyHeaders, .forbiddenRedirect: .hostile
    case .insecure, .forbiddenAddress: nil
    }
  }
}

extension TransportFailure: CustomStringConvertible {
  /// The second half of a sentence that says what did not work.
  package var description: String {
    switch self {
    case .unresolvable(let host): "the name \(host) cannot be resolved"
    case .noConnection(let words): "no connection was made (\(words))"
    case .insecure(let words): "the server did not prove who it is (\(words))"
    case .stalled: "the server was silent or too slow"
    case .cutOff(let words): "the connection broke (\(words))"
    case .tooLarge(let limit): "more than the allowed \(limit) bytes came"
    case .tooManyHeaders: "too many headers came"
    case .forbiddenRedirect(let place): "it was redirected to \(place), which is not followed"
    case .forbiddenAddress(let peer): "its name leads to \(peer), inside this machine or its network"
    case .malformed(let words): "what came is not HTTP (\(words))"
    }
  }
}
