/// Which bars a market owes us: those that are missing from the grid are gaps.
package enum Calendar: String, Sendable, CaseIterable {
  /// Every interval, day and night: crypto exchanges, meters, anything that never closes.
  case continuous
  /// Daily bars from Monday to Friday.
  case weekdays
  /// Whatever the source delivered; holidays and closing hours are unknown, so nothing counts as missing.
  case observed

  /// The bar that should follow the one opened at `start`.
  package func next(after start: Instant, by interval: Interval) -> Instant {
    var next = interval.after(start)
    guard self == .weekdays else { return next }
    while next.weekday > 4 { next = interval.after(next) }
    return next
  }

  /// How many bars this calendar owes between two bars, the second included; nil when `end` is not on the grid.
  package func steps(from start: Instant, to end: Instant, by interval: Interval) -> Int? {
    switch self {
    case .continuous: return interval.steps(from: start, to: end)
    case .observed: return 1
    case .weekdays:
      guard let days = interval.steps(from: start, to: end), end.weekday <= 4 else { return nil }
      let weeks = days / 7
      var steps = weeks * 5
      var instant = interval.after(start, steps: weeks * 7)
      while instant < end {
        instant = interval.after(instant)
        if instant.weekday <= 4 { steps += 1 }
      }
      return steps
    }
  }
}
