package import Artifacts
package import Features

/// What a model learns from: the windows that `prepare` made, and the recipe that undoes their units.
package struct TrainingSet: Sendable {
  package let table: WindowTable
  package let recipe: Recipe
  /// Units of the targets, [K].
  package let units: [String]

  /// Reads a `windows` artifact.
  package init(reading artifact: Artifact) throws {
    table = try WindowTable(reading: artifact)
    recipe = try Recipe(reading: artifact)
    units = try artifact.fact("units", \.strings)
  }

  /// Whether each window's last input is taken off its inputs and labels.
  package var subtractsLast: Bool { recipe.subtractsLast }

  /// A model that was fitted to these windows, with their recipe.
  package func forecaster(with model: Forecaster.Model) -> Forecaster {
    Forecaster(model: model, recipe: recipe, signature: table.signature)
  }
}
