package import Artifacts
package import Chronology
package import HTTP

/// A bulk file of Binance's archive.
package struct ArchiveFile: Sendable, Equatable {
  /// `BTCUSDT-1h-2024-01.zip`.
  package var name: String
  /// The folders above it.
  package var folders: [String]
  /// The opens that it holds, ms.
  package var range: Range<Int64>
}

/// Binance's archive of candles: a zip file a month or a day, each beside its checksum.
///
/// Layout and traps: https://github.com/binance/binance-public-data. A month is published on the first Monday of the
/// next, a day on the next day; from 2025-01-01 times are in microseconds; `1M` is written `1mo`; files are replaced
/// now and then, so that the digest of each file that was taken is kept.
package struct BinanceArchiveSource: CandleSource {
  package static let home = "https://data.binance.vision"

  private let base: WebAddress
  package let origin: String

  package init(base: WebAddress, origin: String) {
    self.base = base
    self.origin = origin
  }

  package var columns: [Series.Column] { BinanceSource.columns }
  package var intervals: [Interval] { BinanceSource.intervals }
  package var budget: RateBudget { RateBudget(requestsPerSecond: 20) }
  package var silence: String? { nil }

  // MARK: Files

  /// Files of more bars than this are taken a day at a time, so that memory stays small.
  private static let barLimit = 150_000

  static func isMonthly(_ file: String) -> Bool { file.split(separator: "-").count == 4 }

  /// The published file that has the bar which opens at `open`.
  func file(
    _ symbol: String, _ grid: CandleGrid, from open: Int64, absentFiles: Set<String>, serverTime: Instant
  ) -> ArchiveFile? {
    let date = Instant(milliseconds: open).date
    let month = Self.month(date.year, date.month)
    if Self.monthIsPublished(month, at: serverTime), Self.bars(in: month, grid) <= Self.barLimit {
      let file = file(symbol, grid, "monthly", String(date.description.dropLast(3)), month)
      if !absentFiles.contains(file.name) { return file }
    }
    let midnight = Instant(year: date.year, month: date.month, day: date.day).milliseconds
    let day = midnight..<(midnight + Self.day)
    guard BinanceIntervals.hasDailyArchives(grid.interval),
      day.upperBound + Self.day <= serverTime.milliseconds
    else { return nil }
    let file = file(symbol, grid, "daily", date.description, day)
    return absentFiles.contains(file.name) ? nil : file
  }

  private static let day: Int64 = 86_400_000

  private func file(
    _ symbol: String, _ grid: CandleGrid, _ period: String, _ date: String, _ span: Range<Int64>
  ) -> ArchiveFile {
    let interval = Self.spelling(of: grid.interval)
    return ArchiveFile(
      name: "\(symbol)-\(interval)-\(date).zip",
      folders: ["data", "spot", period, "klines", symbol, interval],
      range: Self.firstOpen(span.lowerBound, grid)..<Self.firstOpen(span.upperBound, grid))
  }

  /// `1mo`, because `1M` and `1m` are one name on some file systems.
  static func spelling(of interval: Interval) -> String {
    if case .months(let count) = interval { return "\(count)mo" }
    return interval.description
  }

  private static func firstOpen(_ time: Int64, _ grid: CandleGrid) -> Int64 {
    let open = grid.floor(time)
    return open == time ? open : grid.next(after: open)
  }

  private static func month(_ year: Int, _ month: Int) -> Range<Int64> {
    let start = Instant(year: year, month: month, day: 1)
    return start.milliseconds..<Interval.months(1).after(start).milliseconds
  }

  private static func bars(in month: Range<Int64>, _ grid: CandleGrid) -> Int {
    grid.steps(from: firstOpen(month.lowerBound, grid), to: firstOpen(month.upperBound, grid))
  }

  /// A month is published on the first Monday of the next.
  private static func monthIsPublished(_ month: Range<Int64>, at time: Instant) -> Bool {
    let next = Instant(milliseconds: month.upperBound)
    let monday = next.milliseconds + Int64((7 - next.weekday) % 7) * day
    return time.milliseconds >= monday + day
  }

  // MARK: Asking

  package func clock() -> HTTPRequest {
    HTTPRequest(
      base.with(query: [("prefix", "data/spot/monthly/klines/"), ("delimiter", "/"), ("max-keys", "1")]))
  }

  package func directory(of symbols: [String], after marker: String?) -> HTTPRequest? {
    guard symbols.isEmpty else { return nil }
    let prefix = "data/spot/monthly/klines/"
    return HTTPRequest(
      base.with(query: [("delimiter", "/"), ("prefix", prefix)] + (marker.map { [("marker", $0)] } ?? [])))
  }

  package func question(
    _ symbol: String, _ grid: CandleGrid, range: Range<Int64>, purpose: Question.Purpose
  ) -> Question {
    let date = Instant(milliseconds: range.lowerBound).date
    let midnight = Instant(year: date.year, month: date.month, day: date.day).milliseconds
    let day = date.description
    let file =
      BinanceIntervals.hasDailyArchives(grid.interval)
      ? file(symbol, grid, "daily", day, midnight..<(midnight + Self.day))
      : file(symbol, grid, "monthly", String(day.dropLast(3)), Self.month(date.year, date.month))
    return self.question(for: file, symbol, grid)
  }

  /// Asks for a file, which begins with its checksum.
  func question(for file: ArchiveFile, _ symbol: String, _ grid: CandleGrid) -> Question {
    let address = base.appending(path: file.folders + [file.name + Self.checksumSuffix])
    return Question(
      symbol: symbol, grid: grid, range: file.range, purpose: .checksum(file: file.name),
      request: HTTPRequest(address, bodyLimit: Self.checksumLimit, weight: 0))
  }

  private static let checksumSuffix = ".CHECKSUM"
  private static let checksumLimit = 4096

  /// The question for the checksum of a file; nil when it is no file that was asked for.
  func checksumQuestion(before question: Question) -> Question? {
    guard case .archive(let file, _) = question.purpose else { return nil }
    var first = question
    first.purpose = .checksum(file: file)
    first.request.address.path += Self.checksumSuffix
    first.request.bodyLimit = Self.checksumLimit
    return first
  }
}

// MARK: - Answers

extension BinanceArchiveSource {
  /// The largest file that is taken; a month of minutes has 3 MB.
  private static let sizeLimit = 128 << 20

  package func time(in response: HTTPResponse) throws(PageError) -> Instant {
    try accept(response)
    return try response.date()
  }

  package func directory(in response: HTTPResponse) throws(PageError) -> SymbolDirectory {
    try accept(response)
    let listing: SymbolListing
    do throws(ArchiveError) { listing = try SymbolListing.parse(response.body) } catch {
      throw .malformed("\(error)")
    }
    return SymbolDirectory(
      symbols: listing.names.map { .init(symbol: $0, status: "archived") },
      marker: listing.isTruncated ? listing.nextMarker ?? listing.prefixes.last : nil)
  }

  package func answer(
    to question: Question, in response: HTTPResponse, serverTime: Instant
  ) throws(PageError) -> Answer {
    if response.status == 404 { return .absent }
    try accept(response)
    switch question.purpose {
    case .checksum(let file): return .ask(try archive(file, after: question, checksum: response.body))
    case .archive(let file, let digest): return try bars(of: file, digest: digest, question, response)
    case .page, .probe, .gap: preconditionFailure("an archive is asked for files")
    }
  }

  private func archive(
    _ file: String, after question: Question, checksum: [UInt8]
  ) throws(PageError) -> Question {
    let digest: Digest
    do throws(ArchiveError) { digest = try ChecksumFile.digest(in: checksum, of: file) } catch {
      throw .malformed("\(error)")
    }
    return fileQuestion(after: question, file: file, digest: digest)
  }

  /// Asks for the file itself, once its checksum is known.
  func fileQuestion(after question: Question, file: String, digest: Digest) -> Question {
    var next = question
    next.purpose = .archive(file: file, digest: digest)
    next.request.address.path.removeLast(Self.checksumSuffix.count)
    next.request.bodyLimit = Self.sizeLimit
    return next
  }

  private func bars(
    of file: String, digest: Digest, _ question: Question, _ response: HTTPResponse
  ) throws(PageError) -> Answer {
    let found = Digest(of: response.body)
    guard found == digest else {
      throw .malformed(
        "the SHA-256 of \(file) is \(found.short)…, and its checksum file says \(digest.short)…")
    }
    var pages: [CandlePage] = []
    do throws(ArchiveError) {
      let member = String(file.dropLast(4)) + ".csv"
      var candles = try ArchiveCandles(zip: response.body, named: member, interval: question.grid.interval)
      while let page = try candles.next() { pages.append(page) }
    } catch { throw .malformed("\(file): \(error)") }
    let record = ArchiveRecord(
      name: file, digest: found.hex, etag: response.headers["etag"],
      bars: pages.reduce(0) { $0 + $1.count }, state: .taken)
    return .bars(pages, covering: question.range, archive: record)
  }

  private func accept(_ response: HTTPResponse) throws(PageError) {
    guard response.status != 200 else { return }
    throw .refused(DownloadError(response, from: base, message: ""))
  }
}
