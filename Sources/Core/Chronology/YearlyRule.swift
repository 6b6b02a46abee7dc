/// The rule by which the clocks of a place change every year: the `TZ` text at the end of a tz file.
///
/// As in `CET-1CEST,M3.5.0,M10.5.0/3`: POSIX.1-2017, chapter 8.3, with the hours from -167 to 167 of RFC 8536, 3.3.1.
struct YearlyRule: Sendable, Equatable {
  /// A day of the year, and the time of that day in seconds.
  struct Moment: Sendable, Equatable {
    enum Day: Sendable, Equatable {
      /// `Jn`: from 1 to 365; the 29th of February is never counted.
      case withoutLeapDay(Int)
      /// `n`: from 0 to 365.
      case counted(Int)
      /// `Mm.w.d`: weekday d (0 is Sunday) of week w (5 is the last) of a month.
      case weekday(month: Int, week: Int, day: Int)
    }

    var day: Day
    var second: Int64

    /// Seconds since the epoch, of the clock on the wall.
    func wall(in year: Int) -> Int64 { Int64(daysSinceEpoch(in: year)) * 86_400 + second }

    private func daysSinceEpoch(in year: Int) -> Int {
      let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
      switch day {
      case .withoutLeapDay(let number):
        let isLeap = CivilDate.length(of: 2, in: year) == 29
        return newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
      case .counted(let number): return newYear + number
      case .weekday(let month, let week, let day):
        let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
        // The epoch was a Thursday.
        let weekdayOfFirst = (first + 4) - (first + 4).flooredQuotient(7) * 7
        var date = 1 + (day - weekdayOfFirst + 7) % 7 + (week - 1) * 7
        if date > CivilDate.length(of: month, in: year) { date -= 7 }
        return first + date - 1
      }
    }
  }

  struct Daylight: Sendable, Equatable {
    var offset: TimeZoneRules.Offset
    var begin: Moment
    var end: Moment
  }

  let standard: TimeZoneRules.Offset
  let daylight: Daylight?

  func offset(at second: Int64) -> TimeZoneRules.Offset {
    changes(from: second, to: second + 1).last { $0.second <= second }?.zone ?? standard
  }

  /// The changes of the years that surround a stretch of time, in order.
  func changes(from start: Int64, to end: Int64) -> [TimeZoneRules.Change] {
    guard let daylight else { return [] }
    let years = Self.year(of: start) - 1...Self.year(of: end) + 1
    return years.flatMap { year -> [TimeZoneRules.Change] in
      [
        TimeZoneRules.Change(second: daylight.end.wall(in: year) - daylight.offset.seconds, zone: standard),
        TimeZoneRules.Change(second: daylight.begin.wall(in: year) - standard.seconds, zone: daylight.offset),
      ]
    }
    // Where summer ends and begins at one moment it never ends: the beginning comes last.
    .enumerated().sorted { ($0.element.second, $0.offset) < ($1.element.second, $1.offset) }.map(\.element)
  }

  private static func year(of second: Int64) -> Int {
    CivilDate(daysSinceEpoch: Int(second.flooredQuotient(86_400))).year
  }
}
