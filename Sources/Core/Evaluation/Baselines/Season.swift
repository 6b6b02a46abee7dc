package import Chronology

/// After how many bars a market's habits come round again, when nobody said.
package enum Season {
  /// A day of hours or minutes, a week of days (five on weekdays), a year of weeks or months.
  package static func bars(of interval: Interval, calendar: Calendar) -> Int? {
    switch interval {
    case .months(let count): return count < 12 && 12 % count == 0 ? 12 / count : nil
    case .milliseconds(let length):
      let day: Int64 = 86_400_000
      if length < day { return day % length == 0 ? Int(day / length) : nil }
      if length == day { return calendar == .weekdays ? 5 : 7 }
      return length == 7 * day ? 52 : nil
    }
  }
}
