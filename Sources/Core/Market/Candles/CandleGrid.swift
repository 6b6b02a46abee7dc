package import Chronology

/// The instants at which the bars of one interval may open, UTC.
///
/// Lengths up to a day, and odd numbers of days, are counted from the epoch; whole weeks begin on Monday, since
/// the epoch was a Thursday; months begin on the first. Where an exchange counts otherwise, it is told an anchor.
package struct CandleGrid: Hashable, Sendable {
  package let interval: Interval
  /// Some instant at which a bar opens.
  package let anchor: Instant

  /// `anchor` is any opening of a bar; of months, it must be the first day's midnight.
  package init(_ interval: Interval, anchor: Instant? = nil) {
    self.interval = interval
    switch interval {
    case .milliseconds(let length):
      precondition(length > 0, "a bar of \(length) ms")
      self.anchor = anchor ?? (length % Self.week == 0 ? Self.firstMonday : Instant(milliseconds: 0))
    case .months(let count):
      precondition(count > 0, "a bar of \(count) months")
      self.anchor = anchor ?? Instant(milliseconds: 0)
      precondition(self.anchor.date.day == 1, "months that begin on the \(self.anchor)")
    }
  }

  private static let week: Int64 = 7 * 86_400_000
  private static let firstMonday = Instant(year: 1970, month: 1, day: 5)

  /// The opening of the bar that contains an instant.
  package func floor(_ instant: Instant) -> Instant {
    switch interval {
    case .milliseconds(let length):
      let offset = instant.milliseconds - anchor.milliseconds
      return Instant(milliseconds: instant.milliseconds - modulo(offset, length))
    case .months(let count):
      let (date, first) = (instant.date, anchor.date)
      let months = (date.year - first.year) * 12 + date.month - first.month
      return interval.after(anchor, steps: (months - modulo(months, count)) / count)
    }
  }

  /// The first opening after an instant.
  package func next(after instant: Instant) -> Instant { interval.after(floor(instant)) }

  /// Whether a bar may open at an instant.
  package func isOpen(_ instant: Instant) -> Bool { floor(instant) == instant }

  /// How many bars lie between two openings, the second not included; nil when either is none.
  package func steps(from start: Instant, to end: Instant) -> Int? {
    isOpen(start) ? interval.steps(from: start, to: end) : nil
  }

  /// The first and the last opening of so many bars, the first of them the one that contains `instant`.
  package func range(of count: Int, from instant: Instant) -> ClosedRange<Instant> {
    precondition(count > 0, "a range of \(count) bars")
    let first = floor(instant)
    return first...interval.after(first, steps: count - 1)
  }

  private func modulo<Number: FixedWidthInteger>(_ value: Number, _ divisor: Number) -> Number {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }
}
