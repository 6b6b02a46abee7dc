import Artifacts
import Chronology
import Configuration
import Evaluation
import Forecasting
import Networks
import StageKit

/// A model fitted as its blueprint says, and how that went.
struct Fit {
  let model: Forecaster.Model
  /// Removes what lets a killed run go on: it is needed until the model is published.
  let cleanUp: () -> Void
  private let record: Record

  /// How the fit went.
  private enum Record {
    case none
    case trials([RidgeRegression.Trial])
    case training(TrainedNetwork)
  }

  init(_ settings: TrainSettings, season: Int?, to set: TrainingSet, work: StageWork) throws {
    let table = set.table
    switch settings.blueprint {
    case .baseline(let name):
      guard let baseline = Baseline(named: name.rawValue, season: season) else {
        throw TrainError.noSeason(
          interval: table.signature.commonInterval?.description ?? "several intervals")
      }
      guard Baseline.all(for: table.signature, season: season).contains(baseline) else {
        throw TrainError.unsuitable(baseline, table.signature)
      }
      model = .baseline(baseline)
      (record, cleanUp) = (.none, {})
    case .ridge(let ridge):
      let regression = RidgeRegression(
        lookbacks: ridge.lookbacks, penalties: ridge.penalties,
        subtractsLast: ridge.subtractLast || set.subtractsLast)
      // The regression takes the last input off by itself: taken twice, the last value of what is left is zero.
      var windows = table
      if set.subtractsLast { windows.adjustment = nil }
      let (map, trials) = try regression.fit(
        to: windows, threads: work.threads
      ) { work.progress.show("solving", done: $0, of: $1) }
      model = .linear(map)
      (record, cleanUp) = (.trials(trials), {})
    case .network(let blueprint):
      let checkpoint = CheckpointFile(of: work)
      let trained = try blueprint.trained(on: table, work: work, checkpoint: checkpoint)
      model = .network(trained.network)
      (record, cleanUp) = (.training(trained), checkpoint.remove)
    }
  }

  /// What validation chose, in a few words; a choice at the edge of what was tried is said to be one.
  var choice: [String] {
    switch record {
    case .none: []
    case .trials(let trials): Self.choice(among: trials)
    case .training(let trained): trained.summary
    }
  }

  /// What should not be overlooked about the fit.
  var warnings: [String] {
    if case .training(let trained) = record { return trained.warnings }
    return []
  }

  private static func choice(among trials: [RidgeRegression.Trial]) -> [String] {
    trials.filter(\.isChosen).map { chosen in
      let penalties = trials.filter { $0.lookback == chosen.lookback }.map(\.penalty)
      let isEdge =
        penalties.count > 1 && (chosen.penalty == penalties.max() || chosen.penalty == penalties.min())
      return "look-back \(chosen.lookback): λ = \(chosen.penalty) chosen by validation"
        + (isEdge ? ", at the edge of the \(penalties.count) tried" : "")
    }
  }

  /// One row a candidate or an epoch, in their order; gives the facts that say what the columns are.
  func writeHistory(to publication: Publication) throws -> [String: JSON] {
    let (columns, rows): ([String], [[Double]])
    var facts: [String: JSON] = [:]
    switch record {
    case .none: (columns, rows) = (Self.trialColumns, [])
    case .trials(let trials): (columns, rows) = (Self.trialColumns, trials.map(\.row))
    case .training(let trained):
      (columns, rows) = (EpochRecord.columns, trained.history.map(\.row))
      facts = try trained.write(to: publication)
    }
    try publication.write(
      "history", rows.flatMap { $0 }, shape: [rows.count, columns.count], axes: ["epochs", "m"],
      unit: "see historyColumns")
    facts["historyColumns"] = JSON(columns)
    return facts
  }

  private static let trialColumns = ["lookback", "penalty", "train/mse", "validation/mse", "chosen"]
}

extension RidgeRegression.Trial {
  fileprivate var row: [Double] {
    [Double(lookback), penalty, trainError, validationError, isChosen ? 1 : 0]
  }
}

/// Why a model cannot be trained on some windows.
enum TrainError: Failure {
  case noSeason(interval: String)
  /// Forecasts of a part that are no numbers.
  case notFinite(Split)
  /// A baseline that windows of a signature do not allow.
  case unsuitable(Baseline, Signature)
  case noFold(Int, count: Int)
  /// A block of a model's file, and where it stands.
  case block(Place, NetworkError)

  var exitStatus: ExitStatus {
    switch self {
    case .noSeason, .noFold, .unsuitable: .usage
    case .notFinite: .badData
    case .block(_, let error): error.exitStatus
    }
  }

  var description: String {
    switch self {
    case .noSeason(let interval):
      "the seasonal baseline needs a season, and bars of \(interval) suggest none; set season: to its length in bars"
    case .block(let place, .unknownBlock(let path, let name, let known)):
      "\(place): " + NetworkError.unknownBlock(path: path, name: name, known: known).description
        + (NearestName.of(name, among: known).map { "; did you mean '\($0)'?" } ?? "")
    case .block(let place, let error): "\(place): \(error)"
    case .noFold(let number, let count):
      "'fold' is \(number), and the windows have \(count), counted from 0"
    case .notFinite(let split):
      """
      the model's forecasts of the \(split.rawValue) windows are not finite numbers; choose larger penalties or another \
      transform
      """
    case .unsuitable(let baseline, let signature) where signature.hasLabels:
      """
      'baseline/\(baseline.name)' says nothing of labels; take one of \
      \(Baseline.all(for: signature, season: nil).map { "baseline/" + $0.name }.joined(separator: ", "))
      """
    case .unsuitable(.seasonalRepeat(let season), let signature):
      "a season of \(season) bars does not fit into a look-back of \(signature.lookback); shorten 'season' or lengthen 'lookback'"
    case .unsuitable(let baseline, let signature):
      "'baseline/\(baseline.name)' needs more than a look-back of \(signature.lookback); lengthen 'lookback'"
    }
  }
}
