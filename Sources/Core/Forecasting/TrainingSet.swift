package import Artifacts
package import Features

/// What a model learns from: the windows that `prepare` made, and the recipe that undoes their units.
package struct TrainingSet: Sendable {
  package let table: WindowTable
  package let recipe: Recipe
  /// Units of the targets, [K].
  package let units: [String]
  /// Why scores of these windows are not to be believed; none for honest ones.
  package let stamps: [String]

  /// Reads one fold of a `windows` artifact.
  package init(reading artifact: Artifact, fold: Int) throws {
    var table = try WindowTable(reading: artifact, fold: fold)
    recipe = try Recipe(
      reading: artifact, interval: table.signature.interval, entities: table.signature.entities.count
    ).ofFold(fold)
    table.adjustment = try WindowRule(recipe, for: table.signature)
    self.table = table
    units = try artifact.fact("units", \.strings)
    stamps = try artifact.fact("stamps", \.strings)
  }

  /// A model that was fitted to these windows, with their recipe.
  package func forecaster(with model: Forecaster.Model) throws -> Forecaster {
    try Forecaster(model: model, recipe: recipe, signature: table.signature, labelMeans: labelMeans)
  }

  /// Whether all that is done to each window is to take its last input off it.
  package var subtractsLast: Bool { (table.adjustment as? WindowRule)?.onlySubtractsLast ?? false }

  /// When the last row opens that training looks at, as an input or by way of a label: ms since the epoch.
  package var trainedThrough: Int64 {
    let last = (table.origins[.train] ?? []).max { table.time[$0] < table.time[$1] }
    return last.map { table.time[min($0 + table.signature.span, table.rowCount - 1)] } ?? 0
  }

  /// The mean of each label over the training windows, [K]; empty where targets are no labels.
  package var labelMeans: [Double] {
    guard table.signature.hasLabels else { return [] }
    let columns = table.signature.targets.count
    var sums = [Double](repeating: 0, count: columns)
    let origins = table.origins[.train] ?? []
    for origin in origins {
      for column in 0..<columns { sums[column] += table.levels[origin * columns + column] }
    }
    return sums.map { $0 / Double(Swift.max(origins.count, 1)) }
  }
}
