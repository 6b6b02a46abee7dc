package import Artifacts
private import Chronology
private import Evaluation
private import Features
package import Tensors

/// A model's forecast for each entity of a series, with intervals and with what repeating the last value would say.
package struct Forecast: Sendable {
  package let model: FittedModel
  /// In original units, [E, H, K].
  package let levels: Panel
  /// What the trend of a model that forecasts trend and season says by itself, in original units, [E, H, K].
  package let trend: Panel?
  /// [E, H, K, Q].
  package let quantiles: [Double]
  /// The model's own quantiles at the same probabilities, [E, H, K, Q]; nil for a model that has none.
  package let modelQuantiles: [Double]?
  /// Where kernel regression with bounds believes the truth to lie, [E, H, K, 2]; nil for others.
  package let bounds: [Double]?
  /// The random walk's forecast, [E, H, K].
  package let baseline: Panel
  /// When each forecast bar opens, [E, H].
  package let times: [[Int64]]
  /// When the last bar that was seen opens, [E].
  package let origins: [Int64]

  package init(with model: FittedModel, from series: Series) throws {
    guard series.interval == model.signature.interval else {
      throw ForecastError.interval(
        series: series.interval.description, model: model.signature.interval.description)
    }
    let names = try model.forecaster.recipe.entityNames(of: series.entities)
    let (model, codes) = try model.suited(to: names)
    self.model = model
    var table = try WindowTable(newestOf: series, for: model.signature, recipe: model.forecaster.recipe)
    table.entityCodes = codes
    let rows = Array(table.origins[.test] ?? [])
    let forecasts = model.forecaster.forecast(
      from: rows[...], in: table, quantilesAt: model.intervals.probabilities)
    levels = forecasts.levels
    trend = model.forecaster.trend?.forecast(from: rows[...], in: table).levels
    quantiles = model.intervals.quantiles(around: forecasts.levels, entities: forecasts.entities)
    modelQuantiles = forecasts.quantiles
    bounds = forecasts.bounds
    baseline = model.forecaster.forecast(with: .repeat, from: rows[...], in: table).levels
    times = rows.map(table.horizonTimes)
    origins = rows.map { table.time[$0] }
  }

  package var signature: Signature { model.signature }

  /// The entity of a series that one of the model's is made of: several intervals make several of it.
  package func source(of entity: Int, in series: Series) -> Int {
    Resampling.source(of: entity, among: signature.entities.count, of: series.entities.count)
  }

  /// Place of an entity's step and target in a table [E, H, K].
  package func element(_ entity: Int, _ step: Int, _ target: Int) -> Int {
    (entity * signature.horizon + step) * signature.targets.count + target
  }

  package func quantiles(_ entity: Int, _ step: Int, _ target: Int) -> ArraySlice<Double> {
    let count = model.intervals.probabilities.count
    let first = element(entity, step, target) * count
    return quantiles[first..<(first + count)]
  }
}

extension Forecast {
  /// Writes the arrays of a `forecast` artifact.
  package func write(to publication: Publication) throws {
    let (e, h, k) = (signature.entities.count, signature.horizon, signature.targets.count)
    try publication.write(
      "time", times.flatMap { $0 }, shape: [e, h], axes: ["E", "H"],
      unit: "ms since 1970-01-01 UTC, open of the interval")
    try publication.write(
      "forecast", levels.values, shape: [e, h, k], axes: ["E", "H", "K"], unit: "original units")
    if let trend {
      try publication.write(
        "trend", trend.values, shape: [e, h, k], axes: ["E", "H", "K"], unit: "original units")
    }
    try publication.write(
      "baseline", baseline.values, shape: [e, h, k], axes: ["E", "H", "K"], unit: "original units")
    try publication.write(
      "quantiles", quantiles, shape: [e, h, k, model.intervals.probabilities.count],
      axes: ["E", "H", "K", "Q"],
      unit: "original units")
    if let bounds {
      try publication.write(
        "bounds", bounds, shape: [e, h, k, 2], axes: ["E", "H", "K", "lower, upper"], unit: "original units")
    }
    guard let modelQuantiles else { return }
    try publication.write(
      "model.quantiles", modelQuantiles, shape: [e, h, k, model.intervals.probabilities.count],
      axes: ["E", "H", "K", "Q"], unit: "original units")
  }
}
