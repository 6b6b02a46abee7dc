import Artifacts
import Chronology
import Foundation
import Orchestration
import Testing

private func time(_ text: String) throws -> Instant { try #require(Instant(parsing: text)) }

private func zone(_ name: String) throws -> TimeZoneRules { try TimeZoneRules(named: name) }

private let hasZones = FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Europe/Berlin")

/// The next three times after an instant.
private func next(_ cron: String, in name: String, after text: String) throws -> [String] {
  let timetable = Timetable(.cron(try CronExpression(parsing: cron)), in: try zone(name))
  var (instant, found) = (try time(text), [String]())
  for _ in 0..<3 {
    instant = timetable.next(after: instant)
    found.append(instant.description)
  }
  return found
}

@Test(.enabled(if: hasZones))
func `A time that clocks skip is due at the change, and one shown twice is due once`() throws {
  #expect(
    try next("30 2 * * *", in: "Europe/Berlin", after: "2026-03-28T12:00:00Z") == [
      "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z",
    ])
  #expect(
    try next("30 2 * * *", in: "Europe/Berlin", after: "2026-10-24T12:00:00Z") == [
      "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z",
    ])
}

@Test(.enabled(if: hasZones)) func `Where any hour is due, each hour counts that passes`() throws {
  #expect(
    try next("15 * * * *", in: "Europe/Berlin", after: "2026-03-29T00:00:00Z") == [
      "2026-03-29T00:15:00Z", "2026-03-29T01:15:00Z", "2026-03-29T02:15:00Z",
    ])
  #expect(
    try next("15 * * * *", in: "Europe/Berlin", after: "2026-10-25T00:00:00Z") == [
      "2026-10-25T00:15:00Z", "2026-10-25T01:15:00Z", "2026-10-25T02:15:00Z",
    ])
}

/// Every minute of the two days around the changes of clocks, looked at one by one.
@Test(
  .enabled(if: hasZones),
  arguments: [
    ("Europe/Berlin", "2026-03-28"), ("Europe/Berlin", "2026-10-24"), ("Australia/Lord_Howe", "2026-04-04"),
    ("Australia/Lord_Howe", "2026-10-03"), ("Antarctica/Troll", "2026-03-28"),
    ("Antarctica/Troll", "2026-10-24"),
    ("Pacific/Apia", "2011-12-29"), ("America/Santiago", "2026-04-04"), ("America/Santiago", "2026-09-05"),
  ])
func `Due times around a change are those that a look at every minute finds`(name: String, day: String) throws
{
  let (zone, start) = (try zone(name), try time(day + "T00:00:00Z"))
  let end = Instant(milliseconds: start.milliseconds + 2 * 86_400_000)
  let expressions = [
    "* * * * *", "*/7 * * * *", "0 * * * *", "30 2 * * *", "0,15,45 1-3 * * *", "0 0 * * *", "59 23 * * *",
    "10 */2 * * *", "0 3 * * SUN", "5 0 30 12 *",
  ]
  for text in expressions {
    let timetable = Timetable(.cron(try CronExpression(parsing: text)), in: zone)
    #expect(timetable.times(from: start, to: end) == (try scan(text, zone, from: start, to: end)), "\(text)")
  }
}

/// The due times by looking at each minute of UTC, or for expressions with hours at each reading of the clock.
private func scan(_ text: String, _ zone: TimeZoneRules, from start: Instant, to end: Instant) throws
  -> [Instant]
{
  let margin: Int64 = 26 * 3_600_000
  let walls = Timetable(.cron(try CronExpression(parsing: text))).times(
    from: Instant(milliseconds: start.milliseconds - margin),
    to: Instant(milliseconds: end.milliseconds + margin))
  guard text.split(separator: " ")[1] == "*" else {
    return Set(walls.map(zone.firstInstant)).sorted().filter { $0 >= start && $0 < end }
  }
  let wanted = Set(walls)
  return stride(from: start.milliseconds, to: end.milliseconds, by: 60_000).map { Instant(milliseconds: $0) }
    .filter { wanted.contains(zone.wallClock(at: $0)) }
}

extension Timetable {
  /// The times due from one instant on and before another.
  fileprivate func times(from start: Instant, to end: Instant) -> [Instant] {
    var (found, instant) = ([Instant](), next(after: Instant(milliseconds: start.milliseconds - 1)))
    while instant < end {
      found.append(instant)
      instant = next(after: instant)
    }
    return found
  }
}

@Test func `Intervals count from midnight, months from their first day`() throws {
  func next(_ every: String, _ text: String) throws -> String {
    Timetable(.every(try #require(Interval(every)))).next(after: try time(text)).description
  }
  #expect(try next("1h", "2026-05-06T07:08:09Z") == "2026-05-06T08:00:00Z")
  #expect(try next("1h", "2026-05-06T07:00:00Z") == "2026-05-06T08:00:00Z")
  #expect(try next("1d", "2026-05-06T07:00:00Z") == "2026-05-07T00:00:00Z")
  #expect(try next("1w", "2026-05-06T07:00:00Z") == "2026-05-11T00:00:00Z")
  #expect(try next("1M", "2026-05-06T07:00:00Z") == "2026-06-01T00:00:00Z")
  #expect(try next("3M", "2026-11-06T07:00:00Z") == "2027-01-01T00:00:00Z")
  #expect(try next("1s", "1969-05-06T07:00:00Z") == "1969-05-06T07:00:01Z")
}

@Test(.enabled(if: hasZones)) func `A day is as long as the clocks make it`() throws {
  let timetable = Timetable(.every(try #require(Interval("1d"))), in: try zone("Europe/Berlin"))
  #expect(timetable.next(after: try time("2026-10-24T22:00:00Z")).description == "2026-10-25T23:00:00Z")
  #expect(timetable.next(after: try time("2026-03-28T23:00:00Z")).description == "2026-03-29T22:00:00Z")
}

@Test func `Missed times are counted, but not for ever`() throws {
  let timetable = Timetable(.every(try #require(Interval("1h"))))
  let start = try time("2026-05-06T07:00:00Z")
  #expect(timetable.count(after: start, through: start) == 0)
  #expect(timetable.count(after: start, through: try time("2026-05-06T10:00:00Z")) == 3)
  #expect(timetable.count(after: start, through: try time("2126-05-06T10:00:00Z"), limit: 100) == 100)
}

@Test(
  .enabled(if: hasZones),
  arguments: ["../../../etc/passwd", "/etc/passwd", "Europe/Berln", "Europe", "", "Mars/Base"])
func `A zone that is not there is refused`(name: String) throws {
  let error = #expect(throws: TimetableError.self) { try TimeZoneRules(named: name) }
  #expect(error?.exitStatus == .usage)
  if name == "Europe/Berln" { #expect(error?.description.contains("'Europe/Berlin'") == true) }
}
