extension PoliteClient {
  /// How often and how fast to try.
  package struct Policy: Sendable, Equatable {
    /// Attempts for one request, the first included.
    package var attempts = 8
    /// The longest wait before the second attempt; it doubles with each one.
    package var firstDelay: Double = 0.5
    package var maximumDelay: Double = 60
    /// The most requests on their way at once.
    package var parallel = 4
    /// For all requests together, from the first call of ``PoliteClient/next()``; nil for no end.
    package var deadlineSeconds: Double?

    package init() {}

    package init(
      attempts: Int = 8, firstDelay: Double = 0.5, maximumDelay: Double = 60, parallel: Int = 4,
      deadlineSeconds: Double? = nil
    ) {
      precondition(
        attempts > 0 && parallel > 0, "\(attempts) attempts, \(parallel) at once: nothing would be sent")
      self.attempts = attempts
      self.firstDelay = firstDelay
      self.maximumDelay = maximumDelay
      self.parallel = parallel
      self.deadlineSeconds = deadlineSeconds
    }
  }

  /// A response, and the request it answers.
  package struct Delivery: Sendable {
    /// What the caller submitted the request under.
    package var tag: Int
    package var request: HTTPRequest
    package var response: HTTPResponse
    /// How many attempts had failed before.
    package var failures: Int
    let order: Int
  }

  /// What was done so far.
  package struct Statistics: Sendable, Equatable {
    package var requestsStarted = 0
    package var failures: [FailureClass: Int] = [:]
    /// Seconds in which nothing was on its way.
    package var secondsWaited: Double = 0
    package var weightUsed = 0
    /// Of bodies, after decompression.
    package var bytesReceived = 0
  }

  /// Something that a log should tell.
  package enum Event: Sendable, Equatable {
    /// No request starts for so long, because the server's limit would be reached.
    case waiting(seconds: Double)
    /// The server has asked for rest: no request starts for so long.
    case resting(seconds: Double, status: Int, address: String)
    /// An attempt failed; the next one is made after so long at the earliest.
    case retrying(address: String, failures: Int, attempts: Int, seconds: Double, reason: String)
  }
}

extension PoliteClient.Event: CustomStringConvertible {
  package var description: String {
    switch self {
    case .waiting(let seconds): "waiting \(HTTPError.words(seconds)) to stay within the server's limits"
    case .resting(let seconds, let status, let address):
      "\(address) answered \(status): resting \(HTTPError.words(seconds))"
    case .retrying(let address, let failures, let attempts, let seconds, let reason):
      "\(address): \(reason); attempt \(failures + 1) of \(attempts) in \(HTTPError.words(seconds))"
    }
  }
}
