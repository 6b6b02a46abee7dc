package import Artifacts
package import Chronology
package import HTTP

/// Kraken's public candles.
///
/// Facts: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data. Only the last 720 bars exist, whatever is asked for;
/// the newest is always unfinished; errors come with status 200. What was stored once stays, so that a store that is
/// fed often enough has no holes.
package struct KrakenSource: CandleSource {
  package static let home = "https://api.kraken.com"

  private let base: WebAddress
  package let origin: String

  package init(base: WebAddress, origin: String) {
    self.base = base
    self.origin = origin
  }

  package var columns: [Series.Column] { KrakenCandles.columns }
  /// Weeks are left out: on which day Kraken's begin is not documented.
  package var intervals: [Interval] {
    ["1m", "5m", "15m", "30m", "1h", "4h", "1d"].compactMap { Interval($0) }
  }
  /// About one request a second is what the counter of an unknown caller lets through.
  package var budget: RateBudget { RateBudget(requestsPerSecond: 1) }
  package var silence: String? { "Kraken gives out its last 720 bars and no older ones" }

  package func clock() -> HTTPRequest {
    HTTPRequest(base.appending(path: ["0", "public", "Time"]), bodyLimit: 4096)
  }

  /// `{"error": [], "result": {"unixtime": 1704067200, "rfc1123": "…"}}`.
  package func time(in response: HTTPResponse) throws(PageError) -> Instant {
    let result = try result(of: response)
    guard let seconds = result["unixtime"]?.integer else { throw .malformed("a time is expected") }
    return Instant(milliseconds: Int64(seconds) * 1000)
  }

  package func directory(of symbols: [String], after marker: String?) -> HTTPRequest? {
    guard symbols.isEmpty else { return nil }
    return HTTPRequest(base.appending(path: ["0", "public", "AssetPairs"]), bodyLimit: 64 << 20)
  }

  package func directory(in response: HTTPResponse) throws(PageError) -> SymbolDirectory {
    guard let pairs = try result(of: response).object else { throw .malformed("pairs are expected") }
    return SymbolDirectory(
      symbols: pairs.values.compactMap { pair in
        pair["altname"]?.string.map { .init(symbol: $0, status: pair["status"]?.string ?? "") }
      }.sorted { $0.symbol < $1.symbol })
  }

  package func question(
    _ symbol: String, _ grid: CandleGrid, range: Range<Int64>, purpose: Question.Purpose
  ) -> Question {
    let minutes = (grid.next(after: range.lowerBound) - range.lowerBound) / 60_000
    // `since` is exclusive.
    let since = range.lowerBound / 1000 - 1
    let query = [("pair", symbol), ("interval", "\(minutes)"), ("since", "\(since)")]
    return Question(
      symbol: symbol, grid: grid, range: range,
      request: HTTPRequest(
        base.appending(path: ["0", "public", "OHLC"]).with(query: query), bodyLimit: 1 << 20))
  }

  package func answer(
    to question: Question, in response: HTTPResponse, serverTime: Instant
  ) throws(PageError) -> Answer {
    try accept(response)
    do throws(PageError) {
      let reply = try KrakenCandles.page(
        body: response.body, interval: question.grid.interval,
        from: Instant(milliseconds: question.range.lowerBound),
        until: Instant(milliseconds: question.range.upperBound - 1), serverTime: serverTime)
      return .bars([reply.page], covering: question.range)
    } catch { throw meaning(of: error, symbol: question.symbol) }
  }

  private func result(of response: HTTPResponse) throws(PageError) -> JSON {
    try accept(response)
    guard let body = try? JSON(parsing: response.body), let result = body["result"] else {
      throw .malformed("a result is expected")
    }
    return result
  }

  private func accept(_ response: HTTPResponse) throws(PageError) {
    guard response.status != 200 else { return }
    throw .refused(DownloadError(response, from: base, message: ""))
  }

  private func meaning(of error: PageError, symbol: String) -> PageError {
    guard case .kraken(let refusal) = error else { return error }
    if refusal.kind == .rateLimit || refusal.kind == .temporary { return .malformed(refusal.description) }
    return .refused(.unknownSymbol(symbol, origin: origin, hint: "Kraken says: \(refusal.description)"))
  }
}
