package import Artifacts
private import Chronology
package import Features

/// Why a series does not suit a model.
package enum ForecastError: Failure, Equatable {
  case interval(series: String, model: String)
  /// Entities that the model never saw.
  case unknownEntities([String], known: [String])
  /// The model could forecast these, but a transform has no numbers of theirs.
  case noStatistics([String], transform: String, feature: String)

  package var exitStatus: ExitStatus { .badData }

  package var description: String {
    switch self {
    case .interval(let series, let model):
      "the series has bars of \(series), and the model learnt from bars of \(model); extract with interval \(model)"
    case .unknownEntities(let entities, let known):
      """
      the series holds \(entities.joined(separator: ", ")), which the model never saw: it learnt from \
      \(known.joined(separator: ", ")); train on all that are to be forecast, or train with unknown_rate: 0.05, so \
      that the model knows what to make of others
      """
    case .noStatistics(let entities, let transform, let feature):
      """
      the series holds \(entities.joined(separator: ", ")), which the model never saw, and '\(transform)' learnt numbers of \
      each entity's own for '\(feature)'; prepare with {\(transform): {per: all}}, or with features that need none
      """
    }
  }
}

extension WindowTable {
  /// The newest window of each entity of a series, made by a model's recipe.
  ///
  /// Features are made from the whole of each entity's newest run, because averages with a long memory depend on where
  /// it begins; the origins stand under ``Split/test``.
  ///
  /// The signature's entities are those that the recipe makes of the series.
  package init(newestOf series: Series, for signature: Signature, recipe: Recipe) throws {
    guard series.interval == signature.interval else {
      throw ForecastError.interval(series: series.interval.description, model: signature.interval.description)
    }
    precondition(signature.entities.count >= series.entities.count, "a model that was suited to the series")
    let rows = try recipe.rows(of: series).newest(signature.lookback + recipe.warmup)
    let kept = KeptRows(rows.segments, warmup: recipe.warmup, entityCount: rows.entities.count)
    let windows = try PreparedWindows(recipe, signature: signature, rows: rows, kept: kept, training: nil)
    var fold = Fold()
    fold.origins[.test] = Origins(kept.segments.map { $0.rows.upperBound - 1 })
    self = try windows.table(fold)
  }
}
