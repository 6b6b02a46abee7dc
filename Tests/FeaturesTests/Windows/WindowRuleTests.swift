import Artifacts
import Features
import Tensors
import TestSupport
import Testing

private let prices = ["open", "high", "low", "close"]

/// Windows of unscaled candles, and what the rule makes of them.
private struct Trial {
  let plain: WindowTable
  let ruled: WindowTable
  let rule: WindowRule
  let features: [String]

  init(
    _ window: String, features: String = "[open, high, low, close, volume, trades]",
    targets: String = "[close]"
  )
    throws
  {
    let written = "lookback: 16, horizon: 2, targets: \(targets), features: \(features), transforms: []"
    plain = try PreparedSample(written).table()
    let sample = try PreparedSample(written + ", window: \(window)")
    ruled = try sample.table()
    rule = try #require(try WindowRule(sample.recipe, for: sample.signature))
    self.features = sample.signature.features
  }

  var origins: [Int] { Array(plain.allOrigins.prefix(20)) }

  /// A column of the inputs of a window.
  func column(_ name: String, at origin: Int, ruled isRuled: Bool = false) throws -> [Double] {
    let place = try #require(features.firstIndex(of: name))
    let inputs = (isRuled ? ruled : plain).window(at: origin).inputs
    return stride(from: place, to: inputs.count, by: features.count).map { Double(inputs[$0]) }
  }

  /// Demands of some features that the shift and scale of each window are those that `unit` makes of their columns.
  func expect(_ names: [String], _ unit: ([[Double]]) -> (shift: Double, scale: Double)) throws {
    for origin in origins {
      let (shift, scale) = unit(try names.map { try column($0, at: origin) })
      for name in names {
        let (raw, found) = (try column(name, at: origin), try column(name, at: origin, ruled: true))
        for (value, found) in zip(raw, found) {
          #expect(abs((value - shift) / scale - found) < 1e-5 * max(1, abs(found)), "\(name)")
        }
      }
      guard names.contains("close") else { continue }
      // Labels are told in the units of the window's inputs.
      let (raw, found) = (plain.window(at: origin).labels, ruled.window(at: origin).labels)
      for (value, found) in zip(raw, found) {
        #expect(abs((Double(value) - shift) / scale - Double(found)) < 1e-4)
      }
      let target = try #require(ruled.units(ofWindowsAt: [origin])?.first)
      #expect(abs(target.shift - shift) < 1e-9 * max(1, abs(shift)) && abs(target.scale / scale - 1) < 1e-9)
    }
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

private func deviation(_ values: [Double]) -> Double {
  let centre = mean(values)
  return (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count)).squareRoot()
}

/// The shift and scale of each mode, from the columns that share them: R3's window_minmax, window_meanstd and
/// window_mean, of which the second takes the greatest mean and the greatest deviation of the columns.
private let units: [String: @Sendable ([[Double]]) -> (shift: Double, scale: Double)] = [
  "min-max": { columns in
    let all = columns.flatMap { $0 }
    let (least, greatest) = (all.min() ?? 0, all.max() ?? 0)
    return (least, greatest - least)
  },
  "mean-std": { columns in (columns.map(mean).max() ?? 0, columns.map(deviation).max() ?? 1) },
  "mean": { columns in (0, columns.map(mean).max() ?? 1) },
]

@Test(arguments: ["min-max", "mean-std", "mean"])
func `Prices of a window share one scale, and volume and trades have their own`(scale: String) throws {
  let trial = try Trial("{scale: \(scale)}")
  let unit = try #require(units[scale])
  try trial.expect(prices, unit)
  try trial.expect(["volume"], unit)
  try trial.expect(["trades"], unit)
}

@Test func `The last input is taken off each column by itself, prices too`() throws {
  let trial = try Trial("{scale: last}")
  for name in trial.features { try trial.expect([name]) { ($0[0].last ?? 0, 1) } }
}

@Test func `In a window that is scaled to 0…1 a price is 0 somewhere and another is 1`() throws {
  let trial = try Trial("{scale: min-max}")
  for origin in trial.origins {
    let scaled = try prices.flatMap { try trial.column($0, at: origin, ruled: true) }
    #expect(scaled.min() == 0 && scaled.max() == 1)
  }
}

@Test func `Features may share a scale by name, or be left as they are`() throws {
  // As R3 has it: Bollinger's bands are told in the units of prices, and RSI stays.
  let trial = try Trial(
    "{scale: min-max, share: [[open, high, low, close, bands_upper, bands_lower]], leave: [rsi, trades]}",
    features: "[open, high, low, close, {bollinger: {as: bands, period: 5}}, rsi, trades, volume]")
  let unit = try #require(units["min-max"])
  try trial.expect(prices + ["bands_upper", "bands_lower"], unit)
  try trial.expect(["bands_middle"], unit)
  try trial.expect(["rsi"]) { _ in (0, 1) }
  try trial.expect(["trades"]) { _ in (0, 1) }
  try trial.expect(["volume"], unit)
}

@Test func `The calendar's codes are never scaled nor smoothed`() throws {
  let trial = try Trial(
    "{scale: min-max, smooth: [{savitzky-golay: {window: 5}}]}",
    features: "[close, {calendar: {as: c, fields: [hour], encoding: number}}]")
  try trial.expect(["c_hour"]) { _ in (0, 1) }
}

@Test func `A column that does not change within a window is divided by 1`() throws {
  let series = SampleSeries.make(rows: 60, columns: ["close", "still"]) { _, column, row in
    column == 1 ? 7 : 100 + Double(row)
  }
  for (scale, expected) in [("min-max", 0), ("mean-std", 0), ("mean", 1), ("last", 0)] as [(String, Float)] {
    let sample = try PreparedSample(
      "lookback: 4, horizon: 1, targets: [still], transforms: [], window: {scale: \(scale)}", of: series)
    let table = try sample.table()
    let (inputs, labels) = table.window(at: table.allOrigins[0])
    #expect(stride(from: 1, to: 8, by: 2).allSatisfy { inputs[$0] == expected } && labels == [expected])
  }
}

// MARK: Smoothing

@Test(
  arguments: [
    "savitzky-golay", "low-pass", "wavelet", "{gp-smooth: {steps: 2}}", "{downsample: {step: 4}}",
    "gp-extrapolate, low-pass, truncate",
  ])
func `Smoothing changes the inputs of a window, and never its labels`(filters: String) throws {
  let trial = try Trial("{smooth: [\(filters)]}")
  var changed = 0
  for origin in trial.origins {
    let (plain, smooth) = (trial.plain.window(at: origin), trial.ruled.window(at: origin))
    #expect(plain.labels == smooth.labels && smooth.inputs.allSatisfy(\.isFinite))
    if plain.inputs != smooth.inputs { changed += 1 }
    #expect(trial.ruled.units(ofWindowsAt: [origin]) == [WindowUnit(shift: 0, scale: 1)])
  }
  #expect(changed == trial.origins.count)
}

@Test func `A window is smoothed before it is scaled`() throws {
  let trial = try Trial("{scale: min-max, smooth: [{downsample: {step: 4}}]}", features: "[close]")
  for origin in trial.origins {
    let raw = try trial.column("close", at: origin)
    let means = (0..<4).map { group in mean(Array(raw[(group * 4)..<(group * 4 + 4)])) }
    let (least, greatest) = (means.min() ?? 0, means.max() ?? 0)
    for (row, found) in try trial.column("close", at: origin, ruled: true).enumerated() {
      #expect(abs((means[row / 4] - least) / (greatest - least) - found) < 1e-5)
    }
  }
}

@Test func `Filters whose result does not stand for the rows of a window are refused with both numbers`() {
  for (filters, found) in [("{downsample: {step: 3}}", 6), ("gp-extrapolate", 22)] {
    #expect(throws: FeatureError.filterLength(found: found, lookback: 16)) {
      try Trial("{smooth: [\(filters)]}")
    }
  }
}

// MARK: What a rule says of itself

@Test func `Nothing is done where nothing is said`() throws {
  for window in ["{}", "{scale: none}", "{scale: none, smooth: []}", "{leave: [close]}"] {
    let sample = try PreparedSample("lookback: 4, horizon: 1, targets: [close], window: \(window)")
    #expect(try WindowRule(sample.recipe, for: sample.signature) == nil)
    #expect(try sample.table().isPlain)
  }
}

@Test(
  arguments: [
    ("{scale: last}", true), ("{scale: last, smooth: [{savitzky-golay: {window: 5}}]}", false),
    ("{scale: last, share: [[open, close]]}", false), ("{scale: last, leave: [close]}", false),
    ("{scale: last, leave: [open]}", true), ("{scale: mean}", false),
  ])
func `A rule that only takes the last input off every target says so`(window: String, expected: Bool) throws {
  #expect(try Trial(window).rule.onlySubtractsLast == expected)
}

@Test(arguments: ["share: [[open, colse]]", "leave: [colse]"])
func `A feature that is not there cannot share nor stay`(setting: String) throws {
  let error = #expect(throws: FeatureError.self) { try Trial("{scale: mean, \(setting)}") }
  #expect(error?.description.contains("names the column 'colse'") == true)
}

@Test func `Units of labels of their own are never a window's`() throws {
  let table = try PreparedSample(
    "lookback: 8, features: [close, volume], labels: [{return: {steps: [1, 3]}}], transforms: [], window: {scale: min-max}"
  ).table()
  let plain = try PreparedSample(
    "lookback: 8, features: [close, volume], labels: [{return: {steps: [1, 3]}}], transforms: []"
  ).table()
  for origin in table.allOrigins.prefix(20) {
    #expect(table.window(at: origin).labels == plain.window(at: origin).labels)
    #expect(table.window(at: origin).inputs.allSatisfy { (0...1).contains($0) })
  }
}

@Test func `A rule for labels takes nothing off targets, so that it is no model's to leave out`() throws {
  let sample = try PreparedSample("lookback: 8, labels: [return], window: {scale: last}")
  let rule = try #require(try WindowRule(sample.recipe, for: sample.signature))
  #expect(!rule.onlySubtractsLast)
}

@Test(
  arguments: [
    ("share: [[open, high], [high, low]]", "'high' is named twice"),
    ("share: [[open, open]]", "'open' is named twice"),
    ("share: [[open, high]], leave: [high]", "'high' is named twice"),
    ("share: [[open, when_hour_sin]]", "'when_hour_sin' is the calendar's"),
  ])
func `A feature has one scale`(setting: String, expected: String) throws {
  let error = #expect(throws: FeatureError.self) {
    try Trial(
      "{scale: mean, \(setting)}",
      features: "[open, high, low, close, {calendar: {fields: [hour], as: when}}]")
  }
  #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
}

@Test func `Columns of a file that are capitalised share a scale as well`() throws {
  let columns = SampleMarket.columns.map { $0.prefix(1).uppercased() + $0.dropFirst() }
  var series = SampleMarket.series()
  for index in columns.indices { series.columns[index].name = columns[index] }
  let sample = try PreparedSample(
    "lookback: 8, horizon: 1, targets: [Close], window: {scale: mean}", of: series)
  let rule = try #require(try WindowRule(sample.recipe, for: sample.signature))
  #expect(rule.groups.contains([0, 1, 2, 3]))
}

@Test(
  arguments: [
    (8, "{downsample: {step: 4}}", true), (9, "{downsample: {step: 4}}", false),
    (9, "{downsample: {step: 3}}", true), (2, "{downsample: {step: 4}}", false),
  ])
func `A value that stands for several rows stands for those that made it`(
  lookback: Int, filter: String, isAllowed: Bool
) throws {
  let make = {
    let sample = try PreparedSample(
      "lookback: 16, horizon: 1, targets: [close], window: {smooth: [\(filter)]}")
    var signature = sample.signature
    signature.lookback = lookback
    return try WindowRule(sample.recipe, for: signature)
  }
  if isAllowed { _ = try make() } else { #expect(throws: FeatureError.self) { _ = try make() } }
}

@Test(arguments: [["scale": "maen"], ["scale": "mean", "over": "labels"], ["scale": 3]] as [JSON])
func `A rule of a manifest that this build does not know is refused`(window: JSON) throws {
  let sample = try PreparedSample("lookback: 4, horizon: 1, targets: [close]")
  var declaration = sample.recipe.declaration.object ?? [:]
  declaration["window"] = window
  let recipe = try Recipe(.object(declaration), columns: nil, interval: sample.signature.interval)
  #expect(throws: FeatureError.self) { try WindowRule(recipe, for: sample.signature) }
}
