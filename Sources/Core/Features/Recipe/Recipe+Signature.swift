package import Artifacts

extension Recipe {
  /// What windows of some rows look like; `targets` are names of features, nil for every plain column.
  package func signature(
    of rows: RowTable, targets: [String]?, lookback: Int, horizon: Int, shift: Int
  ) throws(FeatureError) -> Signature {
    let names = features.map(\.name)
    let known = features.filter(\.isKnownAhead).map(\.name)
    guard labels.isEmpty else {
      return Signature(
        entities: rows.entities, features: names, labels: labelNames, classes: labelColumns.map(\.classes),
        span: labelSpan, knownAhead: known, lookback: lookback, interval: rows.interval,
        intervals: rows.intervals,
        calendar: rows.calendar)
    }
    let chosen = targets ?? plainColumns
    guard !chosen.isEmpty else { throw .noTargets }
    for target in chosen where !names.contains(target) {
      if rows.columns.contains(where: { $0.name == target }) { throw .targetIsNoFeature(target) }
      throw .targetIsUnknown(target, known: names)
    }
    let signature = Signature(
      entities: rows.entities, features: names, targets: chosen, knownAhead: known, lookback: lookback,
      horizon: horizon, shift: shift, interval: rows.interval, intervals: rows.intervals,
      calendar: rows.calendar)
    try checkTargets(signature.targetColumns, lookback: lookback)
    return signature
  }

  /// The features that are columns of the series.
  private var plainColumns: [String] {
    sources.flatMap { source -> [String] in
      guard case .column = source.content else { return [] }
      return source.features.map { features[$0].name }
    }
  }
}
