package import Chronology
private import Numerics

/// What the calendar says of a bar, as eight numbers that a network can take: sine and cosine of the time of day, of the
/// day of the week, of the day of the month and of the day of the year, in this order, all UTC.
///
/// Each is the share of the whole that has passed when the bar opens, as an angle: a month counts with its own length
/// and a leap year with 366 days, so the last day stands beside the first. They follow from the time alone: what nobody
/// knew at the origin of a window cannot be among them.
package enum CalendarCode {
  /// What the numbers of a bar are, in their order.
  package static let names = ["day", "week", "month", "year"].flatMap {
    ["sine of the \($0)", "cosine of the \($0)"]
  }
  /// C.
  package static let width = 8

  /// Puts the code of the bar that opens at `instant`.
  package static func write(_ instant: Instant, to target: UnsafeMutablePointer<Float>) {
    let date = instant.date
    let time = instant.millisecondsOfDay
    let minute = 60_000
    if time % Int64(minute) == 0 {
      put(minutes, Int(time) / minute, to: target)
    } else {
      let angle = 2 * Double.pi * Double(time) / Double(1440 * minute)
      target[0] = Float(Elementary.sin(angle))
      target[1] = Float(Elementary.cos(angle))
    }
    put(weekdays, instant.weekday, to: target + 2)
    switch CivilDate.length(of: date.month, in: date.year) {
    case 28: put(month28, date.day - 1, to: target + 4)
    case 29: put(month29, date.day - 1, to: target + 4)
    case 30: put(month30, date.day - 1, to: target + 4)
    default: put(month31, date.day - 1, to: target + 4)
    }
    let day = date.daysSinceEpoch - CivilDate(year: date.year, month: 1, day: 1).daysSinceEpoch
    let isLeap = CivilDate.length(of: 2, in: date.year) == 29
    put(isLeap ? leapYear : year, day, to: target + 6)
  }

  @inline(__always)
  private static func put(_ table: [Float], _ place: Int, to target: UnsafeMutablePointer<Float>) {
    target[0] = table[2 * place]
    target[1] = table[2 * place + 1]
  }

  // Every batch asks for hundreds of them.
  private static let minutes = waves(1440)
  private static let weekdays = waves(7)
  private static let month28 = waves(28)
  private static let month29 = waves(29)
  private static let month30 = waves(30)
  private static let month31 = waves(31)
  private static let year = waves(365)
  private static let leapYear = waves(366)

  /// Sine and cosine of each part of a turn.
  private static func waves(_ parts: Int) -> [Float] {
    (0..<parts).flatMap { part in
      let angle = 2 * Double.pi * Double(part) / Double(parts)
      return [Float(Elementary.sin(angle)), Float(Elementary.cos(angle))]
    }
  }
}
