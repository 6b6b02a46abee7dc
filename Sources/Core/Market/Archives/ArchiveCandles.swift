package import Chronology

/// The candles of one of Binance's archives, page by page: CSV of twelve columns, as ``BinanceKlines`` orders them.
///
/// Spot files have no header, files of futures have one since 2022; times are seconds, milliseconds or, from
/// 2025-01-01 on, microseconds. A page is good only once ``next()`` has given nil: before that, the archive's
/// checksum is not known.
/// Format: https://github.com/binance/binance-public-data
package struct ArchiveCandles {
  /// Gives the next bytes of the file; 0 at its end.
  package typealias Reader = (UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int

  /// Twelve fields of the longest kind have 780 bytes.
  private static let rowLimit = 4096

  private let name: String
  private let barsPerPage: Int
  private let read: Reader
  private var intake: CandleIntake
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  /// The bytes of the buffer that were read and are no bars yet.
  private var pending = 0..<0
  private var isAtEnd = false
  private var line = 0

  /// The candles of the only file of an archive; `name` is that file's.
  package init(
    zip bytes: [UInt8], named name: String, interval: Interval, limits: ZipArchive.Limits = .standard,
    barsPerPage: Int = 4096
  ) throws(ArchiveError) {
    let member = try ArchiveMember(of: bytes, named: name, limits: limits)
    self.init(named: name, interval: interval, barsPerPage: barsPerPage) { buffer throws(ArchiveError) in
      try member.read(into: buffer)
    }
  }

  /// The candles of a file that `read` gives in pieces.
  package init(named name: String, interval: Interval, barsPerPage: Int = 4096, read: @escaping Reader) {
    precondition(barsPerPage > 0, "pages of \(barsPerPage) bars")
    self.name = name
    self.barsPerPage = barsPerPage
    self.read = read
    let (first, last) = (Instant.representable.lowerBound, Instant.representable.upperBound)
    intake = CandleIntake(
      columnCount: BinanceColumns.all.count, grid: CandleGrid(interval), from: Instant(milliseconds: first),
      until: Instant(milliseconds: last), serverTime: Instant(milliseconds: .max))
  }

  /// The next bars, at most `barsPerPage` of them; nil when there are no more.
  package mutating func next() throws(ArchiveError) -> CandlePage? {
    let cells = BarCells(columnCount: BinanceColumns.all.count)
    defer { cells.deallocate() }
    intake.reply.page.reserve(bars: barsPerPage, textBytes: barsPerPage * 100)
    while intake.reply.page.count < barsPerPage {
      if try takeRows(cells) { continue }
      guard !isAtEnd else { break }
      try fill()
    }
    return intake.reply.page.isEmpty ? nil : intake.handOver()
  }

  /// Moves what is pending to the front and reads behind it.
  private mutating func fill() throws(ArchiveError) {
    let rest = pending.count
    guard rest <= Self.rowLimit else { throw problem("the row is longer than \(Self.rowLimit) bytes") }
    let (start, read) = (pending.lowerBound, read)
    let count = try buffer.withUnsafeMutableBytes { bytes -> Result<Int, ArchiveError> in
      if rest > 0, start > 0, let base = bytes.baseAddress {
        base.copyMemory(from: base + start, byteCount: rest)
      }
      do throws(ArchiveError) {
        return .success(try read(UnsafeMutableRawBufferPointer(rebasing: bytes[rest...])))
      } catch { return .failure(error) }
    }.get()
    pending = 0..<(rest + count)
    isAtEnd = count == 0
  }

  /// Takes the rows that are complete in the buffer, at most a page of them; false when there is none.
  private mutating func takeRows(_ cells: BarCells) throws(ArchiveError) -> Bool {
    let end = completeEnd
    guard pending.lowerBound < end else { return false }
    let (start, isFirst) = (pending.lowerBound, line == 0)
    var (intake, line) = (intake, line)
    // The page moves out and back in; two owners would mean a copy a row.
    self.intake.reply.page = CandlePage(columnCount: BinanceColumns.all.count)
    let limit = barsPerPage
    let result = buffer.withUnsafeBufferPointer { bytes -> Result<Int, PageError> in
      guard let base = bytes.baseAddress else { return .success(start) }
      var scanner = CellScanner(base, count: end)
      scanner.index = start
      do throws(PageError) {
        if isFirst, try Self.header(&scanner) { line += 1 }
        while scanner.index < end, intake.reply.page.count < limit {
          line += 1
          try Self.row(&scanner, cells, into: &intake)
        }
      } catch { return .failure(error) }
      return .success(scanner.index)
    }
    self.intake = intake
    self.line = line
    switch result {
    case .success(let index):
      pending = index..<pending.upperBound
      return true
    case .failure(.malformed(let text)): throw problem(text)
    case .failure(let error): throw problem("\(error)")
    }
  }

  /// The end of the last row that is complete.
  private var completeEnd: Int {
    if isAtEnd { return pending.upperBound }
    let newline = buffer[pending].lastIndex(of: UInt8(ascii: "\n"))
    return newline.map { $0 + 1 } ?? pending.lowerBound
  }

  private func problem(_ text: String) -> ArchiveError { .row(member: name, line: max(line, 1), text) }

  // MARK: Rows

  /// Moves behind a first line that begins with no digit; it must be twelve names.
  private static func header(_ scanner: inout CellScanner) throws(PageError) -> Bool {
    guard scanner.byte &- UInt8(ascii: "0") > 9 else { return false }
    var commas = 0
    while scanner.index < scanner.end, scanner.byte != UInt8(ascii: "\n"), scanner.byte != UInt8(ascii: "\r")
    {
      let byte = scanner.byte
      guard
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
          || byte == UInt8(ascii: ",")
      else { throw .malformed("neither candles nor the names of columns") }
      if byte == UInt8(ascii: ",") { commas += 1 }
      scanner.index += 1
    }
    guard commas == 11, takeLineEnd(&scanner) else {
      throw .malformed("twelve names of columns are expected")
    }
    return true
  }

  @inline(__always)
  private static func row(
    _ scanner: inout CellScanner, _ cells: BarCells, into intake: inout CandleIntake
  ) throws(PageError) {
    guard let times = fields(&scanner, cells), takeLineEnd(&scanner) else {
      throw .malformed("twelve numbers as documented are expected")
    }
    let seen = intake.reply.duplicates
    try intake.take(cells, at: times.open, closing: times.close, from: scanner)
    guard intake.reply.duplicates == seen else { throw .malformed("the bar stands twice") }
    guard intake.reply.outside == 0 else { throw .malformed("the time is out of range") }
  }

  /// The twelve fields of a row; nil, somewhere inside it, when they are not as documented.
  @inline(__always)
  private static func fields(
    _ scanner: inout CellScanner, _ cells: BarCells
  ) -> (open: Int64, close: Int64)? {
    guard let open = scanner.whole() else { return nil }
    for column in 0..<5 {
      guard scanner.takeAtOnce(","), cells.takeNumber(column, &scanner) else { return nil }
    }
    guard scanner.takeAtOnce(","), let close = scanner.whole() else { return nil }
    guard scanner.takeAtOnce(","), cells.takeNumber(5, &scanner) else { return nil }
    guard scanner.takeAtOnce(","), cells.takeWhole(6, &scanner) else { return nil }
    for column in 7..<9 {
      guard scanner.takeAtOnce(","), cells.takeNumber(column, &scanner) else { return nil }
    }
    return scanner.takeAtOnce(",") && scanner.decimal() != nil ? (open, close) : nil
  }

  /// `\n`, `\r\n` or the end of the file.
  @inline(__always)
  private static func takeLineEnd(_ scanner: inout CellScanner) -> Bool {
    if scanner.takeAtOnce("\n") { return true }
    _ = scanner.takeAtOnce("\r")
    return scanner.takeAtOnce("\n") || scanner.index == scanner.end
  }
}
