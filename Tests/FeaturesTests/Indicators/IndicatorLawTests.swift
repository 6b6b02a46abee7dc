import Artifacts
import Chronology
import Configuration
import Features
import Testing

@Test func `Every indicator has its settings in the catalogue, and the reverse`() {
  let names = IndicatorLibrary.all.map { $0.name }
  #expect(names.sorted() == PartCatalogue.indicators.map(\.name).sorted())
  #expect(Set(names).count == names.count)
}

@Test(arguments: IndicatorTrial.all)
func `An indicator tells its columns apart, and only the calendar is known ahead`(_ trial: IndicatorTrial)
  throws
{
  let indicator = try trial.make()
  let suffixes = indicator.outputs.map(\.suffix)
  #expect(!suffixes.isEmpty && Set(suffixes).count == suffixes.count)
  #expect(indicator.outputs.allSatisfy { !$0.unit.isEmpty })
  #expect(indicator.isKnownAhead == indicator.inputs.isEmpty)
}

@Test(arguments: IndicatorTrial.all)
func `Rows before the look-back are left alone, and all others are finite`(_ trial: IndicatorTrial) throws {
  let indicator = try trial.make()
  let lookback = indicator.lookback
  let lengths = [0, 1, 2, lookback - 1, lookback, lookback + 1, lookback + 2, 2 * lookback + 3, 90]
  for seed: UInt64 in 1...4 {
    let sample = SampleColumns(rows: lengths.max() ?? 0, seed: seed)
    for length in Set(lengths) where length >= 0 {
      for output in try IndicatorTrial.outputs(of: indicator, from: sample.prefix(length)) {
        #expect(output.prefix(lookback).allSatisfy(IndicatorTrial.isUntouched), "\(length) rows")
        #expect(output.dropFirst(lookback).allSatisfy { $0.isFinite }, "\(length) rows")
      }
    }
  }
}

/// The first row, if any, that is another when the rows behind it are deleted.
private func rowThatSeesTheFuture(_ indicator: any Indicator, in sample: SampleColumns) throws -> Int? {
  func bits(_ rows: Int) throws -> [[UInt64]] {
    try IndicatorTrial.outputs(of: indicator, from: sample.prefix(rows)).map { $0.map(\.bitPattern) }
  }
  let whole = try bits(sample.time.count)
  for rows in 0..<sample.time.count {
    for (cut, whole) in zip(try bits(rows), whole) where cut != Array(whole.prefix(rows)) {
      return zip(cut, whole).enumerated().first { $1.0 != $1.1 }?.offset
    }
  }
  return nil
}

@Test(arguments: IndicatorTrial.all)
func `No indicator looks ahead: deleting the future changes no bit before it`(_ trial: IndicatorTrial) throws
{
  let indicator = try trial.make()
  for seed: UInt64 in 1...4 {
    let sample = SampleColumns(rows: 2 * indicator.lookback + 25 + Int(seed) * 7, seed: seed)
    #expect(try rowThatSeesTheFuture(indicator, in: sample) == nil)
  }
}

@Test(arguments: ["mean", "std", "min", "max", "skew", "sum"], [3, 4, 20])
func `A centred window looks ahead, and deleting the future shows it`(statistic: String, period: Int) throws {
  let trial = IndicatorTrial(
    name: "rolling",
    settings: ["centred": true, "period": JSON(period), "statistic": .string(statistic)])
  let indicator = try trial.make()
  #expect(indicator.lookback == 0)
  #expect(try rowThatSeesTheFuture(indicator, in: SampleColumns(rows: 50, seed: 1)) != nil)
}

@Test
func `A centred window of two rows is the row and the one before, as in pandas: it does not look ahead`()
  throws
{
  let indicator = try IndicatorTrial(name: "rolling", settings: ["centred": true, "period": 2]).make()
  let sample = SampleColumns(columns: ["close": [1, 2, 4, 8]], time: [0, 1, 2, 3])
  #expect(try IndicatorTrial.outputs(of: indicator, from: sample) == [[1, 1.5, 3, 6]])
  #expect(try rowThatSeesTheFuture(indicator, in: SampleColumns(rows: 50, seed: 1)) == nil)
}

@Test(
  arguments: [
    ("sma", ["period": 0]), ("sma", ["period": -3]), ("sma", ["of": 3]), ("ema", ["period": .null]),
    ("macd", ["signal": 0]), ("stochastic", ["slow": 0]), ("rolling", ["statistic": "mode"]),
    ("rolling", ["centred": "yes"]), ("returns", ["lags": []]), ("returns", ["lags": [1, 0]]),
    ("returns", ["kind": "relative"]), ("calendar", ["fields": []]),
    ("calendar", ["fields": ["hour", "moon"]]),
    ("vwap", ["anchor": "week"]), ("time-index", ["unit": "month"]),
    ("sma", ["period": 4_611_686_018_427_387_904]),
  ] as [(String, [String: JSON])])
func `A manifest's settings that no schema would let pass are refused`(name: String, settings: [String: JSON])
{
  let setting = settings.keys.first ?? ""
  #expect(throws: FeatureError.malformedRecipe(part: name, setting: setting)) {
    try IndicatorTrial(name: name, settings: settings).make()
  }
}

@Test func `A span of time is counted in bars`() throws {
  let trial = IndicatorTrial(name: "ema", settings: ["period": "4h"])
  #expect(try trial.make().lookback == 3)
  #expect(try trial.make(interval: .milliseconds(900_000)).lookback == 15)
  #expect(
    throws: FeatureError.noWholeBars(part: "ema", setting: "period", span: "4h", interval: "1d")
  ) { try trial.make(interval: .milliseconds(86_400_000)) }
}
