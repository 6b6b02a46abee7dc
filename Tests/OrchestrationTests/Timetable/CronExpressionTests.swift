import Artifacts
import Chronology
import Orchestration
import TestSupport
import Testing

@Test func `Due times of 600 expressions are those of croniter`() throws {
  let path = Programs.repository + "/Tests/Reference/cron.json"
  let rows = try #require(try JSON(parsing: try Disk.read(path)).array)
  #expect(rows.count == 600)
  for row in rows {
    let text = try #require(row.array?.first?.string)
    let timetable = Timetable(.cron(try CronExpression(parsing: text)))
    let seconds = (row.array ?? []).compactMap(\.integer)
    for (start, next) in zip(seconds, seconds.dropFirst()) {
      let found = timetable.next(after: Instant(milliseconds: Int64(start) * 1000))
      #expect(found == Instant(milliseconds: Int64(next) * 1000), "\(text) after \(start)")
    }
  }
}

@Test(arguments: [
  ("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@weekly", "0 0 * * SUN"), ("@monthly", "0 0 1 * *"),
  ("@yearly", "0 0 1 JAN *"), ("0 0 * * 7", "0 0 * * 0"), ("8-8 * * * 3-3", "8 * * * 3"),
  ("0 0 * * 5-7", "0 0 * * 0,5,6"),
  (" 0\t0 * *  mon-fri ", "0 0 * * 1-5"), ("0-59/15 * * * *", "*/15 * * * *"),
])
func `Two ways to write the same times`(one: String, other: String) throws {
  let timetables = try [one, other].map { Timetable(.cron(try CronExpression(parsing: $0))) }
  var times = [Instant](repeating: Instant(year: 2026, month: 1, day: 1), count: 2)
  for _ in 0..<50 {
    times = zip(timetables, times).map { $0.next(after: $1) }
    #expect(times[0] == times[1])
  }
}

@Test func `A day field that begins with a star restricts nothing, as in Vixie's cron`() throws {
  let both = Timetable(.cron(try CronExpression(parsing: "0 0 */2 * MON")))
  let first = both.next(after: Instant(year: 2026, month: 6, day: 1))
  #expect(first.description == "2026-06-15T00:00:00Z")
  let either = Timetable(.cron(try CronExpression(parsing: "0 0 1-31/2 * MON")))
  #expect(either.next(after: Instant(year: 2026, month: 6, day: 1)).description == "2026-06-03T00:00:00Z")
}

@Test(arguments: [
  ("0 0 * *", "4 fields"), ("", "0 fields"), ("0 0 * * * *", "6 fields"), ("@reboot", "@hourly"),
  ("60 0 * * *", "minute, character 1: '60' must be from 0 to 59"),
  ("0 0 * * 1,8", "day of the week, character 11: '8' must be from 0 to 7, or SUN to SAT"),
  ("0 0 1-0 * *", "day of the month, character 7: '0' must be from 1 to 31"),
  ("0 9-5 * * *", "hour, character 3: the range '9-5' ends before it begins"),
  ("*/0 * * * *", "minute, character 3: the step '0' must be a whole number from 1"),
  ("5/10 * * * *", "minute, character 1: '5' must be a range"), ("0 0 * FOO *", "month, character 7: 'FOO'"),
  ("0 0 30 2 *", "never due"), ("0 0 31 2,4,6,9,11 *", "never due"), ("1,, * * * *", "character 3: ''"),
  ("+1 * * * *", "'+1'"), ("٣ * * * *", "minute"),
])
func `What is no expression is refused with the field and the place`(text: String, words: String) {
  let error = #expect(throws: TimetableError.self) { try CronExpression(parsing: text) }
  #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  #expect(error?.exitStatus == .usage)
}
