import HTTP

/// Answers requests as a script says, in the time of a jumping clock.
final class ScriptedTransport: HTTPTransport {
  struct Start: Equatable {
    var path: String
    var seconds: Double
    /// How many others were on their way.
    var others: Int
  }

  struct Answer {
    var latency = 0.05
    var result: Result<HTTPResponse, TransportFailure>

    static func status(
      _ status: Int, _ headers: [String: String] = [:], body: String = "", after latency: Double = 0.05
    ) -> Answer {
      Answer(
        latency: latency,
        result: .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8))))
    }

    static func failure(_ failure: TransportFailure, after latency: Double = 0.05) -> Answer {
      Answer(latency: latency, result: .failure(failure))
    }
  }

  private let time: JumpingTime
  /// What is answered to a request that is the so many-th start of all, from 0.
  private let script: (HTTPRequest, Int) -> Answer
  private var underway: [(number: Int, end: Double, result: Result<HTTPResponse, TransportFailure>)] = []
  private(set) var starts: [Start] = []
  private(set) var waits = 0
  private(set) var cancellations = 0

  init(_ time: JumpingTime, script: @escaping (HTTPRequest, Int) -> Answer) {
    self.time = time
    self.script = script
  }

  func start(_ request: HTTPRequest, number: Int) {
    let answer = script(request, starts.count)
    starts.append(Start(path: request.address.path, seconds: time.seconds, others: underway.count))
    underway.append((number, time.seconds + answer.latency, answer.result))
  }

  func wait(seconds: Double) -> [(number: Int, result: Result<HTTPResponse, TransportFailure>)] {
    waits += 1
    let end = underway.map(\.end).min() ?? .infinity
    time.advance(to: min(end, time.seconds + seconds))
    let done = underway.filter { $0.end <= time.seconds }
    underway.removeAll { $0.end <= time.seconds }
    return done.map { ($0.number, $0.result) }
  }

  func cancelAll() {
    cancellations += 1
    underway = []
  }
}
