package import Chronology

/// The header with which a server asks us to stay away for a while.
package enum RetryAfter {
  /// The longest ban that an exchange is known to give, three days, in seconds.
  package static let longest: Double = 259_200

  /// Seconds from `now`, or nil when the text is neither a number of seconds nor a date.
  ///
  /// `now` is the wall clock in milliseconds since 1970. A date that has passed is 0; anything beyond the longest
  /// ban is that ban. Source: https://www.rfc-editor.org/rfc/rfc7231#section-7.1.3.
  package static func parse(_ text: String, now: Int64) -> Double? {
    let text = HeaderText.trimmed(text.utf8)
    guard !text.isEmpty else { return nil }
    if text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      // Digits that overflow are absurd, not garbage.
      return Swift.min(Double(String(decoding: text, as: UTF8.self)) ?? longest, longest)
    }
    guard let date = date(String(decoding: text, as: UTF8.self)) else { return nil }
    return Swift.min(Swift.max(Double(date.milliseconds - now) / 1000, 0), longest)
  }

  /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of date that may be sent today.
  package static func date(_ text: String) -> Instant? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 6, weekdays.contains(String(words[0])), words[5] == "GMT",
      let day = number(words[1], digits: 2), let month = months.firstIndex(of: String(words[2])),
      let year = number(words[3], digits: 4), let time = secondOfDay(words[4])
    else { return nil }
    let date = CivilDate(year: year, month: month + 1, day: day)
    guard date.isValid else { return nil }
    return Instant(milliseconds: (Int64(date.daysSinceEpoch) * 86_400 + Int64(time)) * 1000)
  }

  private static let weekdays = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func secondOfDay(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = number(parts[0], digits: 2), let minute = number(parts[1], digits: 2),
      let second = number(parts[2], digits: 2), hour < 24, minute < 60, second <= 60
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  private static func number(_ text: Substring, digits: Int) -> Int? {
    guard text.utf8.count == digits,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int(text)
  }
}
