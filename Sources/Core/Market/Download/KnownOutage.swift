import Chronology

/// Hours in which an exchange stood still, as its users reported them.
///
/// They explain gaps; they decide nothing.
struct KnownOutage {
  let from: Instant
  let until: Instant
  let cause: String

  /// Sources: the issue trackers of binance-public-data (#84, #374), ccxt (#5708, #8068) and python-binance (#716).
  private static let ofBinance = [
    outage(
      "2017-09-06T16:00:00Z", "2017-09-06T23:00:00Z",
      "no bars in Binance's own records (binance-public-data #374)"),
    outage("2019-08-15T02:00:00Z", "2019-08-15T10:00:00Z", "Binance stood still for an upgrade (ccxt #5708)"),
    outage(
      "2020-02-19T11:35:00Z", "2020-02-19T17:30:00Z",
      "Binance stood still, unplanned (binance-public-data #84)"),
    outage("2020-11-30T06:00:00Z", "2020-11-30T07:00:00Z", "Binance stood still for an upgrade (ccxt #8068)"),
    outage(
      "2021-03-02T09:30:00Z", "2021-03-02T10:10:00Z", "no bars in Binance's own records (python-binance #716)"
    ),
  ].compactMap(\.self)

  private static func outage(_ from: String, _ until: String, _ cause: String) -> KnownOutage? {
    guard let from = Instant(parsing: from), let until = Instant(parsing: until) else { return nil }
    return KnownOutage(from: from, until: until, cause: cause)
  }

  /// Why bars of `range` (ms) are missing, when it is known.
  static func cause(of range: Range<Int64>, origin: String) -> String? {
    guard origin.hasPrefix("binance") else { return nil }
    return ofBinance.first {
      range.overlaps($0.from.milliseconds..<$0.until.milliseconds)
    }?.cause
  }
}
