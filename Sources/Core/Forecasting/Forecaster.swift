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
  /// What each label was on average over the training windows, [K]: the baseline `mean` of labels.
  package var labelMeans: [Double]
  private let adjustment: WindowRule?

  package init(model: Model, recipe: Recipe, signature: Signature, labelMeans: [Double] = []) throws {
    self.model = model
    self.recipe = recipe
    self.signature = signature
    self.labelMeans = labelMeans
    adjustment = try WindowRule(recipe, for: signature)
  }

  /// Whether errors are better told as ratios than as differences.
  package var isLogarithmic: Bool { recipe.isLogarithmic(signature.targetColumns) }

  /// Forecasts from some origins, in both units.
  package struct Forecasts: Sendable {
    /// In the units of the transforms, [B, H, K].
    package var transformed: Panel
    /// In original units, [B, H, K].
    package var levels: Panel
    /// The entity of each window, [B].
    package var entities: [Int]
  }

  package func forecast(from origins: ArraySlice<Int>, in table: WindowTable) -> Forecasts {
    var table = table
    table.adjustment = adjustment
    switch model {
    case .baseline(let baseline): return forecast(with: baseline, from: origins, in: table)
    case .linear(let map):
      // It takes the last input off by itself, and puts it back.
      if adjustment?.onlySubtractsLast ?? false { table.adjustment = nil }
      return forecasts(map.forecast(from: origins, in: table), from: origins, table)
    case .network(let network):
      return forecasts(network.forecast(from: origins, in: table), from: origins, table)
    }
  }

  private func forecasts(_ made: Panel, from origins: ArraySlice<Int>, _ table: WindowTable) -> Forecasts {
    let context = context(of: origins, in: table)
    var transformed = made
    if !signature.hasLabels { transformed.leave(table.units(ofWindowsAt: origins)) }
    var levels = transformed
    recipe.invert(&levels, at: context)
    return Forecasts(transformed: transformed, levels: levels, entities: context.entities)
  }

  /// What a baseline says at the same origins.
  ///
  /// It is made in original units and then transformed, because the last value of a return means nothing.
  package func forecast(with baseline: Baseline, from origins: ArraySlice<Int>, in table: WindowTable)
    -> Forecasts
  {
    let context = context(of: origins, in: table)
    let levels = signature.hasLabels ? labels(baseline, origins, table) : columns(baseline, origins, table)
    var transformed = levels
    recipe.advance(&transformed, at: context)
    return Forecasts(transformed: transformed, levels: levels, entities: context.entities)
  }

  private func columns(_ baseline: Baseline, _ origins: ArraySlice<Int>, _ table: WindowTable) -> Panel {
    table.levels.withUnsafeBufferPointer { levels in
      baseline.forecast(
        from: origins, in: levels, columns: signature.targets.count, lookback: signature.lookback,
        start: signature.labelStart, horizon: signature.horizon)
    }
  }

  /// Labels have no past that is known at the origin: `repeat` says that the price stays where it is, `mean` what the
  /// training windows had.
  private func labels(_ baseline: Baseline, _ origins: ArraySlice<Int>, _ table: WindowTable) -> Panel {
    let columns = signature.targets.count
    let values = origins.flatMap { origin in
      (0..<columns).map { column in
        baseline == .mean ? labelMeans[column] : table.still[origin * columns + column]
      }
    }
    return Panel(windows: origins.count, steps: 1, columns: columns, values: values)
  }

  private func context(of origins: ArraySlice<Int>, in table: WindowTable) -> WindowContext {
    let columns = signature.targets.count
    let length = signature.hasLabels ? 0 : max(1, recipe.past(of: signature.targetColumns))
    var pasts: [Double] = []
    pasts.reserveCapacity(origins.count * columns * length)
    table.levels.withUnsafeBufferPointer { levels in
      for origin in origins {
        for column in 0..<columns {
          for row in (origin - length + 1)..<(origin + 1) { pasts.append(levels[row * columns + column]) }
        }
      }
    }
    return WindowContext(
      entities: origins.map { table.entity(ofRow: $0) }, features: signature.targetColumns, pasts: pasts,
      pastLength: length)
  }
}
