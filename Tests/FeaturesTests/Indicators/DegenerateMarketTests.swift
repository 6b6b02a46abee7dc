import Artifacts
import Features
import Testing

/// Where a formula is 0/0, an indicator has a value by definition.
private func still(rows: Int, volume: Double = 0) -> SampleColumns {
  let price = [Double](repeating: 42.1, count: rows)
  let none = [Double](repeating: volume, count: rows)
  return SampleColumns(
    columns: ["high": price, "low": price, "close": price, "volume": none, "taker_buy_volume": none],
    time: (0..<rows).map { Int64($0) * 3_600_000 })
}

@Test(
  arguments: [
    ("rsi", [:], 0), ("rsi", ["period": 1], 0), ("stochastic", [:], 0), ("atr", [:], 0), ("obv", [:], 0),
    ("sma", [:], 42.1), ("wma", [:], 42.1), ("ema", [:], 42.1), ("hull-ma", [:], 42.1),
    ("bollinger", [:], 42.1),
    ("macd", [:], 0), ("taker-buy-ratio", [:], 0.5), ("returns", [:], 0), ("returns", ["kind": "simple"], 0),
    ("realised-volatility", [:], 0), ("rolling", ["statistic": "skew"], 0),
    ("rolling", ["statistic": "std"], 0),
  ] as [(String, [String: JSON], Double)])
func `A market in which nothing moves or is traded has definite values`(
  name: String, settings: [String: JSON], wanted: Double
) throws {
  let indicator = try IndicatorTrial(name: name, settings: settings).make()
  for output in try IndicatorTrial.outputs(of: indicator, from: still(rows: 80)) {
    #expect(output.dropFirst(indicator.lookback).allSatisfy { $0 == wanted })
  }
}

@Test(arguments: ["none", "day"])
func `Without volume the average price is the bar's own typical price`(anchor: String) throws {
  let indicator = try IndicatorTrial(name: "vwap", settings: ["anchor": .string(anchor), "period": 3]).make()
  var sample = still(rows: 30)
  sample.columns["high"]?[20] = 48.1
  let output = try IndicatorTrial.outputs(of: indicator, from: sample)[0]
  for row in indicator.lookback..<30 {
    #expect(abs(output[row] - (row == 20 ? 44.1 : 42.1)) < 1e-12)
  }
}

@Test func `Volume after none begins the average anew, and midnight does`() throws {
  var sample = still(rows: 30)
  for row in [5, 6, 25] { sample.columns["volume"]?[row] = 2 }
  for row in [5, 25] { for column in ["high", "low", "close"] { sample.columns[column]?[row] = 10 } }
  let rolling = try IndicatorTrial(name: "vwap", settings: ["period": 3]).make()
  let daily = try IndicatorTrial(name: "vwap", settings: ["anchor": "day"]).make()
  let (found, since) = (
    try IndicatorTrial.outputs(of: rolling, from: sample)[0],
    try IndicatorTrial.outputs(of: daily, from: sample)[0]
  )
  for (row, wanted) in [(4, 42.1), (5, 10), (6, 26.05), (7, 26.05), (8, 42.1), (9, 42.1)] {
    #expect(abs(found[row] - wanted) < 1e-12, "row \(row)")
  }
  for (row, wanted) in [(4, 42.1), (5, 10), (6, 26.05), (23, 26.05), (24, 42.1), (25, 10), (29, 10)] {
    #expect(abs(since[row] - wanted) < 1e-12, "row \(row)")
  }
}

@Test func `Strength of a market that moves one way only is 100 or 0, and stays when it stops`() throws {
  let indicator = try IndicatorTrial(name: "rsi", settings: ["period": 3]).make()
  // So long that the smoothed movement sinks below the smallest normal number, where it means nothing more.
  let rise = (0..<2500).map { Double(min($0, 10)) }
  let time = rise.indices.map(Int64.init)
  let up = try IndicatorTrial.outputs(
    of: indicator, from: SampleColumns(columns: ["close": rise], time: time))[0]
  let fall = rise.map { 100 - $0 }
  let down = try IndicatorTrial.outputs(
    of: indicator, from: SampleColumns(columns: ["close": fall], time: time))[0]
  #expect(up[3...1000].allSatisfy { $0 == 100 } && down[3...1000].allSatisfy { $0 == 0 })
  #expect(up[2400...].allSatisfy { $0 == 0 } && down[2400...].allSatisfy { $0 == 0 })
}

@Test func `MACD with its periods the other way round turns its sign`() throws {
  let sample = SampleColumns(rows: 80, seed: 2)
  let usual = try IndicatorTrial(name: "macd", settings: ["fast": 5, "slow": 9]).make()
  let turned = try IndicatorTrial(name: "macd", settings: ["fast": 9, "slow": 5]).make()
  let (found, wanted) = (
    try IndicatorTrial.outputs(of: turned, from: sample), try IndicatorTrial.outputs(of: usual, from: sample)
  )
  for (found, wanted) in zip(found, wanted) {
    #expect(found.dropFirst(usual.lookback).map { -$0 } == Array(wanted.dropFirst(usual.lookback)))
  }
}

@Test(arguments: [([10.0, 20.0], 11.5), ([20.0, 10.0], 10.5), ([10.0, 10.0], 2.0)])
func `A market that jumps between two bars ranges as far as it jumps`(close: [Double], range: Double) throws {
  let indicator = try IndicatorTrial(name: "atr", settings: ["period": 1]).make()
  let sample = SampleColumns(
    columns: ["close": close, "high": close.map { $0 + 1.5 }, "low": close.map { $0 - 0.5 }], time: [0, 1])
  #expect(try IndicatorTrial.outputs(of: indicator, from: sample)[0][1] == range)
}
