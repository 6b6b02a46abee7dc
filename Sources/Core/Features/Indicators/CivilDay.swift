private import Chronology

/// A day of the calendar, UTC, with what rows that fall on it share.
struct CivilDay {
  /// Midnight at its beginning, ms since the epoch.
  let start: Int64
  /// 0 on Monday to 6 on Sunday.
  let weekday: Int
  /// 1…31.
  let day: Int
  /// 1…12.
  let month: Int

  init(of milliseconds: Int64) {
    let instant = Instant(milliseconds: milliseconds)
    let date = instant.date
    start = milliseconds - instant.millisecondsOfDay
    weekday = instant.weekday
    day = date.day
    month = date.month
  }

  @inline(__always)
  func contains(_ milliseconds: Int64) -> Bool {
    milliseconds >= start && milliseconds - start < 86_400_000
  }
}
