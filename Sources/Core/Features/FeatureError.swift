package import Artifacts

/// Why a series could not be turned into windows.
package enum FeatureError: Failure, Equatable {
  case unknownColumn(String, setting: String, known: [String])
  case targetIsNoFeature(String)
  case notPositive(transform: String, column: String, entity: String, time: String, value: Double)
  case overflow(column: String, entity: String, time: String, value: Double)
  case noTrainingRows(entity: String, before: String)
  case tooFewRows(lookback: Int, horizon: Int, warmup: Int, longest: Int, entity: String)
  case emptySplit(Split, lookback: Int, horizon: Int, rows: Int)
  case presetTooLong(preset: String, needed: Int, entity: String, rows: Int)
  case incompleteWindow(entity: String, needed: Int, found: Int, since: String)
  case order(String)
  case unknownTransform(String)

  package var exitStatus: ExitStatus {
    switch self {
    case .unknownColumn, .targetIsNoFeature, .order: .usage
    default: .badData
    }
  }

  package var description: String {
    switch self {
    case .unknownColumn(let name, let setting, let known):
      "'\(setting)' names the column '\(name)', and the series has \(known.joined(separator: ", "))"
    case .targetIsNoFeature(let name): "the target '\(name)' is not among the features; add it to 'features'"
    case .notPositive(let transform, let column, let entity, let time, let value):
      """
      '\(column)' of '\(entity)' is \(value) at \(time), and '\(transform)' needs positive numbers; leave the column \
      out of 'features', or take another transform
      """
    case .overflow(let column, let entity, let time, let value):
      "'\(column)' of '\(entity)' becomes \(value) at \(time), beyond single precision; transform it with 'log'"
    case .noTrainingRows(let entity, let before):
      """
      '\(entity)' has no rows before \(before), so its scale cannot be fitted; leave it out, move the split, or use \
      {standardize: {per: all}}
      """
    case .tooFewRows(let lookback, let horizon, let warmup, let longest, let entity):
      """
      too few rows for a window: look-back \(lookback) + horizon \(horizon)\(warmup > 0 ? " + \(warmup) for the transforms" : "") \
      need \(lookback + horizon + warmup) rows without a gap, and the longest run, of '\(entity)', has \(longest); \
      shorten them or take more data
      """
    case .emptySplit(let split, let lookback, let horizon, let rows):
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
    case .order(let problem): "'transforms': \(problem)"
    case .unknownTransform(let name): "the recipe names a transform '\(name)' that this build does not have"
    }
  }
}
