import Artifacts
import Chronology
import Market
import Testing

private func source(
  _ process: SyntheticSource.Process, seed: UInt64 = 7, symbols: [String] = ["A", "B"], rows: Int
) -> SyntheticSource {
  SyntheticSource(
    process: process, symbols: symbols, seed: seed, start: Instant(year: 2024, month: 1, day: 1),
    interval: .milliseconds(3_600_000), rows: rows)
}

private func checked(_ source: SyntheticSource) throws -> Series {
  try assembled(source, SeriesRules(source: "synthetic", interval: nil, calendar: .continuous)).series
}

extension Series {
  fileprivate func values(ofEntity entity: Int) -> [Double] {
    let rows = rows(ofEntity: entity)
    return Array(values[(rows.lowerBound * columns.count)..<(rows.upperBound * columns.count)])
  }
}

@Test func `The same seed gives the same bytes, on every machine`() throws {
  let values = try checked(source(.market, rows: 500)).values
  let digest = values.withUnsafeBytes { Digest(of: $0) }
  #expect(digest.hex == "4fbbf21b32cb2dc8e96e8b92d22c9333222989d58025d9da84f1fce2fc805d59")
  #expect(
    try checked(source(.market, seed: 8, rows: 500)).values(ofEntity: 0)
      != checked(source(.market, rows: 500)).values(ofEntity: 0))
}

@Test func `A longer series begins with the shorter one, and a symbol does not depend on the others`() throws
{
  let short = try checked(source(.market, rows: 50)).values(ofEntity: 0)
  let long = try checked(source(.market, symbols: ["A"], rows: 80)).values(ofEntity: 0)
  #expect(Array(long.prefix(short.count)) == short)
}

@Test func `The market's candles are sound, and each opens where the last one closed`() throws {
  let series = try checked(source(.market, rows: 2000))
  #expect(series.columns.map(\.name) == ["open", "high", "low", "close", "volume"])
  for row in 0..<series.rowCount {
    let candle = Array(series.values[(row * 5)..<(row * 5 + 5)])
    #expect(candle[1] >= max(candle[0], candle[3]) && candle[2] <= min(candle[0], candle[3]) && candle[4] > 0)
    if row % 2000 > 0 { #expect(candle[0] == series.values[(row - 1) * 5 + 3]) }
  }
}

@Test func `The market's volatility clusters, has hours, and its price is weakly drawn back`() throws {
  let values = try checked(source(.market, symbols: ["A"], rows: 17_520)).values(ofEntity: 0)
  let logs = stride(from: 3, to: values.count, by: 5).map { values[$0] }
  let returns = zip(logs.dropFirst(), logs).map { $0 / $1 - 1 }
  let sizes = returns.map(abs)
  #expect(correlation(Array(sizes.dropFirst()), Array(sizes.dropLast())) > 0.1)
  func meanSize(atHour hour: Int) -> Double {
    let chosen = stride(from: hour - 1, to: sizes.count, by: 24).map { sizes[$0] }
    return chosen.reduce(0, +) / Double(chosen.count)
  }
  #expect(meanSize(atHour: 15) > 1.5 * meanSize(atHour: 3))
  // A day's move away from a week's mean is followed, on average, by a move back.
  let rows = 168..<(logs.count - 24)
  let distances = rows.map { row -> Double in
    let weekMean = logs[(row - 168)..<row].reduce(0.0, +) / 168
    return logs[row] / weekMean - 1
  }
  let moves = rows.map { row -> Double in logs[row + 24] / logs[row] - 1 }
  #expect(correlation(distances, moves) < -0.05)
}

@Test func `The walk is the geometric one of its formula`() throws {
  let series = try checked(source(.walk, symbols: ["A"], rows: 20_000))
  #expect(series.columns.map(\.name) == ["close"])
  let returns = zip(series.values.dropFirst(), series.values).map { $0 / $1 - 1 }
  let mean = returns.reduce(0, +) / Double(returns.count)
  let deviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count)).squareRoot()
  #expect(abs(deviation - 0.02) < 0.000_5)
  #expect(abs(mean - 0.0003) < 0.000_6)
}

@Test(arguments: [false, true])
func `Sinusoids make candles without volume or trades`(addNoise: Bool) throws {
  let process = SinusoidProcess(addNoise: addNoise)
  let series = try checked(source(.sinusoids(process), rows: 400))
  #expect(series.columns.map(\.name) == ["open", "high", "low", "close", "volume", "trades", "t"])
  for row in 0..<series.rowCount {
    let candle = Array(series.values[(row * 7)..<(row * 7 + 7)])
    #expect(candle[1] >= candle[3] && candle[2] <= candle[3] && candle[4] == -1 && candle[5] == -1)
    if row % 400 > 0 { #expect(candle[0] == series.values[(row - 1) * 7 + 3]) }
  }
  #expect(series.values[400 * 7 - 1] == 1)
}

private func correlation(_ a: [Double], _ b: [Double]) -> Double {
  let n = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
  var (product, squareA, squareB) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    product += (x - meanA) * (y - meanB)
    squareA += (x - meanA) * (x - meanA)
    squareB += (y - meanB) * (y - meanB)
  }
  return product / (squareA * squareB).squareRoot()
}

@Test(arguments: [SyntheticSource.Process.market, .walk, .sinusoids(SinusoidProcess(addNoise: true))])
func `A series made in several batches goes on where the one before ended`(process: SyntheticSource.Process)
  throws
{
  // More rows than a batch has; a bar of a market opens where the last one closed.
  let series = try checked(source(process, symbols: ["A"], rows: 40_000))
  let width = series.columns.count
  #expect(series.rowCount == 40_000 && series.gaps.isEmpty)
  guard width > 1 else { return }
  for row in 1..<40_000 { #expect(series.values[row * width] == series.values[(row - 1) * width + 3]) }
}
