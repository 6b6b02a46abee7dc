/// A moment in time, in milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// All times in the house are UTC; a bar is named by the instant at which it opens.
package struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since the epoch.
  package var milliseconds: Int64

  /// The instant `milliseconds` after the epoch.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Midnight, UTC, at the beginning of a day of the Gregorian calendar.
  package init(year: Int, month: Int, day: Int) {
    milliseconds = Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch) * Self.day
  }

  package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

  static let second: Int64 = 1_000
  static let minute: Int64 = 60_000
  static let hour: Int64 = 3_600_000
  static let day: Int64 = 86_400_000

  /// Years 0001 to 9999, the range that RFC 3339 can write.
  package static let representable = Int64(-62_135_596_800_000)...Int64(253_402_300_799_999)

  /// The day this instant falls on, UTC.
  package var date: CivilDate { CivilDate(daysSinceEpoch: Int(milliseconds.flooredQuotient(Self.day))) }

  /// Milliseconds since midnight, UTC.
  package var millisecondsOfDay: Int64 { milliseconds - milliseconds.flooredQuotient(Self.day) * Self.day }

  /// 0 on Monday to 6 on Sunday.
  package var weekday: Int {
    // The epoch was a Thursday.
    let days = milliseconds.flooredQuotient(Self.day) + 3
    return Int(days - days.flooredQuotient(7) * 7)
  }
}

extension Instant: CustomStringConvertible {
  /// RFC 3339 in UTC: `2018-06-26T20:00:00Z`, with milliseconds only when there are some.
  package var description: String {
    let time = millisecondsOfDay
    let fraction = time % Self.second
    let clock = [time / Self.hour, time / Self.minute % 60, time / Self.second % 60].map(Self.twoDigits)
      .joined(separator: ":")
    return "\(date)T\(clock)" + (fraction == 0 ? "Z" : "." + String("\(1000 + fraction)".dropFirst()) + "Z")
  }

  /// As people read it: `2018-06-26 20:00`, the date alone at midnight when `dateOnlyAtMidnight`.
  package func readable(dateOnlyAtMidnight: Bool = false) -> String {
    let time = millisecondsOfDay
    if time == 0, dateOnlyAtMidnight { return "\(date)" }
    var clock = Self.twoDigits(time / Self.hour) + ":" + Self.twoDigits(time / Self.minute % 60)
    if time % Self.minute != 0 { clock += ":" + Self.twoDigits(time / Self.second % 60) }
    return "\(date) \(clock)"
  }

  static func twoDigits(_ value: some BinaryInteger) -> String { (value < 10 ? "0" : "") + "\(value)" }
}

extension FixedWidthInteger where Self: SignedInteger {
  /// The quotient rounded towards negative infinity, for a positive divisor.
  package func flooredQuotient(_ divisor: Self) -> Self {
    self >= 0 ? self / divisor : (self + 1) / divisor - 1
  }
}
