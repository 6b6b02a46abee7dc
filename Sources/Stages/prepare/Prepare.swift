import ArgumentParser
import Artifacts
import Chronology
import Configuration
import Features
import Numerics
import StageKit

/// From a series to windows that a model can learn from without seeing the future.
@main
struct Prepare: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Transform a series, fitted on training rows alone, and cut it into windows.")
  static let stage = Stage.prepare

  @OptionGroup var options: StageOptions

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .prepare(let settings) = work.resolved.settings else {
      preconditionFailure("prepare's own settings")
    }
    let series = try Series(reading: work.input("series"))
    var table = try FeatureTable(of: series, features: settings.features)
    let signature = try settings.signature(of: series, features: table.names)
    let borders = try settings.borders(of: series)
    let levels = table.columns

    var recipe = try Recipe(settings.transforms)
    let warnings = try recipe.fit(to: &table, training: borders.trainingRows)
    let cutter = WindowCutter(lookback: settings.lookback, horizon: settings.horizon, borders: borders)
    let cut = try cutter.cut(table, warmup: recipe.warmup)
    let windows = try WindowTable(signature: signature, table: table, cut: cut, levels: levels)

    try windows.write(to: work.publication, unit: recipe.unit)
    try recipe.writeStatistics(to: work.publication)
    let facts: [String: JSON] = [
      "signature": signature.json, "recipe": recipe.json, "splits": windows.splitFacts,
      "purged": JSON(cut.purged),
      "rows": JSON(windows.rowCount), "droppedRows": JSON(series.rowCount - windows.rowCount),
      "units": JSON(signature.targets.map { name in series.columns.first { $0.name == name }?.unit ?? "" }),
      "warnings": JSON(warnings),
    ]
    return StageResult(facts: facts, summary: windows.summary(purged: cut.purged))
  }
}

extension PrepareSettings {
  fileprivate func signature(of series: Series, features: [String]) throws -> Signature {
    let targets = targets ?? features
    for target in targets where !features.contains(target) {
      let known = series.columns.map(\.name)
      guard known.contains(target) else {
        throw FeatureError.unknownColumn(target, setting: "targets", known: known)
      }
      throw FeatureError.targetIsNoFeature(target)
    }
    return Signature(
      entities: series.entities, features: features, targets: targets, lookback: lookback, horizon: horizon,
      interval: series.interval, calendar: series.calendar)
  }

  fileprivate func borders(of series: Series) throws -> SplitBorders {
    switch split {
    case .preset(.ettHourly): try .ettHourly(of: series)
    case .fractions(let train, _, let test): .fractions(train: train, test: test, of: series)
    case .dates(let validation, let test, let end):
      .dates(validation: validation, test: test, end: end, entities: series.entities.count)
    }
  }
}

extension Recipe {
  fileprivate init(_ settings: [PrepareSettings.Transform]) throws {
    let transforms = settings.compactMap { setting -> (any Transform)? in
      switch setting {
      case .log: Log()
      case .logReturn: LogReturn()
      case .standardize(let scope): Standardize(per: scope == .entity ? .entity : .all)
      case .subtractLast: nil
      }
    }
    try self.init(transforms, subtractsLast: settings.contains(.subtractLast))
  }
}

extension WindowTable {
  fileprivate var splitFacts: JSON {
    let facts = Split.allCases.map { split -> (String, JSON) in
      let rows = origins[split] ?? []
      let first = rows.map { time[Int($0) + 1] }.min() ?? 0
      let last = rows.map { time[Int($0) + signature.horizon] }.max() ?? 0
      return (
        split.rawValue,
        [
          "windows": JSON(rows.count), "firstLabel": .string(Instant(milliseconds: first).description),
          "lastLabel": .string(Instant(milliseconds: last).description),
        ]
      )
    }
    return .object(Dictionary(facts) { first, _ in first })
  }

  fileprivate func summary(purged: Int) -> [String] {
    let counts = Split.allCases.map { "\(DecimalNumber.grouped(origins[$0]?.count ?? 0)) \($0.rawValue)" }
    return [
      "\(DecimalNumber.grouped(rowCount)) rows, look-back \(signature.lookback), horizon \(signature.horizon)",
      "windows: " + counts.joined(separator: ", ")
        + ", \(DecimalNumber.grouped(purged)) purged at the borders",
    ]
  }
}
