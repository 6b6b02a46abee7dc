package import Chronology

/// The lengths of bars that Binance offers, and how it writes them.
package enum BinanceIntervals {
  /// Shortest first.
  package static let all: [Interval] = [
    "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M",
  ].compactMap { Interval($0) }

  /// As questions name it: `1h`, `1M`; nil when Binance has no such bars.
  package static func name(of interval: Interval) -> String? {
    all.contains(interval) ? interval.description : nil
  }

  /// As archives name it: `1mo`, because file systems may take `1M` for `1m`; nil when Binance has no such bars.
  package static func archiveName(of interval: Interval) -> String? {
    interval == .months(1) ? "1mo" : name(of: interval)
  }

  /// Whether there are archives of single days as well as of months.
  package static func hasDailyArchives(_ interval: Interval) -> Bool {
    guard case .milliseconds(let length) = interval else { return false }
    return all.contains(interval) && length <= 86_400_000
  }
}
