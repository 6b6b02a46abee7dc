package import Chronology

/// What rows must fulfil to become a series, and which of them are taken.
package struct SeriesRules: Sendable {
  /// The kind of source, as the configuration names it.
  package var source: String
  /// Nil to find it in the rows.
  package var interval: Interval?
  package var calendar: Calendar
  /// Bars that open before it are left out unseen; nil for none.
  package var from: Instant?
  /// Only bars that have closed by then are taken; nil for all.
  package var until: Instant?
  /// Columns that must be positive; nil for those named open, high, low and close.
  package var prices: [String]?
  /// How many bytes of rows may be held in memory to put them in order.
  package var memory = 48 << 20

  package init(
    source: String, interval: Interval?, calendar: Calendar, from: Instant? = nil, until: Instant? = nil,
    prices: [String]? = nil
  ) {
    self.source = source
    self.interval = interval
    self.calendar = calendar
    self.from = from
    self.until = until
    self.prices = prices
  }
}
