package import Artifacts
private import Chronology
package import Features

/// Why windows cannot judge a model.
package enum JudgingError: Failure, Equatable {
  case signature(Signature.Difference)
  case entities(own: [String], windows: [String])
  case lookback(own: Int, windows: Int)
  /// The series that the windows were made of is needed and gone.
  case noSeries(step: String, reason: String)
  case none(Split)

  package var exitStatus: ExitStatus {
    switch self {
    case .noSeries: .missingInput
    case .signature, .entities, .lookback, .none: .usage
    }
  }

  package var description: String {
    switch self {
    case .signature(let difference):
      """
      the model's \(difference.field) is \(difference.own), and that of the windows \(difference.others); take windows that \
      were prepared as the model's were
      """
    case .entities(let own, let windows):
      """
      the model learnt from \(own.joined(separator: ", ")), and the windows are of \(windows.joined(separator: ", ")); prepare \
      windows of the same entities in the same order
      """
    case .lookback(let own, let windows):
      "the model looks back \(own) rows, and the windows only \(windows); prepare them with lookback: \(own)"
    case .noSeries(let step, let reason):
      """
      \(reason), so that the windows have to be made anew from their series, which no result of step '\(step)' is; run that \
      step again
      """
    case .none(let split): "there is no \(split.rawValue) window to judge the model by"
    }
  }
}

extension WindowTable {
  /// The windows of an artifact in the units of a model that may have learnt from others.
  ///
  /// Where the model's transforms have other numbers than those of the windows, the same windows are made anew by the
  /// model's recipe, from the series that `series` finds.
  package init(
    judging model: FittedModel, by set: TrainingSet, split: Split,
    series: (_ reason: String) throws -> Series
  ) throws {
    let (own, windows) = (model.signature, set.table.signature)
    guard own.entities == windows.entities else {
      throw JudgingError.entities(own: own.entities, windows: windows.entities)
    }
    if let difference = own.differences(from: windows).first(where: { $0.field != "lookback" }) {
      throw JudgingError.signature(difference)
    }
    guard own.lookback <= windows.lookback else {
      throw JudgingError.lookback(own: own.lookback, windows: windows.lookback)
    }
    let origins = set.table.origins[split] ?? Origins()
    guard !origins.isEmpty else { throw JudgingError.none(split) }
    let recipe = model.forecaster.recipe
    let reason: String
    if let difference = recipe.difference(from: set.recipe) {
      reason = "the model's recipe has other \(difference.part) than that of the windows"
    } else if let feature = recipe.firstFeatureLearntDifferently(than: set.recipe) {
      reason = "the transforms of '\(feature)' have other numbers in the model than in the windows"
    } else {
      self = set.table
      self.origins[.test] = origins
      return
    }
    let rows = try recipe.rows(of: try series(reason))
    let kept = KeptRows(rows.segments, warmup: recipe.warmup, entityCount: rows.entities.count)
    let made = try PreparedWindows(recipe, signature: own, rows: rows, kept: kept, training: nil)
    var table = try made.table(Fold())
    table.origins[.test] = table.rows(at: origins, of: set.table)
    table.origins[.train] = table.rows(at: set.table.origins[.train] ?? Origins(), of: set.table)
    self = table
  }

  /// The rows of the same entities and times as those of another table; those that are not here are left out.
  private func rows(at origins: Origins, of other: WindowTable) -> Origins {
    var found: [Int] = []
    for origin in origins {
      let entity = other.entity(ofRow: origin)
      let wanted = other.time[origin]
      var (low, high) = (offsets[entity], offsets[entity + 1])
      while low < high {
        let middle = (low + high) / 2
        if time[middle] < wanted { low = middle + 1 } else { high = middle }
      }
      if low < offsets[entity + 1], time[low] == wanted { found.append(low) }
    }
    return Origins(found)
  }
}
