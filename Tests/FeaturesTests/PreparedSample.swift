import Artifacts
import Chronology
import Configuration
import Features
import Numerics
import Tensors
import TestSupport

/// A series prepared as a pipeline file would say it.
struct PreparedSample {
  let settings: PrepareSettings
  let rows: RowTable
  let kept: KeptRows
  let plan: SplitPlan
  let windows: PreparedWindows

  var recipe: Recipe { windows.recipe }
  var signature: Signature { windows.signature }

  /// `written` are the settings of the step besides its split.
  init(
    _ written: String, of series: Series = SampleMarket.series(), split: SplitRule = .standard,
    indicators: [any Indicator.Type] = IndicatorLibrary.all
  ) throws {
    settings = try PrepareSettings(written: "{\(written), split: {preset: ett-hourly}}")
    let recipe = try Recipe(
      settings.recipe, columns: series.columns, interval: series.interval, indicators: indicators)
    rows = try recipe.rows(of: series)
    let signature = try recipe.signature(
      of: rows, targets: settings.targets, lookback: settings.lookback, horizon: settings.horizon,
      shift: settings.shift)
    kept = KeptRows(rows.segments, warmup: recipe.warmup, entityCount: rows.entities.count)
    var input = SplitInput(
      entities: rows.entities, offsets: rows.offsets, time: rows.time, interval: rows.interval,
      segments: kept.segments, lookback: signature.lookback, labelStart: signature.labelStart,
      span: signature.span)
    (input.warmup, input.marked, input.premature) = (recipe.warmup, rows.marked, rows.premature)
    plan = try split.plan(input)
    windows = try PreparedWindows(
      recipe, signature: signature, rows: rows, kept: kept, training: plan.folds.map(\.trainingRows),
      probing: LeakCheck.rows(of: rows, kept, signature, plan))
  }

  /// The windows of the only fold.
  func table() throws -> WindowTable { try windows.table(plan.folds[0]) }

  func publish(in folder: TemporaryFolder) throws -> Artifact {
    try folder.publish(.windows, step: "windows") { publication in
      try windows.writeArrays(to: publication)
      try windows.write(plan.folds, to: publication)
      try windows.recipe.writeStatistics(to: publication)
      return [
        "signature": signature.json, "recipe": recipe.declaration,
        "folds": .array(plan.folds.map { _ in [:] }),
      ]
    }
  }

  func findings() throws -> [LeakFinding] { try LeakCheck(windows, plan: plan).findings() }

  /// The features after their transforms, [F][N], made by a recipe that has learnt.
  func transformed(by recipe: Recipe) throws -> [[Double]] {
    var columns: [[Double]] = []
    try recipe.makeColumns(of: rows, kept: kept) { made in
      if case .transformed(_, let column) = made { columns.append(column) }
    }
    return columns
  }
}

extension SplitRule {
  /// Half of the past to learn from, a quarter to choose by, and a quarter to judge by.
  static let standard = SplitRule.fractions(train: 0.5, validation: 0.25, test: 0.25)

  static func folds(_ count: Int, of rows: Int) -> SplitRule {
    .walkForward(WalkForward(folds: count, test: .bars(rows), validation: .bars(rows)))
  }
}

extension WindowTable {
  /// One window as a model reads it: inputs, [L, F], and labels, [H, K].
  func window(at origin: Int) -> (inputs: [Float], labels: [Float]) {
    var inputs = [Float](repeating: .nan, count: signature.lookback * signature.features.count)
    var labels = [Float](repeating: .nan, count: signature.horizon * signature.targets.count)
    inputs.withUnsafeMutableBufferPointer { inputs in
      labels.withUnsafeMutableBufferPointer { labels in
        read(windowAt: origin, inputs: inputs.baseAddress, labels: labels.baseAddress)
      }
    }
    return (inputs, labels)
  }

  /// The origins of all parts.
  var allOrigins: [Int] { Split.allCases.flatMap { Array(origins[$0] ?? []) } }
}

/// Candles of a made-up market.
enum SampleMarket {
  static let columns = ["open", "high", "low", "close", "volume", "trades", "taker_buy_volume"]

  /// Hourly candles of two markets that walk at random on their own, with gaps.
  static func series(
    rows: Int = 400, entities: [String] = ["A", "B"], seed: UInt64 = 1,
    gaps: [(entity: Int, row: Int, count: Int)] = [(0, 60, 2), (1, 330, 1)], columns: [String] = columns
  ) -> Series {
    let markets = entities.indices.map { Self.market(rows: rows, seed: seed, entity: $0) }
    return SampleSeries.make(rows: rows, entities: entities, columns: columns, gaps: gaps) {
      entity, column, row in
      markets[entity][columns[column]]?[row] ?? .nan
    }
  }

  private static func market(rows: Int, seed: UInt64, entity: Int) -> [String: [Double]] {
    let random = RandomStream(seed: seed, purpose: "sample market", lane: entity)
    var candles: [String: [Double]] = [:]
    var close = 100 + 50 * Double(entity)
    for row in 0..<rows {
      func uniform(_ number: Int) -> Double { random.uniform(at: 6 * row + number) }
      let open = close
      close *= 0.98 + 0.04 * uniform(0)
      let volume = 1 + 1000 * uniform(1)
      candles["open", default: []].append(open)
      candles["high", default: []].append(max(open, close) * (1 + 0.01 * uniform(2)))
      candles["low", default: []].append(min(open, close) / (1 + 0.01 * uniform(3)))
      candles["close", default: []].append(close)
      candles["volume", default: []].append(volume)
      candles["trades", default: []].append((1 + 99 * uniform(4)).rounded())
      candles["taker_buy_volume", default: []].append(volume * uniform(5))
    }
    return candles
  }
}
