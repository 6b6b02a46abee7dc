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
  /// The newest window of each entity of a series, made by a model's recipe.
  ///
  /// Features are made from the whole of each entity's newest run, because averages with a long memory depend on where
  /// it begins; the origins stand under ``Split/test``.
  package init(newestOf series: Series, for signature: Signature, recipe: Recipe) throws {
    guard series.interval == signature.interval else {
      throw ForecastError.interval(series: series.interval.description, model: signature.interval.description)
    }
    guard try recipe.entityNames(of: series.entities) == signature.entities else {
      throw ForecastError.entities(series: series.entities, model: signature.entities)
    }
    let rows = try recipe.rows(of: series).newest(signature.lookback + recipe.warmup)
    let kept = KeptRows(rows.segments, warmup: recipe.warmup, entityCount: rows.entities.count)
    let windows = try PreparedWindows(recipe, signature: signature, rows: rows, kept: kept, training: nil)
    var fold = Fold()
    fold.origins[.test] = Origins(kept.segments.map { $0.rows.upperBound - 1 })
    self = try windows.table(fold)
  }

  /// The times of the H bars behind an origin; of labels, that of the last bar they depend on.
  package func horizonTimes(after origin: Int) -> [Int64] {
    var instant = Instant(milliseconds: time[origin])
    let interval = signature.intervals[entity(ofRow: origin)]
    let all = (0..<signature.span).map { _ in
      instant = signature.calendar.next(after: instant, by: interval)
      return instant.milliseconds
    }
    return Array(all.suffix(signature.horizon))
  }
}
