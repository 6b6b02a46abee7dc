/// The length of a bar: `1m`, `4h`, `1d`, `1w`, `1M`.
///
/// Everything up to a week is a fixed number of milliseconds; months have the length that the calendar gives
/// them. The letters are Binance's, whose `M` is a month and `m` a minute.
package enum Interval: Hashable, Sendable {
  case milliseconds(Int64)
  case months(Int)

  /// Reads `15m`, `1h`, `1d`, `1w`, `1M`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    guard let unit = text.last, let count = Int(text.dropLast()), (1...100_000).contains(count),
      text.first != "0", text.first != "+"
    else { return nil }
    switch unit {
    case "s": self = .milliseconds(Int64(count) * Instant.second)
    case "m": self = .milliseconds(Int64(count) * Instant.minute)
    case "h": self = .milliseconds(Int64(count) * Instant.hour)
    case "d": self = .milliseconds(Int64(count) * Instant.day)
    case "w": self = .milliseconds(Int64(count) * Instant.day * 7)
    case "M": self = .months(count)
    default: return nil
    }
  }

  /// The instant `steps` intervals after `start`; a month keeps the day or takes the month's last.
  package func after(_ start: Instant, steps: Int = 1) -> Instant {
    switch self {
    case .milliseconds(let length):
      return Instant(milliseconds: start.milliseconds + length * Int64(steps))
    case .months(let count):
      let date = start.date
      let month = date.year * 12 + date.month - 1 + count * steps
      let year = month.flooredQuotient(12)
      let day = min(date.day, CivilDate.length(of: month - year * 12 + 1, in: year))
      let midnight = Instant(year: year, month: month - year * 12 + 1, day: day)
      return Instant(milliseconds: midnight.milliseconds + start.millisecondsOfDay)
    }
  }

  /// How many intervals lie between two instants; nil when it is no whole number.
  package func steps(from start: Instant, to end: Instant) -> Int? {
    switch self {
    case .milliseconds(let length):
      let (steps, rest) = (end.milliseconds - start.milliseconds).quotientAndRemainder(dividingBy: length)
      return rest == 0 ? Int(steps) : nil
    case .months(let count):
      let (from, to) = (start.date, end.date)
      let (steps, rest) = ((to.year - from.year) * 12 + to.month - from.month).quotientAndRemainder(
        dividingBy: count)
      return rest == 0 && after(start, steps: steps) == end ? steps : nil
    }
  }
}

extension Interval: CustomStringConvertible {
  /// Longest first.
  private static let units: [(letter: String, length: Int64)] = [
    ("w", Instant.day * 7), ("d", Instant.day), ("h", Instant.hour), ("m", Instant.minute),
    ("s", Instant.second),
  ]

  /// The shortest way to write it: `1h`, `90m`, `1w`, `1M`; milliseconds that are no whole second as `250ms`.
  package var description: String {
    switch self {
    case .months(let count): return "\(count)M"
    case .milliseconds(let length):
      let unit = Self.units.first { length % $0.length == 0 }
      return unit.map { "\(length / $0.length)\($0.letter)" } ?? "\(length)ms"
    }
  }
}
