import Artifacts
import Chronology
import Configuration
import TestSupport
import Testing

@testable import Features

private func finding(_ check: LeakFinding.Check, _ sample: PreparedSample) throws -> LeakFinding {
  try #require(try sample.findings().first { $0.check == check })
}

/// The checks that a preparation fails.
private func failures(
  _ written: String, of series: Series = SampleMarket.series(), split: SplitRule = .standard,
  indicators: [any Indicator.Type] = IndicatorLibrary.all
) throws -> [LeakFinding.Check] {
  try PreparedSample("lookback: 16, \(written)", of: series, split: split, indicators: indicators)
    .findings().filter { $0.verdict == .failed }.map(\.check)
}

// MARK: What honest parts show

/// A shipped part, and the settings that try it with all others at their defaults.
private struct Part: Sendable, CustomTestStringConvertible {
  let name: String
  let written: String
  var failing: [LeakFinding.Check] = []
  var testDescription: String { name }

  /// Transforms that cannot be undone, or that codes need, are tried on a feature that is not forecast.
  static let transforms = TransformLibrary.all.map { type in
    let settings = type.name == "clip" ? "{clip: {low: 90, high: 120}}" : type.name
    let before = type.name == "label-encode" ? "{bin: {bins: 6}}, " : ""
    return Part(
      name: type.name,
      written: """
        horizon: 2, targets: [close], transforms: [],
        features: [close, {column: {of: volume, transforms: [\(before)\(settings)]}}, \
        {column: {of: high, transforms: [\(before)\(settings)]}}]
        """)
  }

  /// The time index tells the date, and is there to be named.
  static let indicators = IndicatorLibrary.all.map { type in
    Part(
      name: type.name, written: "horizon: 2, targets: [close], features: [close, \(type.name)]",
      failing: type.name == "time-index" ? [.identity] : [])
  }

  static let filters =
    FilterLibrary.all.filter { $0.name != "gp-extrapolate" }.map { type in
      Part(
        name: type.name,
        written: "horizon: 2, targets: [close], window: {scale: min-max, smooth: [\(type.name)]}")
    } + [
      Part(
        name: "gp-extrapolate",
        written: "horizon: 2, targets: [close], window: {scale: mean, smooth: [gp-extrapolate, truncate]}")
    ]

  static let labels = LabelLibrary.all.map { Part(name: $0.name, written: "labels: [\($0.name)]") }

  static let scales = WindowRule.Scale.allCases.map {
    Part(name: $0.rawValue, written: "horizon: 2, targets: [close], window: {scale: \($0.rawValue)}")
  }

  static let all = transforms + indicators + filters + labels + scales
}

@Test(arguments: Part.all)
private func `Every shipped part passes every check, on any market`(part: Part) throws {
  for seed in 1...3 as ClosedRange<UInt64> {
    #expect(try failures(part.written, of: SampleMarket.series(seed: seed)) == part.failing, "seed \(seed)")
  }
}

@Test func `All shipped indicators at once pass, in several folds too`() throws {
  let names = IndicatorLibrary.all.map { $0.name }.filter { $0 != "time-index" }.joined(separator: ", ")
  let written = "horizon: 2, targets: [close], features: [close, \(names)], transforms: [standardize]"
  #expect(try failures(written, of: SampleMarket.series(rows: 700)).isEmpty)
  #expect(try failures(written, of: SampleMarket.series(rows: 700), split: .folds(4, of: 60)).isEmpty)
}

@Test(
  arguments: [
    "[log-return, standardize]", "[log, {difference: {lag: 16}}, robust]",
    "[{percent-change: {lag: 3}}, min-max]",
    "[box-cox, {difference: {lag: 2}}, {standardize: {per: all}}]",
    "[log-return, {difference: {lag: 1}}, winsorize]",
  ])
func `Transforms that look back and learn are honest, wherever training begins`(transforms: String) throws {
  let labels = "features: [close, volume], labels: [return], transforms: \(transforms)"
  for split in [
    SplitRule.standard, .rows(validation: 100, test: 300),
    .ranges(train: period(90, 200), validation: period(200, 260), test: period(260, 390)),
  ] {
    // Rows of each entity are not the same dates, which is another finding's business.
    #expect(try failures(labels, split: split).filter { $0 != .split }.isEmpty)
  }
  let all = transforms.replacing("standardize", with: "{standardize: {fit: all}}")
  guard all != transforms, !transforms.contains("per") else { return }
  #expect(try failures("features: [close], labels: [return], transforms: \(all)") == [.scaler])
}

@Test(arguments: ["[log-return, standardize]", "[{difference: {lag: 4}}, min-max]"])
func `Folds with training on both sides of the test are honest`(transforms: String) throws {
  let labels = "features: [close, volume], labels: [return], transforms: \(transforms)"
  for split in [
    SplitRule.purgedKFold(folds: 4, validation: 0.1),
    .combinatorial(groups: 5, testGroups: 2, validation: 0.1),
    .folds(3, of: 40),
  ] {
    #expect(try failures(labels, split: split).isEmpty)
  }
}

/// From one hour of the market's to another.
private func period(_ from: Int, _ to: Int) -> SplitRule.Period {
  let start = Instant(year: 2024, month: 1, day: 1).milliseconds
  return SplitRule.Period(
    from: Instant(milliseconds: start + Int64(from) * 3_600_000),
    to: Instant(milliseconds: start + Int64(to) * 3_600_000))
}

@Test func `A part that is not checked is not in the list`() throws {
  let sample = try PreparedSample("lookback: 4, horizon: 1, targets: [close]")
  #expect(try sample.findings().map(\.check) == [.truncation, .scaler, .shuffle, .identity])
  let all = try PreparedSample(
    "lookback: 4, labels: [return], window: {scale: mean}",
    split: .randomLeaky(train: 0.6, validation: 0.2, test: 0.2, seed: 1))
  #expect(try all.findings().map(\.check) == LeakFinding.Check.allCases)
}

// MARK: What leaks show

@Test func `A normaliser that is fitted on the whole series is named`() throws {
  // R3's global normalisers: the test's extremes are known in training.
  for transform in ["standardize", "min-max", "robust", "mean-scale", "winsorize", "bin"] {
    let sample = try PreparedSample(
      """
      lookback: 4, horizon: 1, targets: [close], transforms: [],
      features: [close, {column: {of: volume, transforms: [{\(transform): {fit: all}}]}}]
      """)
    let found = try finding(.scaler, sample)
    #expect(
      found.verdict == .failed && found.words.contains("'volume'") && !found.words.contains("'close'"),
      "\(found.words)")
    #expect(try sample.findings().filter { $0.verdict == .failed }.map(\.check) == [.scaler])
  }
}

@Test func `A time index over two entities is named, and over one there is no market to recognise`() throws {
  // R4's time: on the day's own date the whole market moved together.
  let written =
    "lookback: 4, horizon: 1, targets: [close], features: [close, {time-index: {as: time}}, calendar]"
  let found = try finding(.identity, PreparedSample(written))
  #expect(found.verdict == .failed && found.words.contains("'time' alone tells the date"), "\(found.words)")
  #expect(
    try finding(.identity, PreparedSample(written, of: SampleMarket.series(entities: ["A"]))).verdict
      == .skipped)
}

@Test func `A feature that both entities share at every time tells the date, whatever it is called`() throws {
  var series = SampleMarket.series(gaps: [])
  // An index of the market, the same for both.
  for row in 0..<400 { series.values[(400 + row) * 7 + 5] = series.values[row * 7 + 3] }
  for row in 0..<400 { series.values[row * 7 + 5] = series.values[row * 7 + 3] }
  let found = try finding(.identity, PreparedSample("lookback: 4, horizon: 1, targets: [close]", of: series))
  #expect(found.verdict == .failed && found.words.contains("'trades' alone tells the date"), "\(found.words)")
}

@Test(arguments: [3, 4, 5, 24])
func `A centred rolling mean is named`(period: Int) throws {
  // R0's: from three rows on it holds the next one.
  let sample = try PreparedSample(
    """
    lookback: 4, horizon: 1, targets: [close],
    features: [close, {rolling: {period: \(period), centred: true, as: centre}}, {sma: {of: centre, as: late}}]
    """)
  let found = try finding(.truncation, sample)
  #expect(found.verdict == .failed && found.words.contains("'centre', 'late' change when"), "\(found.words)")
  let trailing = "horizon: 1, targets: [close], features: [close, {rolling: {period: \(period)}}]"
  #expect(try failures(trailing).isEmpty)
}

@Test(arguments: ["min-max", "mean-std", "mean"])
func `A scale that looks at the labels of its window is named`(scale: String) throws {
  let written =
    "horizon: 2, targets: [close], transforms: [], window: {scale: \(scale), over: inputs-and-labels}"
  #expect(try failures(written) == [.window])
  #expect(try failures(written.replacing("inputs-and-labels", with: "inputs")).isEmpty)
}

/// Adds the value so many rows ahead, where there is one.
private struct Peeking<Distance: PeekingDistance>: Indicator {
  static var name: String { "sma" }
  let inputs: [String]
  var outputs: [(suffix: String, unit: String)] { [("", "price")] }
  var lookback: Int { 0 }

  init(_ settings: PartSettings) throws(FeatureError) { inputs = [try settings.text("of")] }

  func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    for row in 0..<run.count {
      let ahead = row + Distance.rows
      outputs[0][row] = run[0][row] + (ahead < run.count ? run[0][ahead] : 0)
    }
  }
}

private protocol PeekingDistance: Sendable { static var rows: Int { get } }
private enum Next: PeekingDistance { static var rows: Int { 1 } }
private enum Far: PeekingDistance { static var rows: Int { 40 } }
private enum Farther: PeekingDistance { static var rows: Int { 190 } }

@Test(arguments: [Peeking<Next>.self, Peeking<Far>.self, Peeking<Farther>.self] as [any Indicator.Type])
private func `An indicator that looks ahead is named, however far it looks`(indicator: any Indicator.Type)
  throws
{
  let sample = try PreparedSample(
    "lookback: 4, horizon: 1, targets: [close], features: [close, {sma: {as: peek}}]",
    of: SampleMarket.series(gaps: []), indicators: [indicator])
  let found = try finding(.truncation, sample)
  #expect(
    found.verdict == .failed && found.words.contains("'peek' changes when the future is deleted"),
    "\(found.words)")
}

/// Looks back at the front of its run: with the past deleted it would change, with the future deleted it does not.
private struct Remembering: Indicator {
  static var name: String { "sma" }
  let inputs: [String]
  var outputs: [(suffix: String, unit: String)] { [("", "price")] }
  var lookback: Int { 0 }

  init(_ settings: PartSettings) throws(FeatureError) { inputs = [try settings.text("of")] }

  func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    var sum = 0.0
    for row in 0..<run.count {
      sum += run[0][row]
      outputs[0][row] = sum
    }
  }
}

@Test func `An indicator that remembers its whole run is honest`() throws {
  let written = "horizon: 1, targets: [close], features: [close, {sma: {as: sum}}]"
  #expect(try failures(written, indicators: [Remembering.self]).isEmpty)
}

@Test func `A market of many entities passes, and one that is trained on by another's date`() throws {
  // More entities than the scaler's check looks at, and one whose training ends with a run.
  let names = (0..<11).map { "E\($0)" }
  let series = SampleMarket.series(rows: 150, entities: names, gaps: [(3, 75, 2), (10, 76, 1)])
  #expect(try failures("horizon: 2, targets: [close], transforms: [log, standardize]", of: series).isEmpty)
  let leaky = "horizon: 2, targets: [close], transforms: [log, {standardize: {fit: all}}]"
  #expect(try failures(leaky, of: series) == [.scaler])
}

@Test func `Windows that were dealt at random are told as a leak`() throws {
  let split = SplitRule.randomLeaky(train: 0.6, validation: 0.2, test: 0.2, seed: 1)
  let sample = try PreparedSample("lookback: 4, horizon: 1, targets: [close]", split: split)
  let found = try finding(.split, sample)
  #expect(found.verdict == .failed && found.words == sample.plan.stamp)
}

@Test func `Transforms that learn from the labels of validation or test are told`() throws {
  let sample = try PreparedSample("lookback: 4, horizon: 1, targets: [close]")
  var plan = sample.plan
  plan.folds[0].trainingRows = [0..<60, 60..<300]
  let found = try #require(try LeakCheck(sample.windows, plan: plan).findings().first { $0.check == .scaler })
  #expect(found.verdict == .failed && found.words.contains("labels of validation or test"))
}

// MARK: Findings

@Test func `Findings are the same each time`() throws {
  let make = { try PreparedSample("lookback: 8, labels: [return, trend], window: {scale: mean}").findings() }
  #expect(try make() == make())
}

@Test func `What had nothing to look at does not say that it passed`() throws {
  let one = SampleMarket.series(entities: ["A"], gaps: [])
  let plain = try PreparedSample("lookback: 4, horizon: 1, targets: [close], transforms: []", of: one)
  #expect(try finding(.identity, plain).verdict == .skipped)
  #expect(try finding(.scaler, plain).verdict == .skipped)
  #expect(try finding(.truncation, plain).verdict == .passed)
  let short = try PreparedSample(
    "lookback: 4, horizon: 1, targets: [close]", of: SampleMarket.series(rows: 40, entities: ["A"], gaps: []))
  #expect(try finding(.shuffle, short).verdict == .skipped)
  #expect(LeakCheck.windowFinding(NoAdjustment(), []).json["verdict"] == "skipped")
}

private struct NoAdjustment: WindowAdjustment {
  func adjust(
    _ inputs: UnsafeMutableBufferPointer<Float>, labels: UnsafeBufferPointer<Float>,
    units: UnsafeMutableBufferPointer<WindowUnit>
  ) {}
}
