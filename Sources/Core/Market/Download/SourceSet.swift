package import Chronology

/// Where the bars of a series may come from.
package struct SourceSet: Sendable {
  /// The source that is asked a page at a time; nil when only bulk files are to be used.
  package var pages: (any CandleSource)?
  /// Bulk files, where there are any.
  package var archive: BinanceArchiveSource?

  package init(pages: (any CandleSource)?, archive: BinanceArchiveSource?) {
    precondition(pages != nil || archive != nil, "bars come from somewhere")
    self.pages = pages
    self.archive = archive
  }

  /// The one that gives its name, its columns and its clock.
  package var main: any CandleSource {
    guard let main: any CandleSource = pages ?? archive else {
      preconditionFailure("bars come from somewhere")
    }
    return main
  }

  var hasPages: Bool { pages != nil }

  /// Refuses the name of a value that the source does not have.
  package func check(columns: [String]?) throws(DownloadError) {
    let known = main.columns.map(\.name)
    guard let unknown = columns?.first(where: { !known.contains($0) }) else { return }
    throw .unknownColumn(unknown, origin: main.origin, known: known)
  }

  /// Whether what one source does not have may be had from the other.
  var areTwo: Bool { pages != nil && archive != nil }

  /// Whether a missing bar is worth a second question.
  var asksAgain: Bool { main.silence == nil }

  func source(of question: Question) -> any CandleSource {
    question.purpose.file == nil ? main : archive ?? main
  }

  /// The bulk file that has the first of these bars, when it takes fewer requests than pages; otherwise a page.
  ///
  /// Nil when there are no pages and the file is not published yet.
  func question(
    _ series: StoredSeries, range: Range<Int64>, absentFiles: Set<String>, serverTime: Instant
  ) -> Question? {
    let file = file(of: series, from: range.lowerBound, absentFiles: absentFiles, serverTime: serverTime)
    if let archive, let file, !hasPages || isWorthIt(file, of: series, range: range) {
      return archive.question(for: file, series.name.symbol, series.grid)
    }
    return pages?.question(series.name.symbol, series.grid, range: range, purpose: .page)
  }

  /// Asks about a gap where it was not asked before: pages for bulk files, bulk files for pages.
  ///
  /// Where there is only one of the two it is asked a second time.
  func otherQuestion(
    _ series: StoredSeries, gap: Range<Int64>, wanted: Range<Int64>, absentFiles: Set<String>,
    serverTime: Instant
  ) -> Question {
    let file = file(of: series, from: gap.lowerBound, absentFiles: absentFiles, serverTime: serverTime)
    if let archive, let file, !hasPages || !isWorthIt(file, of: series, range: wanted) {
      var question = archive.question(for: file, series.name.symbol, series.grid)
      question.range = gap.clamped(to: file.range)
      return question
    }
    return main.question(series.name.symbol, series.grid, range: gap, purpose: .gap)
  }

  private func file(
    of series: StoredSeries, from open: Int64, absentFiles: Set<String>, serverTime: Instant
  ) -> ArchiveFile? {
    archive?.file(
      series.name.symbol, series.grid, from: open, absentFiles: absentFiles, serverTime: serverTime)
  }

  /// A file takes two requests, its checksum and itself; a page takes one.
  private func isWorthIt(_ file: ArchiveFile, of series: StoredSeries, range: Range<Int64>) -> Bool {
    let bars = range.clamped(to: file.range)
    return series.grid.steps(from: bars.lowerBound, to: bars.upperBound) > 2 * BinanceSource.pageLimit
  }
}
