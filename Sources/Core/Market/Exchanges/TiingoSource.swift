package import Artifacts
package import Chronology
package import HTTP

/// Tiingo's prices of crypto pairs, which need an account's token.
///
/// Facts: https://www.tiingo.com/documentation/crypto. The token goes into a header, where no log and no address shows
/// it; the licence allows internal use only.
package struct TiingoSource: CandleSource {
  package static let home = "https://api.tiingo.com"
  /// Bars in a page; the server documents no limit, and a page must not grow for ever.
  private static let pageLimit = 4000
  private static let day: Int64 = 86_400_000

  private let base: WebAddress
  package let origin: String
  private let token: String

  package init(base: WebAddress, origin: String, token: String) {
    self.base = base
    self.origin = origin
    self.token = token
  }

  package var columns: [Series.Column] { TiingoCandles.columns }
  package var intervals: [Interval] {
    ["1m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d"].compactMap { Interval($0) }
  }
  package var budget: RateBudget { RateBudget(requestsPerSecond: 1) }
  package var silence: String? { "no trade, or the source has no bar" }

  private var headers: [String: String] { ["Authorization": "Token \(token)"] }

  package func clock() -> HTTPRequest {
    HTTPRequest(base.appending(path: ["api", "test"]), headers: headers, bodyLimit: 1 << 16)
  }

  /// There is no clock but the header that every answer has.
  package func time(in response: HTTPResponse) throws(PageError) -> Instant {
    try accept(response, symbol: nil)
    return try response.date()
  }

  package func directory(of symbols: [String], after marker: String?) -> HTTPRequest? {
    guard symbols.isEmpty else { return nil }
    return HTTPRequest(base.appending(path: ["tiingo", "crypto"]), headers: headers, bodyLimit: 64 << 20)
  }

  package func directory(in response: HTTPResponse) throws(PageError) -> SymbolDirectory {
    try accept(response, symbol: nil)
    guard let pairs = (try? JSON(parsing: response.body))?.array else {
      throw .malformed("a list of pairs is expected")
    }
    return SymbolDirectory(
      symbols: pairs.compactMap { pair in pair["ticker"]?.string.map { .init(symbol: $0, status: "") } })
  }

  package func question(
    _ symbol: String, _ grid: CandleGrid, range: Range<Int64>, purpose: Question.Purpose
  ) -> Question {
    // An answer begins with the first bar of the day, and what is too long for a page is cut off behind.
    let date = Instant(milliseconds: range.lowerBound).date
    let midnight = grid.floor(Instant(year: date.year, month: date.month, day: date.day).milliseconds)
    let end = min(range.upperBound, grid.next(after: midnight, steps: Self.pageLimit))
    let query = [
      ("tickers", symbol), ("startDate", date.description),
      // The last day counts whole.
      ("endDate", Instant(milliseconds: end - 1 + Self.day).date.description),
      ("resampleFreq", Self.spelling(of: grid.interval)),
    ]
    return Question(
      symbol: symbol, grid: grid, range: range.lowerBound..<end,
      request: HTTPRequest(
        base.appending(path: ["tiingo", "crypto", "prices"]).with(query: query), headers: headers,
        bodyLimit: 8 << 20))
  }

  /// `5min`, `4hour`, `1day`.
  private static func spelling(of interval: Interval) -> String {
    let text = interval.description
    let unit = ["m": "min", "h": "hour", "d": "day"][String(text.suffix(1))] ?? ""
    return text.dropLast() + unit
  }

  package func answer(
    to question: Question, in response: HTTPResponse, serverTime: Instant
  ) throws(PageError) -> Answer {
    try accept(response, symbol: question.symbol)
    let reply = try TiingoCandles.page(
      body: response.body, ticker: question.symbol, interval: question.grid.interval,
      from: Instant(milliseconds: question.range.lowerBound),
      until: Instant(milliseconds: question.range.upperBound - 1), serverTime: serverTime)
    return .bars([reply.page], covering: question.range)
  }

  private func accept(_ response: HTTPResponse, symbol: String?) throws(PageError) {
    guard response.status != 200 else { return }
    if response.status == 401 || response.status == 403 {
      throw .refused(.noToken("\(base) does not take the token; check source.token_env or source.token_file"))
    }
    if response.status == 404, let symbol {
      throw .refused(.unknownSymbol(symbol, origin: origin, hint: "pairs are written like btcusd"))
    }
    throw .refused(DownloadError(response, from: base, message: ""))
  }
}
