package import Artifacts
package import Chronology

/// What a download brought, and what it could not bring.
package struct DownloadedMarket: Sendable {
  /// One series of it.
  package struct Part: Sendable {
    package let series: StoredSeries
    /// The opens that were wanted, ms.
    package let wanted: Range<Int64>
    package let counts: StoreCounts
    /// How many bars were received of what was wanted.
    package let barsOwed: Int
    /// Between bars, and behind the last one.
    package let gaps: [MissingBars]
    package let tail: [MissingBars]
    /// Bulk files that never matched their checksum, and were not taken.
    package let quarantined: [String]

    init(_ download: SeriesDownload, _ source: any CandleSource, counts: StoreCounts) {
      series = download.series
      wanted = download.wanted
      self.counts = counts
      barsOwed = download.barsOwed
      quarantined = download.quarantined
      let grid = download.series.grid
      let reasked = download.ledger.reasked
      func missing(_ ranges: RangeSet<Int64>) -> [MissingBars] {
        ranges.ranges.map { range in
          MissingBars(
            range, grid: grid, cause: KnownOutage.cause(of: range, origin: source.origin) ?? source.silence,
            wasAskedAgain: RangeSet(range).subtracting(reasked).isEmpty)
        }
      }
      gaps = missing(download.interiorGaps)
      tail = missing(download.tail)
    }

    /// How many bars are missing, of how many from the first one on.
    package var missing: (count: Int, of: Int) {
      let count = (gaps + tail).reduce(0) { $0 + $1.count }
      return (count, barsOwed + count)
    }
  }

  /// The instant by which every bar has closed; what `until: latest-closed` came to.
  package let until: Instant
  /// What the source is called, here and in the store.
  package let origin: String
  /// The values of a bar, in the order of the store.
  package let columns: [Series.Column]
  package let parts: [Part]
  package let traffic: Traffic
}

/// Bars that the grid owes and the source does not have.
package struct MissingBars: Sendable, Equatable {
  package var first: Instant
  package var last: Instant
  package var count: Int
  /// What happened, as far as anybody knows.
  package var cause: String?
  package var wasAskedAgain: Bool

  init(_ range: Range<Int64>, grid: CandleGrid, cause: String?, wasAskedAgain: Bool) {
    count = grid.steps(from: range.lowerBound, to: range.upperBound)
    first = Instant(milliseconds: range.lowerBound)
    last = Instant(milliseconds: grid.next(after: range.lowerBound, steps: max(count - 1, 0)))
    self.cause = cause
    self.wasAskedAgain = wasAskedAgain
  }
}
