/// How far the clocks of a place are from UTC, at any time past or to come: a time zone.
///
/// Read from a compiled file of the tz database (`/usr/share/zoneinfo`), never from the process's environment: a list of
/// changes in the past, and a rule for all years after them.
package struct TimeZoneRules: Sendable, Equatable {
  /// A moment at which the clocks change, and what they show from then on.
  struct Change: Sendable, Equatable {
    /// Seconds since the epoch.
    var second: Int64
    var zone: Offset
  }

  /// What clocks show: seconds east of UTC, and the letters that stand behind a time.
  struct Offset: Sendable, Equatable {
    var seconds: Int64
    var abbreviation: String
  }

  /// `Europe/Berlin`.
  package let name: String
  let first: Offset
  let changes: [Change]
  let rule: YearlyRule?

  /// Coordinated universal time.
  package static let utc = TimeZoneRules(name: "UTC")

  private init(name: String) {
    self.name = name
    first = Offset(seconds: 0, abbreviation: "UTC")
    changes = []
    rule = nil
  }

  init(name: String, first: Offset, changes: [Change], rule: YearlyRule?) {
    self.name = name
    self.first = first
    self.changes = changes
    self.rule = rule
  }

  // MARK: From UTC to the clock on the wall

  /// Seconds that clocks are ahead of UTC.
  package func offsetSeconds(at instant: Instant) -> Int64 { offset(at: Self.second(of: instant)).seconds }

  /// The letters that stand behind a time: `CET`, `CEST`, `UTC`.
  package func abbreviation(at instant: Instant) -> String {
    offset(at: Self.second(of: instant)).abbreviation
  }

  /// What the clock on the wall shows, as an instant whose UTC reading it is.
  package func wallClock(at instant: Instant) -> Instant {
    Instant(milliseconds: instant.milliseconds + offsetSeconds(at: instant) * Instant.second)
  }

  func offset(at second: Int64) -> Offset {
    if let last = changes.last, second >= last.second, let rule { return rule.offset(at: second) }
    if changes.isEmpty, let rule { return rule.offset(at: second) }
    // The last change that is not later.
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].second <= second { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : changes[low - 1].zone
  }

  // MARK: From the clock on the wall to UTC

  /// The first instant at which the clock on the wall shows `wall` or later.
  ///
  /// A time that the clocks skip is the moment of the change, and of one that they show twice it is the first.
  package func firstInstant(showing wall: Instant) -> Instant {
    // Clocks are less than 26 hours from UTC, so the answer lies in what surrounds the reading itself.
    let second = Self.second(of: wall)
    let margin: Int64 = 26 * 3600
    for piece in pieces(from: second - margin, to: second + margin) {
      let candidate = max(piece.start, second - piece.offset)
      if candidate < piece.end { return Instant(milliseconds: candidate * Instant.second) }
    }
    preconditionFailure("clocks are less than 26 hours from UTC")
  }

  /// The next change of the clocks after an instant and before `end`.
  package func nextChange(after instant: Instant, before end: Instant) -> Instant? {
    changes(after: Self.second(of: instant), before: Self.second(of: end)).first.map {
      Instant(milliseconds: $0.second * Instant.second)
    }
  }

  /// Stretches of time without a change; the last ends far in the future.
  private func pieces(from start: Int64, to end: Int64) -> [(start: Int64, end: Int64, offset: Int64)] {
    let inside = changes(after: start, before: end)
    let starts = [start] + inside.map(\.second)
    let offsets = [offset(at: start).seconds] + inside.map(\.zone.seconds)
    return starts.indices.map { index in
      (starts[index], index + 1 < starts.count ? starts[index + 1] : .max, offsets[index])
    }
  }

  private func changes(after start: Int64, before end: Int64) -> [Change] {
    var found = changes.filter { $0.second > start && $0.second < end }
    if let rule {
      let border = changes.last?.second ?? .min
      found += rule.changes(from: start, to: end).filter { $0.second > max(start, border) && $0.second < end }
    }
    return found
  }

  private static func second(of instant: Instant) -> Int64 {
    instant.milliseconds.flooredQuotient(Instant.second)
  }
}
