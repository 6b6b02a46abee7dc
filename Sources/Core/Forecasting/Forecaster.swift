package import Artifacts
package import Evaluation
package import Features
package import Networks
package import Tensors

/// A trained model with its recipe: what turns windows into forecasts.
package struct Forecaster: Sendable {
  package enum Model: Sendable {
    case linear(LinearMap)
    case network(Network)
    case baseline(Baseline)
  }

  package var model: Model
  package var recipe: Recipe
  package var signature: Signature

  package init(model: Model, recipe: Recipe, signature: Signature) {
    self.model = model
    self.recipe = recipe
    self.signature = signature
  }

  /// Forecasts from some origins, in both units.
  package struct Forecasts: Sendable {
    /// In the units of the model, [B, H, K].
    package var transformed: Panel
    /// In original units, [B, H, K].
    package var levels: Panel
    /// The entity of each window, [B].
    package var entities: [Int]
  }

  package func forecast(from origins: ArraySlice<Int64>, in table: WindowTable) -> Forecasts {
    switch model {
    case .baseline(let baseline): return forecast(with: baseline, from: origins, in: table)
    case .linear(let map):
      return forecasts(
        map.forecast(from: origins, in: table.targets, columns: signature.targets.count), from: origins, table
      )
    case .network(let network):
      return forecasts(network.forecast(from: origins, in: table), from: origins, table)
    }
  }

  private func forecasts(
    _ transformed: Panel, from origins: ArraySlice<Int64>, _ table: WindowTable
  ) -> Forecasts {
    let context = context(of: origins, in: table)
    var levels = transformed
    recipe.invert(&levels, at: context)
    return Forecasts(transformed: transformed, levels: levels, entities: context.entities)
  }

  /// What a baseline says at the same origins.
  ///
  /// It is made in original units and then transformed, because the last value of a return means nothing.
  package func forecast(with baseline: Baseline, from origins: ArraySlice<Int64>, in table: WindowTable)
    -> Forecasts
  {
    let context = context(of: origins, in: table)
    let levels = baseline.forecast(
      from: origins, in: table.levels, columns: signature.targets.count, lookback: signature.lookback,
      horizon: signature.horizon)
    var transformed = levels
    recipe.advance(&transformed, at: context)
    return Forecasts(transformed: transformed, levels: levels, entities: context.entities)
  }

  private func context(of origins: ArraySlice<Int64>, in table: WindowTable) -> WindowContext {
    let columns = signature.targets.count
    return WindowContext(
      entities: origins.map { table.entity(ofRow: Int($0)) }, features: signature.targetColumns,
      anchors: origins.flatMap { origin in
        (0..<columns).map { table.levels[Int(origin) * columns + $0] }
      })
  }
}
