/// What is used of one limit, as far as can be known from here.
///
/// The server counts in windows of its own clock, and others at our address count as well. Two bounds are known,
/// and the lower one holds: what the server last said with what was sent since; and what we sent within a window's
/// length until now, with what others had used when the server last said something. The second one frees us when
/// the server's window has rolled over and no response has told so yet.
struct RateWindow: Sendable {
  var limit: RateLimit
  /// What we spent, by the time when its response came: the server counted it before that.
  private var spent: [(seconds: Double, cost: Int)] = []
  private var underway = 0
  private var report: Report?

  /// What the server said.
  private struct Report {
    var used: Int
    /// By others, at least.
    var foreign: Int
    var seconds: Double
  }

  /// A window in which nothing was spent yet; requests of so many costs are on their way.
  init(_ limit: RateLimit, underway: Int = 0) {
    self.limit = limit
    self.underway = underway
  }

  /// What we know of ourselves, for a window of another length.
  var withoutReport: RateWindow {
    var window = self
    window.report = nil
    return window
  }

  /// Seconds until a request of this weight may start; infinite while only responses can make room.
  func delay(for weight: Int, at now: Double, share: Double) -> Double {
    let cost = cost(ofWeight: weight)
    // A request beyond our share alone must start some time: with nothing else in the window.
    let capacity = max(Int(Double(limit.limit) * share), cost)
    if used(at: now) + cost <= capacity { return 0 }
    let changes = spent.map(\.seconds) + (report.map { [$0.seconds] } ?? [])
    let moments = changes.map { $0 + limit.windowSeconds }.filter { $0 > now }.sorted()
    return moments.first { used(at: $0) + cost <= capacity }.map { $0 - now } ?? .infinity
  }

  mutating func start(weight: Int) { underway += cost(ofWeight: weight) }

  /// Notes that a request's response came, or that there will be none.
  mutating func finish(weight: Int, startedAt: Double, headers: [String: String], at now: Double) {
    let cost = cost(ofWeight: weight)
    underway -= cost
    spend(cost, at: now)
    if let used = limit.used(in: headers) {
      learn(used: used, fromRequestOf: startedAt, at: now)
    } else {
      // It may have been counted all the same.
      report?.used += cost
    }
  }

  private func cost(ofWeight weight: Int) -> Int { limit.unit == .requests ? 1 : weight }

  private func used(at moment: Double) -> Int {
    let own = own(at: moment)
    guard let report, moment < report.seconds + limit.windowSeconds else { return own + underway }
    return min(report.used, own + report.foreign) + underway
  }

  private func own(at moment: Double) -> Int {
    spent.reduce(0) { $1.seconds + limit.windowSeconds > moment ? $0 + $1.cost : $0 }
  }

  private mutating func spend(_ cost: Int, at now: Double) {
    spent.removeAll { $0.seconds + limit.windowSeconds <= now }
    // Near ones are one entry with the time of the last, so that a window never has many.
    if let last = spent.last, now - last.seconds < limit.windowSeconds / 256 {
      spent[spent.count - 1] = (now, last.cost + cost)
    } else {
      spent.append((now, cost))
    }
  }

  private mutating func learn(used: Int, fromRequestOf startedAt: Double, at now: Double) {
    // A lower number is an older one that was overtaken, unless its request started after the higher one had come:
    // then the server's window has rolled over.
    if let report, used < report.used, startedAt <= report.seconds { return }
    report = Report(used: used, foreign: max(used - own(at: now), 0), seconds: now)
  }
}
