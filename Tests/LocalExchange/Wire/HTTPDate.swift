private import Chronology

/// Times as HTTP headers write them.
enum HTTPDate {
  /// `Sun, 06 Nov 1994 08:49:37 GMT`; what is less than a second is dropped.
  ///
  /// Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
  static func text(_ milliseconds: Int64) -> String {
    let instant = Instant(milliseconds: milliseconds)
    let (date, seconds) = (instant.date, instant.millisecondsOfDay / 1000)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
    let day = twoDigits(Int64(date.day))
    return "\(days[instant.weekday]), \(day) \(months[date.month - 1]) \(date.year) \(clock) GMT"
  }

  /// `1994-11-06T08:49:37.000Z`, as S3 writes it.
  static func timestamp(_ milliseconds: Int64) -> String {
    let text = Instant(milliseconds: milliseconds).description
    return text.contains(".") ? text : text.dropLast() + ".000Z"
  }

  private static func twoDigits(_ value: Int64) -> String { (value < 10 ? "0" : "") + "\(value)" }

  private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
