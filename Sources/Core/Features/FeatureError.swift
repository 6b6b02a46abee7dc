package import Artifacts

/// Why a series could not be turned into windows.
package enum FeatureError: Failure, Equatable {
  case unknownColumn(String, setting: String, known: [String])
  case targetIsNoFeature(String)
  case targetIsUnknown(String, known: [String])
  case transform(TransformProblem, name: String, column: String, entity: String, time: String?)
  case undefined(column: String, entity: String, time: String, value: Double)
  case overflow(column: String, entity: String, time: String, value: Double)
  /// An error in a part of the recipe, with the path of the part.
  indirect case part(String, FeatureError)
  case doubleFeature(String)
  case notInvertible(transform: String, target: String)
  case pastTooShort(target: String, needed: Int, lookback: Int)
  case folds(feature: String, problem: String)
  case filterLength(found: Int, lookback: Int)
  case filterTooLong(name: String, longest: Int, found: Int)
  case noTargets
  case unknownEntity(String, known: [String])
  case resampling(interval: String, base: String)
  case leak([LeakFinding])
  case tooFewRows(lookback: Int, horizon: Int, warmup: Int, longest: Int, entity: String)
  case emptySplit(Split, lookback: Int, horizon: Int, rows: Int, warmup: Int)
  case presetTooLong(preset: String, needed: Int, entity: String, rows: Int)
  case incompleteWindow(entity: String, needed: Int, found: Int, since: String)
  case unknownTransform(String)
  case unknownIndicator(String)
  case unknownLabel(String)
  case unknownFilter(String)
  case noWholeBars(part: String, setting: String, span: String, interval: String)
  case malformedRecipe(part: String, setting: String)
  case unsuitableSetting(part: String, setting: String, problem: String)
  case splitOverlap(first: String, second: String)
  case splitOrder(String)
  case splitNoRow(part: String, length: String, rows: Int)
  case splitTooManyChoices(groups: Int, testGroups: Int, limit: Int)
  case splitTooManyFolds(folds: Int, most: Int, reason: String)
  case splitEmptyPart(Split, fold: Int, folds: Int, lookback: Int, horizon: Int, rows: Int)
  case splitOneClass(label: String, only: String?, fold: Int, folds: Int)
  case cleaningRejects(kind: String, entity: String, time: String, count: Int)
  case cleaningPolicy(kind: String, policy: String, known: [String])
  case cleaningColumn(kind: String, column: String, known: [String])

  package var exitStatus: ExitStatus {
    switch self {
    case .part(_, let error): error.exitStatus
    case .unknownColumn, .targetIsNoFeature, .targetIsUnknown, .noTargets, .unknownEntity, .resampling,
      .noWholeBars, .doubleFeature,
      .notInvertible, .pastTooShort, .folds, .filterLength, .filterTooLong, .unknownTransform,
      .unknownIndicator,
      .unknownLabel,
      .unknownFilter, .unsuitableSetting, .splitOverlap, .splitOrder, .splitTooManyChoices, .cleaningPolicy,
      .cleaningColumn:
      .usage
    case .leak: .refused
    default: .badData
    }
  }

  package var description: String {
    switch self {
    case .unknownColumn(let name, let setting, let known):
      "'\(setting)' names the column '\(name)', and the series has \(known.joined(separator: ", "))"
    case .targetIsNoFeature(let name): "the target '\(name)' is not among the features; add it to 'features'"
    case .targetIsUnknown(let name, let known):
      "'targets' names '\(name)', and the features are \(known.joined(separator: ", "))"
    case .transform(let problem, let name, let column, let entity, let time):
      problem.description(of: name, column: column, entity: entity, time: time)
    case .undefined(let column, let entity, let time, let value):
      """
      '\(column)' of '\(entity)' is \(value.isNaN ? "no number" : "\(value)") at \(time): the source's bar is none there, or \
      it is a ratio to zero; mend that bar or drop it from the source, or leave '\(column)' out
      """
    case .part(_, let error): error.description
    case .doubleFeature(let name):
      "two features or labels are called '\(name)'; give one another name with 'as:'"
    case .notInvertible(let transform, let target):
      "'\(target)' is forecast, and its transform '\(transform)' cannot be undone; take another one, or forecast a label"
    case .pastTooShort(let target, let needed, let lookback):
      """
      the transforms of the target '\(target)' need \(needed) rows before a forecast to be undone, and windows look \
      back over \(lookback); lengthen 'lookback'
      """
    case .folds(let feature, let problem):
      """
      '\(feature)' cannot be prepared for several folds at once: \(problem); take one of standardize, min-max, robust, \
      mean-scale and standard-variance, last in its list
      """
    case .filterTooLong(let name, let longest, let found):
      "'window.smooth': '\(name)' is exact and takes at most \(longest) values, not \(found); shorten 'lookback'"
    case .filterLength(let found, let lookback):
      """
      'window.smooth' makes \(found) values of \(lookback); it should give back as many, or, with a 'downsample' whose \
      step divides them, a whole share: put 'truncate' behind what extrapolates
      """
    case .resampling(let interval, let base):
      "'intervals' asks for bars of \(interval), and bars of \(base) do not make them up; take multiples of \(base)"
    case .unknownEntity(let name, let known):
      "'judge' names the entity '\(name)', and there are \(known.joined(separator: ", "))"
    case .noTargets: "no feature is a plain column; say in 'targets' what is to be forecast, or give 'labels'"
    case .leak(let findings):
      """
      the leak check found what sees the future: \(findings.map(\.words).joined(separator: "; ")); mend it, or set \
      allow_leak: to the reason why it may stay, which everything made from it will then carry
      """
    case .overflow(let column, let entity, let time, let value):
      "'\(column)' of '\(entity)' becomes \(value.isNaN ? "no number" : "\(value)") at \(time), beyond single precision; give it another transform, or leave it out"
    case .tooFewRows(let lookback, let horizon, let warmup, let longest, let entity):
      """
      too few rows for a window: look-back \(lookback) + horizon \(horizon)\(warmup > 0 ? " + \(warmup) for the transforms" : "") \
      need \(lookback + horizon + warmup) rows without a gap, and the longest run, of '\(entity)', has \(longest); \
      shorten them or take more data
      """
    case .emptySplit(let split, _, _, 0, let warmup) where warmup > 0:
      """
      no row of the \(split.rawValue) part is left behind the \(warmup) rows that indicators and transforms need at the \
      front of each run without a gap; shorten their periods, or take more data
      """
    case .emptySplit(let split, let lookback, let horizon, let rows, _):
      """
      no window falls into the \(split.rawValue) part: with look-back \(lookback) and horizon \(horizon) none of its \
      \(rows) rows can hold one whole; shorten them or widen that part of 'split'
      """
    case .presetTooLong(let preset, let needed, let entity, let rows):
      "the split '\(preset)' needs \(needed) rows, and '\(entity)' has \(rows); take another split"
    case .incompleteWindow(let entity, let needed, let found, let since):
      """
      the newest \(found) rows of '\(entity)' are without a gap (since \(since)), and the model looks back over \
      \(needed); wait for more bars or fill the gap
      """
    case .unknownTransform(let name): Self.unknown("transform", name)
    case .unknownIndicator(let name): Self.unknown("indicator", name)
    case .unknownLabel(let name): Self.unknown("label", name)
    case .unknownFilter(let name): Self.unknown("filter", name)
    case .noWholeBars(let part, let setting, let span, let interval):
      "'\(part)': \(setting): \(span) is no whole number of bars of \(interval); give a number of bars, or a multiple"
    case .malformedRecipe(let part, let setting):
      "the recipe lacks '\(setting)' of '\(part)', or it is of another kind; prepare the windows again with this build"
    case .unsuitableSetting(let part, let setting, let problem): "'\(part)': \(setting): \(problem)"
    case .splitOverlap(let first, let second):
      """
      'split' would overlap: \(first), \(second); what is fitted on may not be what it is judged by, so end the one where \
      the other begins
      """
    case .splitOrder(let problem):
      "'split': \(problem); training, validation and test follow each other in time"
    case .splitNoRow(let part, let length, let rows):
      "'split': a \(part) part of \(length) holds no row of \(rows); make it longer"
    case .splitTooManyChoices(let groups, let testGroups, let limit):
      """
      'split' asks for every choice of \(testGroups) of \(groups) groups, which are more than \(limit) folds; ask for fewer \
      groups, or fewer test groups
      """
    case .splitTooManyFolds(let folds, let most, let reason):
      "'split' asks for \(folds) folds, and \(most) are possible: \(reason); ask for fewer, or take more data"
    case .splitEmptyPart(let split, let fold, let folds, let lookback, let horizon, let rows):
      """
      no window falls into the \(split.rawValue) part of fold \(fold) of 0…\(folds - 1): with look-back \(lookback) and \
      horizon \(horizon) none of its \(rows) rows can hold one whole; ask for fewer folds or longer parts
      """
    case .splitOneClass(let label, let only, let fold, let folds):
      """
      the training windows\(folds > 1 ? " of fold \(fold) of 0…\(folds - 1)" : "") have \(only.map { "only the class '\($0)'" } ?? "no class") of \
      '\(label)', so there is nothing to learn; choose other thresholds or longer parts
      """
    case .cleaningRejects(let kind, let entity, let time, let count):
      """
      'clean' rejects \(kind), and there are \(count), the first of '\(entity)' at \(time); mend the source, or choose \
      another policy
      """
    case .cleaningPolicy(let kind, let policy, let known):
      "'clean': '\(policy)' makes no sense for \(kind); choose one of \(known.joined(separator: ", "))"
    case .cleaningColumn(let kind, let column, let known):
      "'clean': \(kind) are found by the column '\(column)', and the series has \(known.joined(separator: ", "))"
    }
  }

  private static func unknown(_ what: String, _ name: String) -> String {
    "the recipe names the \(what) '\(name)', which this build does not have; prepare the windows again with it"
  }
}
