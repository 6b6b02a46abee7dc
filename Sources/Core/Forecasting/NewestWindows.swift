package import Artifacts
private import Chronology
package import Features

/// Why a series does not suit a model.
package enum ForecastError: Failure, Equatable {
  case interval(series: String, model: String)
  case entities(series: [String], model: [String])

  package var exitStatus: ExitStatus { .badData }

  package var description: String {
    switch self {
    case .interval(let series, let model):
      "the series has bars of \(series), and the model learnt from bars of \(model); extract with interval \(model)"
    case .entities(let series, let model):
      """
      the series holds \(series.joined(separator: ", ")), and the model learnt from \(model.joined(separator: ", ")); \
      train on the entities that are to be forecast
      """
    }
  }
}

extension WindowTable {
  /// The newest window of each entity of a series, made by a model's recipe: all that a forecast looks at.
  ///
  /// The origins stand under ``Split/test``.
  package init(newestOf series: Series, for signature: Signature, recipe: Recipe) throws {
    guard series.interval == signature.interval else {
      throw ForecastError.interval(series: series.interval.description, model: signature.interval.description)
    }
    guard series.entities == signature.entities else {
      throw ForecastError.entities(series: series.entities, model: signature.entities)
    }
    var table = try FeatureTable(of: series, features: signature.features)
    try table.keepNewest(signature.lookback + recipe.warmup)
    let levels = table.columns
    try recipe.apply(to: &table)
    try self.init(signature: signature, table: table, cut: WindowCutter.newest(of: table), levels: levels)
  }

  /// The times of the H bars behind an origin.
  package func horizonTimes(after origin: Int64) -> [Int64] {
    var instant = Instant(milliseconds: time[Int(origin)])
    return (0..<signature.horizon).map { _ in
      instant = signature.calendar.next(after: instant, by: signature.interval)
      return instant.milliseconds
    }
  }
}
