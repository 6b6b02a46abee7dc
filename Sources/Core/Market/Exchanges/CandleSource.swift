package import Artifacts
package import Chronology
package import HTTP

/// A server that sells or gives away bars, a page at a time.
///
/// A source only knows how to ask and how to read what comes back. What to ask, when, how often, where to keep it and
/// what to do about gaps is the same for all and lives in ``Download``.
package protocol CandleSource: Sendable {
  /// What the store and the manifest call it: `binance`, or `binance at 127.0.0.1:8787` for another host.
  var origin: String { get }
  /// The values of a bar, in the order of pages.
  var columns: [Series.Column] { get }
  var intervals: [Interval] { get }
  /// What the server allows before it has said so itself.
  var budget: RateBudget { get }
  /// Why a bar may be missing without anything being wrong; nil where every bar is owed.
  var silence: String? { get }

  /// Asks what time the server has.
  func clock() -> HTTPRequest
  func time(in response: HTTPResponse) throws(PageError) -> Instant

  /// Asks for the limits and for these symbols, or for all when there are none; nil when the server does not tell.
  ///
  /// A long list comes in parts: `marker` is what the part before said.
  func directory(of symbols: [String], after marker: String?) -> HTTPRequest?
  func directory(in response: HTTPResponse) throws(PageError) -> SymbolDirectory

  /// Asks for bars at the beginning of `range` (ms, on the grid); with `.gap`, for any bar in all of it.
  func question(
    _ symbol: String, _ grid: CandleGrid, range: Range<Int64>, purpose: Question.Purpose
  ) -> Question
  func answer(to question: Question, in response: HTTPResponse, serverTime: Instant) throws(PageError)
    -> Answer
}

/// The symbols that a server lists, and what it allows.
package struct SymbolDirectory: Sendable {
  package struct Entry: Sendable, Equatable {
    package var symbol: String
    package var status: String

    package init(symbol: String, status: String) {
      self.symbol = symbol
      self.status = status
    }
  }

  package var symbols: [Entry]
  package var limits: [RateLimit]
  /// Where the next part begins; nil after the last.
  package var marker: String?

  package init(symbols: [Entry] = [], limits: [RateLimit] = [], marker: String? = nil) {
    self.symbols = symbols
    self.limits = limits
    self.marker = marker
  }
}

/// One request, and the bars that its answer is to hold.
package struct Question: Sendable {
  package enum Purpose: Sendable, Equatable {
    case page
    /// Where the next bar is, after a page without any.
    case probe
    /// Whether there is a bar after all where none was found.
    case gap
    case checksum(file: String)
    case archive(file: String, digest: Digest)
  }

  package var symbol: String
  package var grid: CandleGrid
  /// The opens that are asked for, ms.
  package var range: Range<Int64>
  package var purpose: Purpose
  package var request: HTTPRequest

  package init(
    symbol: String, grid: CandleGrid, range: Range<Int64>, purpose: Purpose = .page, request: HTTPRequest
  ) {
    self.symbol = symbol
    self.grid = grid
    self.range = range
    self.purpose = purpose
    self.request = request
  }
}

/// What a response means for the question.
package enum Answer: Sendable {
  /// These bars and no others open in `covering`.
  case bars([CandlePage], covering: Range<Int64>, archive: ArchiveRecord? = nil)
  /// This has to be asked first, or next.
  case ask(Question)
  /// The server has no such file.
  case absent
}

extension Question.Purpose {
  /// The bulk file that is asked for.
  var file: String? {
    switch self {
    case .page, .probe, .gap: nil
    case .checksum(let file), .archive(let file, _): file
    }
  }

  /// What the bulk file must have, once its checksum has come.
  var digest: Digest? {
    guard case .archive(_, let digest) = self else { return nil }
    return digest
  }
}
