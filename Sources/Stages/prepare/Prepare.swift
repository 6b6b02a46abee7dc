import ArgumentParser
import Artifacts
import Configuration
import Features
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
