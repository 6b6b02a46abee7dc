package import Artifacts
package import Evaluation
package import Features
package import GaussianProcesses
package import Networks
package import Tensors

/// A trained model with its recipe: what turns windows into forecasts.
package struct Forecaster: Sendable {
  package enum Model: Sendable {
    case linear(LinearMap)
    case network(Network)
    case baseline(Baseline)
    case process(GaussianProcessModel)
    case regression(KernelRegression)
    case ensemble(Ensemble)
  }

  package let model: Model
  package var recipe: Recipe
  package var signature: Signature
  /// What each label was on average over the training windows, [K]: the baseline `mean` of labels.
  package var labelMeans: [Double]
  private let adjustment: WindowRule?
  /// Of an ensemble, each with the look-back it learnt from.
  private let members: [Forecaster]

  package init(model: Model, recipe: Recipe, signature: Signature, labelMeans: [Double] = []) throws {
    self.model = model
    self.recipe = recipe
    self.signature = signature
    self.labelMeans = labelMeans
    adjustment = try WindowRule(recipe, for: signature)
    guard case .ensemble(let ensemble) = model else {
      members = []
      return
    }
    members = try ensemble.members.map { member in
      var shorter = signature
      shorter.lookback = member.lookback
      return try Forecaster(
        model: member.model, recipe: recipe, signature: shorter, labelMeans: labelMeans)
    }
  }

  /// Whether errors are better told as ratios than as differences.
  package var isLogarithmic: Bool { recipe.isLogarithmic(signature.targetColumns) }

  /// Whether the model gets windows without what the recipe does to each.
  ///
  /// A linear map takes the last input off by itself, and puts it back.
  var readsPlainWindows: Bool {
    if case .linear = model { adjustment?.onlySubtractsLast ?? true } else { adjustment == nil }
  }

  /// Forecasts from some origins, in both units.
  package struct Forecasts: Sendable {
    /// In the units of the transforms, [B, H, K].
    package var transformed: Panel
    /// In original units, [B, H, K].
    package var levels: Panel
    /// The entity of each window, [B].
    package var entities: [Int]
    /// The quantiles of the model's own distribution in original units, ascending, [B, H, K, Q]; nil where none were
    /// asked for, and where the model has none.
    package var quantiles: [Double]?
    /// Where kernel regression with bounds believes the truth without its noise to lie, in original units, lower ends
    /// first, [B, H, K, 2]; nil for other models.
    package var bounds: [Double]?
  }

  /// Whether forecasts have bounds, which transforms that add up steps do not leave.
  package var hasBounds: Bool {
    guard case .regression(let regression) = model, regression.rule != nil else { return false }
    return recipe.isPointwise(signature.targetColumns, over: signature.horizon)
  }

  /// What is known of a model's own quantiles.
  package enum OwnQuantiles: Sendable, Equatable {
    /// It gives points.
    case none
    /// It has some, and transforms add up steps: the quantile of a sum is not the sum of quantiles.
    case cumulated
    case given
  }

  package var ownQuantiles: OwnQuantiles {
    switch model {
    case .network(let network) where network.hasQuantiles: break
    case .process: break
    case .network, .linear, .baseline, .regression, .ensemble: return .none
    }
    return recipe.isPointwise(signature.targetColumns, over: signature.horizon) ? .given : .cumulated
  }

  /// Forecasts, and with them the model's own quantiles at `probabilities`, where it has some.
  package func forecast(
    from origins: ArraySlice<Int>, in table: WindowTable, quantilesAt probabilities: [Double] = []
  ) -> Forecasts {
    var table = table
    table.signature = signature
    table.adjustment = adjustment
    switch model {
    case .baseline(let baseline): return forecast(with: baseline, from: origins, in: table)
    case .linear(let map):
      if readsPlainWindows { table.adjustment = nil }
      return forecasts(map.forecast(from: origins, in: table), from: origins, table)
    case .network(let network):
      let outlook = network.outlook(
        at: ownQuantiles == .given ? probabilities : [], from: origins, in: table)
      return forecasts(outlook.forecast, quantiles: outlook.quantiles, from: origins, table)
    case .process(let process):
      let normal = process.distribution(from: origins, in: table)
      let quantiles =
        ownQuantiles == .given && !probabilities.isEmpty ? normal.quantiles(at: probabilities) : nil
      return forecasts(normal.mean, quantiles: quantiles, from: origins, table)
    case .regression(let regression):
      let outcome = regression.outcome(from: origins, in: table)
      return forecasts(outcome.mean, bounds: hasBounds ? outcome.bounds : nil, from: origins, table)
    case .ensemble(let ensemble):
      let opinions = members.map { $0.opinion(from: origins, in: table) }
      let transformed = ensemble.decision(of: ensemble.mean(of: opinions))
      var levels = transformed
      let context = context(of: origins, in: table)
      recipe.invert(&levels, at: context)
      return Forecasts(transformed: transformed, levels: levels, entities: context.entities)
    }
  }

  /// What an ensemble combines: the forecast in the units of the transforms, [B, H, K], or, of a model that tells C classes
  /// apart, their probabilities, [B, H, K C].
  package func opinion(from origins: ArraySlice<Int>, in table: WindowTable) -> Panel {
    var table = table
    table.signature = signature
    table.adjustment = adjustment
    switch model {
    case .network(let network) where network.classes > 1:
      return network.probabilities(from: origins, in: table)
    case .ensemble(let ensemble) where ensemble.classes > 1:
      return ensemble.mean(of: members.map { $0.opinion(from: origins, in: table) })
    default: return forecast(from: origins, in: table).transformed
    }
  }

  /// The same, of which only the trend is forecast; nil for a model that keeps trend and season in one.
  package var trend: Forecaster? {
    guard case .network(let network) = model, let part = network.part("trend") else { return nil }
    return try? Forecaster(
      model: .network(part), recipe: recipe, signature: signature, labelMeans: labelMeans)
  }

  private func forecasts(
    _ made: Panel, quantiles: [Double]? = nil, bounds: [Double]? = nil, from origins: ArraySlice<Int>,
    _ table: WindowTable
  ) -> Forecasts {
    let context = context(of: origins, in: table)
    let units = signature.hasLabels ? nil : table.units(ofWindowsAt: origins)
    var transformed = made
    transformed.leave(units)
    var levels = transformed
    recipe.invert(&levels, at: context)
    return Forecasts(
      transformed: transformed, levels: levels, entities: context.entities,
      quantiles: quantiles.map { inverted($0, units: units, of: made, at: context) },
      bounds: bounds.map { inverted($0, units: units, of: made, at: context) })
  }

  /// Quantiles in original units: each by itself, because what is undone value by value keeps their order, or turns it.
  private func inverted(
    _ quantiles: [Double], units: [WindowUnit]?, of shape: Panel, at context: WindowContext
  ) -> [Double] {
    var quantiles = quantiles
    let elements = shape.values.count
    let count = elements > 0 ? quantiles.count / elements : 0
    for quantile in 0..<count {
      var panel = Panel(windows: shape.windows, steps: shape.steps, columns: shape.columns)
      for element in 0..<elements { panel.values[element] = quantiles[element * count + quantile] }
      panel.leave(units)
      recipe.invert(&panel, at: context)
      for element in 0..<elements { quantiles[element * count + quantile] = panel.values[element] }
    }
    for element in 0..<elements { quantiles[(element * count)..<((element + 1) * count)].sort() }
    return quantiles
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
