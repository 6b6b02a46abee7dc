package import Chronology

/// What one answer of an exchange holds.
package struct CandleReply: Sendable, Equatable {
  /// The finished bars, oldest first.
  package var page: CandlePage
  /// Bars that stood twice, with the same values.
  package var duplicates = 0
  /// Bars that had not closed by the server's time; they are not in the page.
  package var unfinished = 0
  /// Bars outside the time that was asked for; they are not in the page.
  package var outside = 0
  /// The opening of the newest bar, whether finished or not; nil when there was none.
  package var lastOpenSeen: Instant?
  /// Kraken's cursor: the next question's `since`.
  package var last: Instant?

  package init(page: CandlePage) { self.page = page }
}
