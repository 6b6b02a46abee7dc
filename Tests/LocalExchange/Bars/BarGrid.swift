private import Chronology

/// Where the bars of one interval open, in milliseconds since the epoch, UTC.
///
/// Intervals up to a day are cut from the epoch, and so is `3d`, whose anchor is not documented; `1w` opens
/// on Monday 00:00 UTC and `1M` on the first of the month.
/// Source: https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#klinecandlestick-data
package struct BarGrid: Hashable, Sendable {
  /// As Binance's REST interface writes it, such as `1h` or `1M`; a bar's values depend on it.
  package let name: String
  private let step: Step

  private enum Step: Hashable, Sendable {
    case fixed(length: Int64, offset: Int64)
    case month
  }

  /// The intervals that Binance serves, in its own letters.
  package static let binanceNames = [
    "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M",
  ]

  package static let minute = BarGrid(seconds: 60)
  package static let hour = BarGrid(seconds: 3600)
  package static let day = BarGrid(seconds: 86_400)

  /// One of ``binanceNames``; nil for anything else.
  package init?(_ name: String) {
    guard Self.binanceNames.contains(name), let interval = Interval(name) else { return nil }
    self.name = name
    switch interval {
    case .months: step = .month
    case .milliseconds(let length): step = .fixed(length: length, offset: name == "1w" ? Self.monday : 0)
    }
  }

  /// The interval of an archive's folder, where a month is `1mo`.
  package init?(archiveName: String) {
    guard archiveName != "1M" else { return nil }
    self.init(archiveName == "1mo" ? "1M" : archiveName)
  }

  /// Bars of any length, cut from the epoch; named as Binance would when it serves that length.
  package init(seconds: Int) {
    precondition(seconds > 0, "a bar of \(seconds) s")
    let text = Interval.milliseconds(Int64(seconds) * 1000).description
    name = text == "1w" ? "7d" : text
    step = .fixed(length: Int64(seconds) * 1000, offset: 0)
  }

  /// The epoch was a Thursday; its first Monday came four days later.
  private static let monday: Int64 = 345_600_000

  package var archiveName: String { name == "1M" ? "1mo" : name }

  /// The length of a bar; of a month, the longest.
  package var milliseconds: Int64 {
    switch step {
    case .fixed(let length, _): length
    case .month: 31 * 86_400_000
    }
  }

  /// The opening of the bar that contains `time`.
  package func open(atOrBefore time: Int64) -> Int64 {
    switch step {
    case .fixed(let length, let offset):
      let rest = (time - offset) % length
      return time - (rest >= 0 ? rest : rest + length)
    case .month:
      let date = Instant(milliseconds: time).date
      return Instant(year: date.year, month: date.month, day: 1).milliseconds
    }
  }

  /// The first opening that is not before `time`.
  package func open(atOrAfter time: Int64) -> Int64 {
    let open = open(atOrBefore: time)
    return open == time ? open : end(of: open)
  }

  /// When the bar opened at `open` has closed: the opening of the next.
  package func end(of open: Int64) -> Int64 {
    switch step {
    case .fixed(let length, _): open + length
    case .month: Interval.months(1).after(Instant(milliseconds: open)).milliseconds
    }
  }
}
