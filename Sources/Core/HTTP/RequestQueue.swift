/// A request that waits for its first or its next attempt.
struct PendingRequest: Sendable {
  var request: HTTPRequest
  var tag: Int
  /// In the order of submission.
  var order: Int
  /// How many attempts have failed.
  var failures = 0
  /// When the next attempt may be made.
  var notBefore = -Double.infinity
}

/// Requests in the order in which they were submitted; those that are tried again come first when they are due.
struct RequestQueue: Sendable {
  private var fresh: [PendingRequest] = []
  private var next = 0
  /// Few: no more than have been on their way at once.
  private var again: [PendingRequest] = []

  var isEmpty: Bool { next == fresh.count && again.isEmpty }
  var count: Int { fresh.count - next + again.count }

  mutating func append(_ request: PendingRequest) { fresh.append(request) }

  mutating func appendAgain(_ request: PendingRequest) { again.append(request) }

  mutating func removeAll() { self = RequestQueue() }

  /// The request whose turn it is, or that will be due first; nil when there is none.
  func first(at now: Double) -> PendingRequest? {
    if let due = again.filter({ $0.notBefore <= now }).min(by: { $0.order < $1.order }) { return due }
    if next < fresh.count { return fresh[next] }
    return again.min { $0.notBefore < $1.notBefore }
  }

  /// Takes out the request that ``first(at:)`` gave.
  mutating func remove(_ request: PendingRequest) {
    if let index = again.firstIndex(where: { $0.order == request.order }) {
      again.remove(at: index)
      return
    }
    precondition(
      next < fresh.count && fresh[next].order == request.order, "not the first request of the queue")
    next += 1
    // What was taken is let go of now and then, not one by one.
    if next == 1024 {
      fresh.removeFirst(next)
      next = 0
    }
  }
}
