package import Artifacts
package import Chronology
package import HTTP

/// Binance's spot market over REST.
///
/// Facts: https://developers.binance.com/docs/binance-spot-api-docs/rest-api. Bounded pages of 1,000 bars, so that an
/// answer says for each bar of its range whether it exists; the host is the one for market data alone, because the
/// others refuse much of the world (HTTP 451). No time zone is ever sent: it shifts the bars.
package struct BinanceSource: CandleSource {
  package static let home = "https://data-api.binance.vision"
  /// Bars in a page; more are not promised by anybody.
  static let pageLimit = 1000

  package static var columns: [Series.Column] { BinanceColumns.all }
  package static var intervals: [Interval] { BinanceIntervals.all }

  private let base: WebAddress
  package let origin: String
  /// Whether a symbol that is not listed may be in the archives.
  private let hasArchive: Bool

  package init(base: WebAddress, origin: String, hasArchive: Bool) {
    self.base = base
    self.origin = origin
    self.hasArchive = hasArchive
  }

  package var columns: [Series.Column] { Self.columns }
  package var intervals: [Interval] { Self.intervals }
  package var silence: String? { nil }

  /// As documented in 2026; the server's own word, `exchangeInfo`, replaces it.
  package var budget: RateBudget {
    RateBudget(limits: [RateLimit(limit: 6000, windowSeconds: 60, headerName: "x-mbx-used-weight-1m")])
  }

  // MARK: Clock and directory

  package func clock() -> HTTPRequest { request(["api", "v3", "time"], [], limit: 4096, weight: 1) }

  package func time(in response: HTTPResponse) throws(PageError) -> Instant {
    try accept(response, symbol: nil)
    guard let time = BinanceTime.parse(response.body) else { throw .malformed("a server time is expected") }
    return time
  }

  package func directory(of symbols: [String], after marker: String?) -> HTTPRequest? {
    let names = "[" + symbols.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    let query = (symbols.isEmpty ? [] : [("symbols", names)]) + [("showPermissionSets", "false")]
    return request(["api", "v3", "exchangeInfo"], query, limit: 64 << 20, weight: 20)
  }

  package func directory(in response: HTTPResponse) throws(PageError) -> SymbolDirectory {
    try accept(response, symbol: nil)
    let info = try ExchangeInfo.parse(response.body)
    return SymbolDirectory(
      symbols: info.symbols.map { SymbolDirectory.Entry(symbol: $0.name, status: $0.status) },
      limits: info.rateLimits.compactMap(RateLimit.init))
  }

  // MARK: Bars

  package func question(
    _ symbol: String, _ grid: CandleGrid, range: Range<Int64>, purpose: Question.Purpose
  ) -> Question {
    let end =
      purpose == .page
      ? min(range.upperBound, grid.next(after: range.lowerBound, steps: Self.pageLimit)) : range.upperBound
    var query = [
      ("symbol", symbol), ("interval", grid.interval.description), ("startTime", "\(range.lowerBound)"),
    ]
    if purpose == .probe {
      query.append(("limit", "1"))
    } else {
      query += [("endTime", "\(end - 1)"), ("limit", "\(Self.pageLimit)")]
    }
    let range = range.lowerBound..<(purpose == .probe ? range.upperBound : end)
    return Question(
      symbol: symbol, grid: grid, range: range, purpose: purpose,
      request: request(["api", "v3", "klines"], query, limit: 2 << 20, weight: 2))
  }

  package func answer(
    to question: Question, in response: HTTPResponse, serverTime: Instant
  ) throws(PageError) -> Answer {
    try accept(response, symbol: question.symbol)
    let isProbe = question.purpose == .probe
    let reply = try BinanceKlines.page(
      body: response.body, interval: question.grid.interval,
      from: Instant(milliseconds: question.range.lowerBound),
      until: Instant(milliseconds: isProbe ? .max : question.range.upperBound - 1), serverTime: serverTime)
    guard !isProbe else {
      // Nothing opens before the bar that was found, and nothing at all when none was.
      let next = reply.lastOpenSeen?.milliseconds ?? question.grid.floor(serverTime.milliseconds)
      return .bars([], covering: question.range.lowerBound..<max(next, question.range.upperBound))
    }
    guard reply.lastOpenSeen == nil, question.purpose == .page else {
      return .bars([reply.page], covering: covered(by: reply.page, question))
    }
    return .ask(self.question(question.symbol, question.grid, range: question.range, purpose: .probe))
  }

  /// A gap may be longer than a page: what lies behind a full one is not answered yet.
  private func covered(by page: CandlePage, _ question: Question) -> Range<Int64> {
    guard page.count == Self.pageLimit, let last = page.open.last else { return question.range }
    return question.range.clamped(to: question.range.lowerBound..<question.grid.next(after: last))
  }

  // MARK: Shared

  private func request(_ path: [String], _ query: [(String, String)], limit: Int, weight: Int) -> HTTPRequest
  {
    HTTPRequest(base.appending(path: path).with(query: query), bodyLimit: limit, weight: weight)
  }

  /// Says what a refusal means; 200 alone is no success, but the readers of the body see to that.
  private func accept(_ response: HTTPResponse, symbol: String?) throws(PageError) {
    guard response.status != 200 else { return }
    let error = BinanceError.parse(response.body)
    if error?.code == -1121, let symbol {
      let hint =
        hasArchive
        ? "and its archives have no file of it either"
        : "a symbol that was removed lives on in kind: binance-archive"
      throw .refused(.unknownSymbol(symbol, origin: origin, hint: hint))
    }
    throw .refused(DownloadError(response, from: base, message: error?.message ?? ""))
  }
}

extension RateLimit {
  /// A limit of ours, when it is one for reading: orders have their own.
  fileprivate init?(_ limit: ExchangeInfo.RateLimit) {
    guard let seconds = limit.seconds, limit.limit > 0, let unit = Self.units[limit.type] else { return nil }
    self.init(limit: limit.limit, windowSeconds: Double(seconds), unit: unit)
  }

  private static let units: [String: Unit] = ["REQUEST_WEIGHT": .weight, "RAW_REQUESTS": .requests]
}
