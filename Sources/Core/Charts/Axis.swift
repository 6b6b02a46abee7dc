private import Chronology

/// A scale from values to positions, with ticks at round values.
struct Axis {
  let low: Double
  let high: Double
  let start: Double
  let end: Double

  init(from low: Double, to high: Double, start: Double, end: Double) {
    self.low = low
    self.high = high
    self.start = start
    self.end = end
  }

  /// A scale for values, with some air above and below; equal values get a unit of room.
  ///
  /// Values that are not finite have no place on it.
  init(covering values: [Double], start: Double, end: Double) {
    self.init(covering: ValueRange(values), start: start, end: end)
  }

  /// A scale for a range of values, with some air above and below; an empty one gets 0 to 1.
  init(covering range: ValueRange, start: Double, end: Double) {
    let (low, high) = range.isEmpty ? (0, 1) : (range.low, range.high)
    let air = high > low ? (high - low) * 0.06 : max(abs(high) * 0.01, high == 0 ? 1 : 0)
    self.init(from: low - air, to: high + air, start: start, end: end)
  }

  func position(_ value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }

  /// About `count` ticks at multiples of 1, 2 or 5 times a power of ten, with labels that tell them apart.
  func ticks(about count: Int) -> [(value: Double, label: String)] {
    let rough = (high - low) / Double(max(count, 1))
    guard rough > 1e-300, rough.isFinite else { return [] }
    var (unit, exponent) = (1.0, 0)
    while unit > rough {
      unit /= 10
      exponent -= 1
    }
    while unit * 10 <= rough {
      unit *= 10
      exponent += 1
    }
    var factor = [1, 2, 5, 10].first { unit * Double($0) >= rough } ?? 10
    if factor == 10 { (unit, exponent, factor) = (unit * 10, exponent + 1, 1) }
    let step = unit * Double(factor)
    let (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down))
    guard first <= last, last - first < 100, max(abs(first), abs(last)) < 1e17 else { return [] }
    let multiples = (Int(first)...Int(last)).map { $0 * factor }
    let labels = TickLabel.of(multiples, tenTo: exponent)
    return zip(multiples, labels).map { (Double($0 / factor) * step, $1) }
  }

  /// About `count` ticks at round times: hours, days, months or years.
  func timeTicks(about count: Int) -> [(value: Double, label: String)] {
    let (hour, day) = (3_600_000.0, 86_400_000.0)
    let rough = (high - low) / Double(max(count, 1))
    let steps = [
      hour / 60, hour / 12, hour / 4, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day,
      14 * day,
    ]
    guard let step = steps.first(where: { $0 >= rough }) else { return monthTicks(rough: rough) }
    // Weeks begin on Monday; the epoch was a Thursday.
    let origin = step >= 7 * day ? 4 * day : 0
    let first = ((low - origin) / step).rounded(.up)
    return stride(from: origin + first * step, through: high, by: step).map {
      ($0, Self.timeLabel($0, step: step))
    }
  }

  private func monthTicks(rough: Double) -> [(value: Double, label: String)] {
    let months = [1, 2, 3, 6, 12, 24, 60, 120, 240].first { Double($0) * 30.4 * 86_400_000 >= rough } ?? 600
    let start = Instant(milliseconds: Int64(low)).date
    var month = (start.year * 12 + start.month - 1) / months * months
    var ticks: [(value: Double, label: String)] = []
    while ticks.count < 100 {
      let instant = Instant(year: month / 12, month: month % 12 + 1, day: 1)
      if Double(instant.milliseconds) > high { break }
      if Double(instant.milliseconds) >= low {
        let label = months >= 12 ? "\(instant.date.year)" : String(instant.date.description.prefix(7))
        ticks.append((Double(instant.milliseconds), label))
      }
      month += months
    }
    return ticks
  }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The date where a day begins, the time elsewhere.
  private static func timeLabel(_ value: Double, step: Double) -> String {
    let instant = Instant(milliseconds: Int64(value))
    guard instant.millisecondsOfDay == 0 else { return String(instant.readable().suffix(5)) }
    return "\(instant.date.day) \(monthNames[instant.date.month - 1])"
  }
}
