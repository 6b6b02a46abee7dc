import Artifacts
import Chronology
import Configuration
import Features
import Numerics
import Testing

/// Columns of a made-up market, all of one length.
struct SampleColumns {
  var columns: [String: [Double]]
  var time: [Int64]

  init(columns: [String: [Double]], time: [Int64]) {
    self.columns = columns
    self.time = time
  }

  /// Hourly candles that walk at random, with bars of no volume, stretches where nothing moves, and a spike.
  init(rows: Int, seed: UInt64) {
    let random = RandomStream(seed: seed, purpose: "market")
    var (high, low, close, volume, bought): ([Double], [Double], [Double], [Double], [Double]) =
      ([], [], [], [], [])
    var price = seed % 2 == 0 ? 60_000 : 0.000_012
    for row in 0..<rows {
      let isStill = row % 41 >= 30 || random.uniform(at: 5 * row) < 0.1
      let before = price
      if !isStill { price *= 0.98 + 0.04 * random.uniform(at: 5 * row + 1) }
      let reach = isStill ? 1 : 1 + 0.01 * random.uniform(at: 5 * row + 2)
      close.append(price)
      high.append(max(before, price) * (row == 25 ? 3 : reach))
      low.append(min(before, price) / reach)
      volume.append(isStill ? 0 : 1000 * random.uniform(at: 5 * row + 3))
      bought.append(volume[row] * random.uniform(at: 5 * row + 4))
    }
    columns = ["high": high, "low": low, "close": close, "volume": volume, "taker_buy_volume": bought]
    // Begins at 21:00 of a day before the epoch, so that midnights, months and years come soon.
    time = (0..<rows).map { -10_800_000 + Int64($0) * 3_600_000 }
  }

  func prefix(_ rows: Int) -> SampleColumns {
    SampleColumns(columns: columns.mapValues { Array($0.prefix(rows)) }, time: Array(time.prefix(rows)))
  }
}

/// An indicator as a catalogue describes it, with some settings that differ from its defaults.
struct IndicatorTrial: CustomTestStringConvertible {
  let name: String
  var settings: [String: JSON] = [:]

  var testDescription: String { "\(name) \(settings)" }

  func make(interval: Interval = .milliseconds(3_600_000)) throws -> any Indicator {
    let schema = try #require(PartCatalogue.indicators.first { $0.name == name })
    let type = try #require(IndicatorLibrary.all.first { $0.name == name })
    let defaults = try #require(schema.defaults?.object)
    let json = JSON.object(defaults.merging(settings) { $1 })
    return try type.init(PartSettings(part: name, json: json, interval: interval))
  }

  /// Bits that no indicator computes: where they stand, nothing was written.
  static let untouched = Double(bitPattern: 0x7ff8_dead_beef_0001)

  static func isUntouched(_ value: Double) -> Bool { value.bitPattern == untouched.bitPattern }

  /// The indicator's outputs; a failure if it writes beyond their ends.
  static func outputs(of indicator: any Indicator, from sample: SampleColumns) throws -> [[Double]] {
    let (rows, margin) = (sample.time.count, 4)
    let inputs = try indicator.inputs.map { copy(try #require(sample.columns[$0])) }
    let time = copy(sample.time)
    let rooms = indicator.outputs.map { _ in
      copy([Double](repeating: untouched, count: rows + 2 * margin))
    }
    defer {
      for buffer in inputs + rooms { buffer.deallocate() }
      time.deallocate()
    }
    let run = Run(
      columns: inputs.map { UnsafeBufferPointer($0) }, time: UnsafeBufferPointer(time))
    indicator.compute(
      run, into: rooms.map { UnsafeMutableBufferPointer(rebasing: $0[margin..<(margin + rows)]) })
    for room in rooms {
      #expect((Array(room.prefix(margin)) + room.suffix(margin)).allSatisfy(isUntouched))
    }
    return rooms.map { Array($0[margin..<(margin + rows)]) }
  }

  private static func copy<Element>(_ values: [Element]) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: values.count)
    _ = buffer.initialize(from: values)
    return buffer
  }

  /// Each indicator as it is by default, and again by each setting that takes another way through it.
  static let all: [IndicatorTrial] =
    IndicatorLibrary.all.map { IndicatorTrial(name: $0.name) } + others

  private static let others = [
    IndicatorTrial(name: "sma", settings: ["period": 1]),
    IndicatorTrial(name: "wma", settings: ["period": 2]),
    IndicatorTrial(name: "ema", settings: ["period": "3h"]),
    IndicatorTrial(name: "ema", settings: ["period": 1]),
    IndicatorTrial(name: "hull-ma", settings: ["period": 1]),
    IndicatorTrial(name: "hull-ma", settings: ["period": 9]),
    IndicatorTrial(name: "vwap", settings: ["period": 2]),
    IndicatorTrial(name: "vwap", settings: ["anchor": "day"]),
    IndicatorTrial(name: "bollinger", settings: ["period": 3]),
    IndicatorTrial(name: "macd", settings: ["fast": 7, "slow": 3, "signal": 1]),
    IndicatorTrial(name: "rsi", settings: ["period": 1]),
    IndicatorTrial(name: "rsi", settings: ["of": "volume", "period": 2]),
    IndicatorTrial(name: "stochastic", settings: ["fast": 1, "slow": 1, "signal": 1]),
    IndicatorTrial(name: "stochastic", settings: ["fast": 14, "slow": 2, "signal": 5]),
    IndicatorTrial(name: "atr", settings: ["period": 1]),
    IndicatorTrial(name: "returns", settings: ["kind": "simple", "lags": [3, 1]]),
    IndicatorTrial(name: "lag", settings: ["lags": [2, 7]]),
    IndicatorTrial(name: "realised-volatility", settings: ["period": 5, "bars_per_year": 8760]),
    IndicatorTrial(name: "rolling", settings: ["statistic": "std"]),
    IndicatorTrial(name: "rolling", settings: ["statistic": "min", "period": 6]),
    IndicatorTrial(name: "rolling", settings: ["statistic": "max"]),
    IndicatorTrial(name: "rolling", settings: ["statistic": "skew", "period": 6]),
    IndicatorTrial(name: "rolling", settings: ["statistic": "sum", "of": "volume"]),
    IndicatorTrial(
      name: "calendar",
      settings: [
        "encoding": "number", "fields": ["hour", "weekday", "day", "month", "quarter", "minute"],
      ]),
    IndicatorTrial(name: "time-index", settings: ["unit": "day", "origin": 0]),
  ]
}
