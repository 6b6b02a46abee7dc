import Chronology

/// Five fields that say at which minutes of the clock on the wall something is due: `0 0 * * *`.
///
/// Minute, hour, day of the month, month and day of the week, as in Vixie's cron (crontab(5)): `*`, lists, ranges, steps,
/// names of months and weekdays, 0 and 7 for Sunday. When both day fields are restricted, a day that fits one of
/// them is due; a field that begins with `*` restricts nothing, so that `*/2` must hold beside the other.
package struct CronExpression: Sendable, Equatable {
  /// As it was written.
  package let text: String
  let minutes: CronField
  let hours: CronField
  let days: CronField
  let months: CronField
  let weekdays: CronField

  /// Whether it is due in any hour.
  ///
  /// Then each hour counts that really passes: two where clocks go back, none that they skip.
  var isHourly: Bool { hours.isStar && hours.values.count == 24 }

  /// The first minute due at `wall` or later, both of the clock on the wall.
  func first(from wall: Instant) -> Instant {
    let minute = wall.milliseconds.ceilingQuotient(60_000)
    var day = Int(minute.flooredQuotient(1440))
    var earliest = Int(minute - Int64(day) * 1440)
    // The expression was checked to have a day; the rarest, a 29th of February on one weekday, comes within 40 years.
    for _ in 0..<(41 * 366) {
      if isDue(onDay: day), let minute = firstMinute(from: earliest) {
        return Instant(milliseconds: (Int64(day) * 1440 + Int64(minute)) * 60_000)
      }
      day += 1
      earliest = 0
    }
    preconditionFailure("'\(text)' was checked to have a day")
  }

  private func isDue(onDay number: Int) -> Bool {
    let date = CivilDate(daysSinceEpoch: number)
    guard months.contains(date.month) else { return false }
    // The epoch was a Thursday; 0 is Sunday.
    let weekday = number + 4 - Int(Int64(number + 4).flooredQuotient(7)) * 7
    let (fitsDay, fitsWeekday) = (days.contains(date.day), weekdays.contains(weekday))
    return days.isStar || weekdays.isStar ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
  }

  private func firstMinute(from earliest: Int) -> Int? {
    for hour in hours.values where hour >= earliest / 60 {
      let least = hour == earliest / 60 ? earliest % 60 : 0
      if let minute = minutes.values.first(where: { $0 >= least }) { return hour * 60 + minute }
    }
    return nil
  }
}

/// One field of a cron expression.
struct CronField: Sendable, Equatable {
  /// In order, each once.
  var values: [Int]
  /// Whether it begins with `*`.
  var isStar: Bool

  func contains(_ value: Int) -> Bool { values.contains(value) }
}

extension Int64 {
  /// The quotient rounded towards infinity, for a positive divisor.
  func ceilingQuotient(_ divisor: Int64) -> Int64 { -(-self).flooredQuotient(divisor) }
}
