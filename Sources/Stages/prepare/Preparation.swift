import Artifacts
import Configuration
import Features

/// All that is decided before a column is made: the rows, the recipe, what windows look like and how they are divided.
struct Preparation {
  let settings: PrepareSettings
  let series: SeriesReader
  let rows: RowTable
  let recipe: Recipe
  let signature: Signature
  let kept: KeptRows
  let plan: SplitPlan
  /// What `clean` did; nil where nothing was declared.
  let cleaning: Cleaning?

  init(_ settings: PrepareSettings, of series: SeriesReader) throws {
    self.settings = settings
    self.series = series
    recipe = try Recipe(settings.recipe, columns: series.columns, interval: series.interval)
    (rows, cleaning) = try recipe.rows(of: series)
    signature = try recipe.signature(
      of: rows, targets: settings.targets, lookback: settings.lookback, horizon: settings.horizon,
      shift: settings.shift)
    _ = try WindowRule(recipe, for: signature)
    kept = KeptRows(rows.segments, warmup: recipe.warmup, entityCount: rows.entities.count)
    plan = try SplitRule(settings.split).plan(
      SplitInput(rows, kept, signature, settings, warmup: recipe.warmup))
  }

  /// Makes the columns.
  func windows(folder: String, threads: Int) throws -> PreparedWindows {
    try PreparedWindows(
      recipe, signature: signature, rows: rows, kept: kept, training: plan.folds.map(\.trainingRows),
      probing: LeakCheck.rows(of: rows, kept, signature, plan), folder: folder, threads: threads
    ) { made in
      guard case .label(let target, let column) = made, !signature.classes[target].isEmpty else { return }
      try plan.checkClasses(of: column, named: signature.targets[target], signature.classes[target])
    }
  }
}

extension PrepareSettings {
  /// Says where in the file a part stands that is at fault, and what a wrong name should perhaps have been.
  func placing<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch FeatureError.part(let path, let error) {
      throw PrepareError(place: places[path], error: error)
    } catch let error as FeatureError {
      throw PrepareError(place: error.setting.flatMap { places[$0] }, error: error)
    }
  }

  /// What everything made from these windows must carry; refuses a leak that nobody has allowed.
  func stamps(_ findings: [LeakFinding], plan: SplitPlan) throws -> [String] {
    // Windows dealt at random say so themselves: who asks for them knows, and whoever comes later is told by the stamp.
    let failed = findings.filter { $0.verdict == .failed && $0.check != .split }
    guard !failed.isEmpty else { return [plan.stamp].compactMap { $0 } }
    guard let allowLeak else { throw FeatureError.leak(failed) }
    return [plan.stamp].compactMap { $0 }
      + ["leaks allowed because «\(allowLeak)»: " + failed.map(\.words).joined(separator: "; ")]
  }
}

/// A problem with the features, and where in the file what caused it stands.
struct PrepareError: Failure, Equatable {
  let place: Place?
  let error: FeatureError

  var exitStatus: ExitStatus { error.exitStatus }

  var description: String {
    (place.map { "\($0): " } ?? "") + error.description
      + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
  }

  private var suggestion: String? {
    switch error {
    case .unknownColumn(let name, _, let known), .targetIsUnknown(let name, let known),
      .unknownEntity(let name, let known):
      NearestName.of(name, among: known)
    default: nil
    }
  }
}

extension FeatureError {
  /// The setting that is at fault, where one alone can be.
  fileprivate var setting: String? {
    switch self {
    case .targetIsNoFeature, .targetIsUnknown, .notInvertible, .pastTooShort: "targets"
    case .splitOverlap, .splitOrder, .splitNoRow, .splitTooManyChoices, .splitTooManyFolds, .splitEmptyPart,
      .emptySplit,
      .presetTooLong:
      "split"
    case .filterLength, .filterTooLong, .unsuitableSetting("window", _, _),
      .unknownColumn(_, setting: "window.share", _),
      .unknownColumn(_, setting: "window.leave", _):
      "window"
    case .resampling: "intervals"
    case .unknownEntity: "judge"
    case .cleaningPolicy, .cleaningColumn, .cleaningRejects: "clean"
    case .tooFewRows: "lookback"
    default: nil
    }
  }
}
