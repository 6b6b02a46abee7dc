private import Artifacts
import Chronology

/// How far the download of one series has come, and what it has to ask next.
///
/// At most one of its questions is on its way at any time, and an answer is written down before the next question is
/// asked: an interruption costs one request at most. The answer goes into the database while the server is at work on
/// the next.
struct SeriesDownload {
  let series: StoredSeries
  /// The opens that are wanted, ms.
  let wanted: Range<Int64>
  /// What the store had counted of the series before.
  let countsBefore: StoreCounts
  private(set) var ledger: SeriesLedger
  /// Bulk files that failed their checksum again and again.
  private(set) var quarantined: [String] = []
  /// What the pages said of the symbol when they did not know it; its archives may know it still.
  private(set) var refusal: DownloadError?

  /// What earlier downloads brought, and with which bars they ended.
  private let coveredBefore: RangeSet<Int64>
  private let endsBefore: RangeSet<Int64>
  private var sources: SourceSet
  private let revisionBars: Int
  /// Bars that open here or later may be revised.
  private var revisableFrom = Int64.max
  /// Bulk files that are not to be had.
  private var absentFiles: Set<String>
  /// Bulk files whose checksum came before an interruption.
  private var announced: [String: Digest]
  private var archiveFailures: [String: Int] = [:]
  private var isReasking = false
  /// What is written down and not yet in the database, and what was known before it.
  private var unsettled: (StoreEntry, over: SeriesLedger)?

  private static let day: Int64 = 86_400_000

  /// How often a bulk file may differ from its checksum before it is left alone.
  private static let archiveAttempts = 3
  /// A month may be published so much later than it should be, ms.
  private static let longestDelay: Int64 = 62 * 86_400_000

  init(
    _ series: StoredSeries, wanted: Range<Int64>, from store: CandleStore, sources: SourceSet,
    revisionBars: Int,
    now: Int64 = 0
  ) throws {
    self.series = series
    self.wanted = wanted
    ledger = try store.ledger(of: series)
    coveredBefore = ledger.covered
    endsBefore = ledger.ends
    (announced, absentFiles) = try store.openArchives(of: series, since: now - Self.day)
    countsBefore = store.counts(of: series)
    self.sources = sources
    self.revisionBars = revisionBars
  }

  /// The number of bars that were answered for, and of all that are wanted.
  var progress: (done: Int, total: Int) {
    let open = RangeSet(wanted).subtracting(ledger.covered)
    let left = open.ranges.reduce(0) { $0 + series.grid.steps(from: $1.lowerBound, to: $1.upperBound) }
    let total = series.grid.steps(from: wanted.lowerBound, to: wanted.upperBound)
    return (total - left, total)
  }

  /// What was stored of the series by this download, as far as it is known by now.
  func counts(in store: CandleStore) -> StoreCounts { store.counts(of: series) - countsBefore }

  /// How many bars were received of what is wanted.
  var barsOwed: Int {
    let there = RangeSet(wanted).intersection(ledger.covered).subtracting(ledger.missing)
    return there.ranges.reduce(0) { $0 + series.grid.steps(from: $1.lowerBound, to: $1.upperBound) }
  }

  /// What is missing behind the last bar: the source stood still, or the symbol is gone.
  var tail: RangeSet<Int64> {
    guard let end = there.last?.upperBound else { return RangeSet() }
    return gaps(until: wanted.upperBound).subtracting(gaps(until: end))
  }

  /// Whether neither a bar nor a gap is left to ask about.
  var hasNothingToAsk: Bool { isComplete && gapsToReask.isEmpty }

  /// Whether everything that is wanted has been answered for.
  var isComplete: Bool { RangeSet(wanted).subtracting(ledger.covered).isEmpty }

  // MARK: Asking

  /// What to ask next; nil when nothing is left.
  mutating func nextQuestion(serverTime: Instant) -> Question? {
    guard let question = questionAhead(serverTime: serverTime) else { return nil }
    // Of a file that was announced before an interruption the checksum is known.
    guard case .checksum(let file) = question.purpose, let digest = announced[file],
      let archive = sources.archive
    else { return question }
    return archive.fileQuestion(after: question, file: file, digest: digest)
  }

  private mutating func questionAhead(serverTime: Instant) -> Question? {
    if let open = RangeSet(wanted).subtracting(ledger.covered).ranges.first,
      let question = sources.question(
        series, range: overlapping(open), absentFiles: absentFiles, serverTime: serverTime)
    {
      isReasking = false
      return question
    }
    guard let gaps = nextGaps else { return nil }
    isReasking = true
    return sources.otherQuestion(
      series, gap: gaps, wanted: wanted, absentFiles: absentFiles, serverTime: serverTime)
  }

  /// New bars are asked for together with the last of an earlier download, because a source may still have mended those.
  ///
  /// A download that was interrupted ended nowhere: going on with it repeats nothing.
  private mutating func overlapping(_ open: Range<Int64>) -> Range<Int64> {
    guard revisableFrom == .max, endsBefore.contains(open.lowerBound - 1),
      let before = coveredBefore.ranges.last(where: { $0.upperBound == open.lowerBound })
    else { return open }
    revisableFrom = max(before.lowerBound, series.grid.next(after: open.lowerBound, steps: -revisionBars))
    return revisableFrom..<open.upperBound
  }

  /// Gaps that nobody has been asked about a second time.
  ///
  /// A file may lack its end, so that with two sources the time behind the last bar is asked about as well.
  private var gapsToReask: RangeSet<Int64> {
    guard sources.asksAgain else { return RangeSet() }
    let end = sources.areTwo ? wanted.upperBound : there.last?.upperBound
    return gaps(until: end).subtracting(ledger.reasked)
  }

  /// The first gap to be asked about again, and those behind it that the same page holds.
  private var nextGaps: Range<Int64>? {
    let gaps = gapsToReask.ranges
    guard var range = gaps.first else { return nil }
    for gap in gaps.dropFirst() {
      guard series.grid.steps(from: range.lowerBound, to: gap.upperBound) <= BinanceSource.pageLimit else {
        break
      }
      range = range.lowerBound..<gap.upperBound
    }
    return range
  }

  /// What is missing between the first and the last bar: before it was listed a symbol has no gaps.
  var interiorGaps: RangeSet<Int64> { gaps(until: there.last?.upperBound) }

  /// What is missing and wanted, from the first bar on.
  private func gaps(until end: Int64?) -> RangeSet<Int64> {
    guard let first = there.first?.lowerBound, let end, first < end else { return RangeSet() }
    return ledger.missing.intersection(RangeSet((first..<end).clamped(to: wanted)))
  }

  /// Where bars are, oldest first.
  private var there: RangeSet<Int64>.Ranges { ledger.covered.subtracting(ledger.missing).ranges }

  // MARK: Answers

  /// Stores what an answer brings; gives a question that has to be asked before the next.
  mutating func take(
    _ answer: Answer, to question: Question, in store: CandleStore, now: Int64
  ) throws -> Question? {
    switch answer {
    case .ask(let next):
      try announce(next, in: store, now: now)
      return next
    case .absent: try passOver(question, in: store, now: now)
    case .bars(let pages, let covering, let archive):
      try keep(pages, covering: covering, archive: archive, for: question, in: store, now: now)
    }
    return nil
  }

  /// Writes down the checksum that a bulk file will be held to, so that it is not asked for twice.
  private mutating func announce(_ question: Question, in store: CandleStore, now: Int64) throws {
    guard case .archive(let file, let digest) = question.purpose else { return }
    let record = ArchiveRecord(name: file, digest: digest.hex, etag: nil, bars: 0, state: .announced)
    try enter(StoreEntry(series, archive: record, now: now), in: store)
  }

  private mutating func keep(
    _ pages: [CandlePage], covering: Range<Int64>, archive: ArchiveRecord?, for question: Question,
    in store: CandleStore, now: Int64
  ) throws {
    // What is there already, and not under revision, is left alone: only a gap is filled from elsewhere.
    var taken = RangeSet(covering).subtracting(ledger.covered).union(ledger.missing)
    if revisableFrom < covering.upperBound {
      taken.insert(contentsOf: max(revisableFrom, covering.lowerBound)..<covering.upperBound)
    }
    try enter(
      StoreEntry(
        series, pages: pages.map { $0.restricted(to: taken) }, covering: covering,
        reasked: isReasking ? question.range.clamped(to: covering) : nil, revisableFrom: revisableFrom,
        archive: archive, now: now),
      in: store)
  }

  /// Writes an entry down; ``settle(in:)`` brings it into the database.
  private mutating func enter(_ entry: StoreEntry, in store: CandleStore) throws {
    try settle(in: store)
    let after = try store.note(entry, ledger: ledger)
    unsettled = (entry, over: ledger)
    ledger = after
  }

  /// Notes with which bar a download that brought something ended.
  mutating func end(in store: CandleStore, now: Int64) throws {
    guard ledger.covered != coveredBefore, isComplete, !wanted.isEmpty else { return }
    let last = series.grid.next(after: wanted.upperBound, steps: -1)..<wanted.upperBound
    try enter(StoreEntry(series, end: last, now: now), in: store)
    try settle(in: store)
  }

  /// Hands what was written down to the database.
  mutating func settle(in store: CandleStore) throws {
    guard let (entry, earlier) = unsettled else { return }
    unsettled = nil
    try store.enter(entry, over: earlier)
  }

  /// There is no such file: what it would have held is asked for elsewhere, or is missing.
  private mutating func passOver(
    _ question: Question, isThere: Bool = false, in store: CandleStore, now: Int64
  ) throws {
    guard let file = question.purpose.file else { return }
    absentFiles.insert(file)
    // The days of a month are worth asking for when the month is there and bad, when the symbol was listed by
    // then, and when the month may only be late: https://github.com/binance/binance-public-data/issues/321.
    let isListed = there.first.map { $0.lowerBound < question.range.lowerBound } ?? false
    let isRecent = question.range.upperBound > now - Self.longestDelay
    let interval = series.name.interval
    let hasDays = BinanceArchiveSource.isMonthly(file) && BinanceIntervals.hasDailyArchives(interval)
    let isNowhere = !isReasking && !sources.hasPages && !(hasDays && (isThere || isListed || isRecent))
    let record = ArchiveRecord(name: file, digest: "", etag: nil, bars: 0, state: .absent)
    try enter(
      StoreEntry(
        series, covering: isNowhere ? question.range : nil, reasked: isReasking ? question.range : nil,
        archive: isThere ? nil : record, now: now),
      in: store)
  }

  /// Goes on without pages, for a symbol that was removed from the exchange and lives on in its archives; false when
  /// there are none.
  mutating func goesOnWithArchives(
    after refusal: DownloadError, to question: Question, in store: CandleStore, now: Int64
  ) throws -> Bool {
    guard sources.hasPages, let archive = sources.archive else { return false }
    sources = SourceSet(pages: nil, archive: archive)
    self.refusal = refusal
    if isReasking { try enter(StoreEntry(series, reasked: question.range, now: now), in: store) }
    return true
  }

  /// Notes that a bulk file or its checksum was damaged; true when it is not to be asked for again.
  mutating func failed(_ question: Question, in store: CandleStore, now: Int64) throws -> Bool {
    guard let file = question.purpose.file else { return false }
    announced[file] = nil
    archiveFailures[file, default: 0] += 1
    guard archiveFailures[file, default: 0] >= Self.archiveAttempts else { return false }
    quarantined.append(file)
    let record = ArchiveRecord(
      name: file, digest: question.purpose.digest?.hex ?? "", etag: nil, bars: 0, state: .quarantined)
    try enter(StoreEntry(series, archive: record, now: now), in: store)
    try passOver(question, isThere: true, in: store, now: now)
    return true
  }
}
