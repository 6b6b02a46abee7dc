package import Chronology

/// The times at which something is due, by the clock on the wall of a place.
///
/// A time that the clocks skip is due at the moment of the change, and one that they show twice is due once. Where any
/// hour is due (`* * * * *`, `0 * * * *`, `--every 1h`), each hour counts that really passes.
package struct Timetable: Sendable, Equatable {
  package enum Rule: Sendable, Equatable {
    /// Lengths of whole days count from midnight, months from the first of a month; others from Monday, 00:00 UTC.
    case every(Interval)
    case cron(CronExpression)
  }

  package let rule: Rule
  package let zone: TimeZoneRules

  package init(_ rule: Rule, in zone: TimeZoneRules = .utc) {
    self.rule = rule
    self.zone = zone
  }

  private static let minute: Int64 = 60_000
  private static let day: Int64 = 86_400_000
  /// The Monday before the epoch.
  private static let monday = Instant(milliseconds: -3 * day)

  /// Whether its times are those of UTC, whatever its zone is: lengths that are no whole days.
  package var isOfUTC: Bool {
    if case .every(.milliseconds(let length)) = rule { return length % Self.day != 0 }
    return false
  }

  /// The first time due after an instant.
  package func next(after instant: Instant) -> Instant {
    switch rule {
    case .every(.milliseconds(let length)) where isOfUTC:
      Self.gridPoint(after: instant, every: length)
    case .every(.milliseconds(let length)):
      nextShown(after: instant) { Self.gridPoint(after: $0, every: length) }
    case .every(.months(let count)): nextShown(after: instant) { Self.firstOfMonth(after: $0, every: count) }
    case .cron(let expression) where expression.isHourly: nextHourly(expression, after: instant)
    case .cron(let expression):
      nextShown(after: instant) { expression.first(from: Self.minute(after: $0)) }
    }
  }

  /// How many times are due after one instant and no later than another, counted no further than `limit`.
  package func count(after start: Instant, through end: Instant, limit: Int = 10_000) -> Int {
    var (count, time) = (0, next(after: start))
    while time <= end, count < limit {
      count += 1
      time = next(after: time)
    }
    return count
  }

  /// The next time due, where `following` gives the next reading of the clock on the wall after another.
  private func nextShown(after instant: Instant, _ following: (Instant) -> Instant) -> Instant {
    var wall = following(zone.wallClock(at: instant))
    // A reading that the clocks showed before they went back is over.
    while zone.firstInstant(showing: wall) <= instant { wall = following(wall) }
    return zone.firstInstant(showing: wall)
  }

  /// The next time due where any hour will do: readings count as often as the clocks really show them.
  private func nextHourly(_ expression: CronExpression, after instant: Instant) -> Instant {
    var (start, wall) = (instant, Self.minute(after: zone.wallClock(at: instant)))
    while true {
      let due = expression.first(from: wall)
      let offset = zone.wallClock(at: start).milliseconds - start.milliseconds
      let time = Instant(milliseconds: due.milliseconds - offset)
      // A change at that very moment counts: the reading from before it is not shown.
      let end = Instant(milliseconds: time.milliseconds + 1000)
      guard let change = zone.nextChange(after: start, before: end) else { return time }
      start = change
      wall = zone.wallClock(at: change)
    }
  }

  private static func gridPoint(after instant: Instant, every length: Int64) -> Instant {
    let steps = (instant.milliseconds - monday.milliseconds).flooredQuotient(length) + 1
    return Instant(milliseconds: monday.milliseconds + steps * length)
  }

  private static func firstOfMonth(after instant: Instant, every count: Int) -> Instant {
    let month = instant.date.year * 12 + instant.date.month - 1
    let next = (month / count + 1) * count
    return Instant(year: next / 12, month: next % 12 + 1, day: 1)
  }

  /// The first whole minute after an instant.
  private static func minute(after instant: Instant) -> Instant {
    Instant(milliseconds: (instant.milliseconds.flooredQuotient(minute) + 1) * minute)
  }
}

extension Timetable: CustomStringConvertible {
  /// `every 1h`, `at 0 0 * * * (Europe/Berlin)`.
  package var description: String {
    switch rule {
    case .every(let interval): "every \(interval) (\(zone.name))"
    case .cron(let expression): "at \(expression.text) (\(zone.name))"
    }
  }
}
