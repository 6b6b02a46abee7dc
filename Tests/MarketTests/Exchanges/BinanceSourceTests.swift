import Chronology
import HTTP
import Market
import Testing

private func source() throws -> BinanceSource {
  BinanceSource(base: try WebAddress(parsing: BinanceSource.home), origin: "binance", hasArchive: true)
}

/// The limits in an exchange information with one element, written as JSON.
private func limits(
  _ limit: String, type: String = "REQUEST_WEIGHT", interval: String = "MINUTE", count: String = "1"
)
  throws -> [RateLimit]
{
  let body = """
    {"timezone":"UTC","serverTime":1704067200000,"exchangeFilters":[],"symbols":[],"rateLimits":[
    {"rateLimitType":"\(type)","interval":"\(interval)","intervalNum":\(count),"limit":\(limit)}]}
    """
  return try source().directory(in: HTTPResponse(status: 200, body: Array(body.utf8))).limits
}

@Test func `Limits for reading are taken, and those for orders are not`() throws {
  #expect(try limits("6000") == [RateLimit(limit: 6000, windowSeconds: 60)])
  #expect(
    try limits("300000", type: "RAW_REQUESTS", count: "5")
      == [RateLimit(limit: 300_000, windowSeconds: 300, unit: .requests)])
  #expect(try limits("100", type: "ORDERS", interval: "SECOND", count: "10") == [])
}

@Test func `A limit that allows nothing is no limit`() throws {
  #expect(try limits("0") == [])
  #expect(try limits("0", type: "RAW_REQUESTS") == [])
}

@Test(arguments: ["-1", "-1000000000000000000", "1.5", "1e400", "99999999999999999999", "\"6000\"", "null"])
func `A limit that is no number of requests is refused`(limit: String) throws {
  let error = #expect(throws: PageError.self) { _ = try limits(limit) }
  #expect(error?.isWorthAskingAgain == true)
}

@Test(arguments: ["0", "-1", "100001", "1.5", "9223372036854775807"])
func `A window of no length, or of one that nobody means, is refused`(count: String) {
  #expect(throws: PageError.self) { _ = try limits("6000", count: count) }
}

@Test(arguments: [Int(1e18), .max])
func `A limit beyond all use lets everything through`(limit: Int) throws {
  let limits = try limits("\(limit)", interval: "DAY", count: "100000")
  #expect(limits == [RateLimit(limit: limit, windowSeconds: 8.64e9)])
  var budget = RateBudget(limits: limits)
  for second in 0..<100 {
    let time = Double(second)
    #expect(budget.delay(for: 1_000_000, at: time) == 0)
    budget.start(weight: 1_000_000, at: time)
    budget.finish(
      weight: 1_000_000, startedAt: time, headers: ["x-mbx-used-weight-100000d": "1000000000"], at: time)
  }
}

@Test func `An interval that is not known limits nothing`() throws {
  #expect(try limits("6000", interval: "FORTNIGHT") == [])
}

/// S3 leaves the marker out where no delimiter was asked for.
@Test(arguments: [("<NextMarker>data/B/</NextMarker>", "data/B/"), ("", "data/A/")])
func `A list of archives that is cut off goes on behind its last folder`(element: String, marker: String)
  throws
{
  let source = BinanceArchiveSource(
    base: try WebAddress(parsing: BinanceArchiveSource.home), origin: "binance")
  func directory(isTruncated: Bool) throws -> SymbolDirectory {
    let body = """
      <ListBucketResult>\(element)<IsTruncated>\(isTruncated)</IsTruncated>\
      <CommonPrefixes><Prefix>data/A/</Prefix></CommonPrefixes></ListBucketResult>
      """
    return try source.directory(in: HTTPResponse(status: 200, body: Array(body.utf8)))
  }
  #expect(try directory(isTruncated: true).marker == marker)
  #expect(try directory(isTruncated: false).marker == nil)
}

@Test func `A full page about a gap answers for no more than its bars`() throws {
  let grid = CandleGrid(.milliseconds(60_000))
  let start: Int64 = 1_704_067_200_000
  let gap = start..<grid.next(after: start, steps: 2500)
  let question = try source().question("BTCUSDT", grid, range: gap, purpose: .gap)
  #expect(question.range == gap)
  let rows = (0..<1000).map { bar in
    let open = start + Int64(bar) * 60_000
    return "[\(open),\"1\",\"1\",\"1\",\"1\",\"1\",\(open + 59_999),\"1\",1,\"1\",\"1\",\"0\"]"
  }
  func covered(_ rows: [String]) throws -> Range<Int64>? {
    let response = HTTPResponse(status: 200, body: Array("[\(rows.joined(separator: ","))]".utf8))
    let later = Instant(milliseconds: gap.upperBound)
    guard case .bars(_, let covering, _) = try source().answer(to: question, in: response, serverTime: later)
    else { return nil }
    return covering
  }
  #expect(try covered(rows) == start..<grid.next(after: start, steps: 1000))
  #expect(try covered(Array(rows.dropLast())) == gap)
  #expect(try covered([]) == gap)
}
