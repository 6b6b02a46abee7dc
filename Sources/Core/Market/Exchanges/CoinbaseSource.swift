package import Artifacts
package import Chronology
package import HTTP

/// Coinbase Exchange's public candles.
///
/// Facts: https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-candles. At most 300
/// bars a page, newest first, [time in s, low, high, open, close, volume]; an interval without a trade has no bar; ten
/// requests a second.
package struct CoinbaseSource: CandleSource {
  package static let home = "https://api.exchange.coinbase.com"
  private static let pageLimit = 300

  private let base: WebAddress
  package let origin: String

  package init(base: WebAddress, origin: String) {
    self.base = base
    self.origin = origin
  }

  package var columns: [Series.Column] { CoinbaseCandles.columns }
  package var intervals: [Interval] { ["1m", "5m", "15m", "1h", "6h", "1d"].compactMap { Interval($0) } }
  package var budget: RateBudget { RateBudget(requestsPerSecond: 8) }
  package var silence: String? { "no trade, or the exchange stood still" }

  package func clock() -> HTTPRequest { HTTPRequest(base.appending(path: ["time"]), bodyLimit: 4096) }

  /// `{"iso": "2024-01-01T00:00:00.000Z", "epoch": 1704067200.0}`.
  package func time(in response: HTTPResponse) throws(PageError) -> Instant {
    try accept(response, symbol: nil)
    guard let body = try? JSON(parsing: response.body), let iso = body["iso"]?.string,
      let time = Instant(parsing: iso)
    else { throw .malformed("a time is expected") }
    return time
  }

  package func directory(of symbols: [String], after marker: String?) -> HTTPRequest? {
    guard symbols.isEmpty else { return nil }
    return HTTPRequest(base.appending(path: ["products"]), bodyLimit: 64 << 20)
  }

  package func directory(in response: HTTPResponse) throws(PageError) -> SymbolDirectory {
    try accept(response, symbol: nil)
    guard let products = (try? JSON(parsing: response.body))?.array else {
      throw .malformed("a list of products is expected")
    }
    return SymbolDirectory(
      symbols: products.compactMap { product in
        product["id"]?.string.map { .init(symbol: $0, status: product["status"]?.string ?? "") }
      })
  }

  package func question(
    _ symbol: String, _ grid: CandleGrid, range: Range<Int64>, purpose: Question.Purpose
  ) -> Question {
    let end = min(range.upperBound, grid.next(after: range.lowerBound, steps: Self.pageLimit))
    let last = grid.next(after: end, steps: -1)
    let seconds = (grid.next(after: range.lowerBound) - range.lowerBound) / 1000
    let query = [
      ("granularity", "\(seconds)"), ("start", Instant(milliseconds: range.lowerBound).description),
      ("end", Instant(milliseconds: last).description),
    ]
    return Question(
      symbol: symbol, grid: grid, range: range.lowerBound..<end,
      request: HTTPRequest(
        base.appending(path: ["products", symbol, "candles"]).with(query: query), bodyLimit: 1 << 20))
  }

  package func answer(
    to question: Question, in response: HTTPResponse, serverTime: Instant
  ) throws(PageError) -> Answer {
    try accept(response, symbol: question.symbol)
    let reply = try CoinbaseCandles.page(
      body: response.body, interval: question.grid.interval,
      from: Instant(milliseconds: question.range.lowerBound),
      until: Instant(milliseconds: question.range.upperBound - 1), serverTime: serverTime)
    return .bars([reply.page], covering: question.range)
  }

  /// `{"message": "NotFound"}` with 404 for an unknown product.
  private func accept(_ response: HTTPResponse, symbol: String?) throws(PageError) {
    guard response.status != 200 else { return }
    let message = (try? JSON(parsing: response.body))?["message"]?.string ?? ""
    if response.status == 404, let symbol {
      throw .refused(
        .unknownSymbol(
          symbol, origin: origin, hint: "products are written like BTC-USD; see bin/extract --list-symbols"))
    }
    throw .refused(DownloadError(response, from: base, message: PageError.printable(message)))
  }
}
