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
  private let trials: [RidgeRegression.Trial]

  init(_ settings: TrainSettings, season: Int?, to set: TrainingSet, work: StageWork) throws {
    let table = set.table
    switch settings.blueprint {
    case .baseline(let name):
      guard let baseline = Baseline(named: name.rawValue, season: season) else {
        throw TrainError.noSeason(interval: table.signature.interval.description)
      }
      model = .baseline(baseline)
      trials = []
    case .ridge(let ridge):
      let regression = RidgeRegression(
        lookbacks: ridge.lookbacks, penalties: ridge.penalties, subtractsLast: ridge.subtractLast)
      let (map, trials) = try regression.fit(
        to: table, recipeSubtractsLast: set.subtractsLast, threads: work.threads
      ) { work.progress.show("solving", done: $0, of: $1) }
      model = .linear(map)
      self.trials = trials
    }
  }

  /// What validation chose, in a few words; a choice at the edge of what was tried is said to be one.
  var choice: [String] {
    trials.filter(\.isChosen).map { chosen in
      let penalties = trials.filter { $0.lookback == chosen.lookback }.map(\.penalty)
      let isEdge =
        penalties.count > 1 && (chosen.penalty == penalties.max() || chosen.penalty == penalties.min())
      return "look-back \(chosen.lookback): λ = \(chosen.penalty) chosen by validation"
        + (isEdge ? ", at the edge of the \(penalties.count) tried" : "")
    }
  }

  static let historyColumns = ["lookback", "penalty", "train/mse", "validation/mse", "chosen"]

  /// One row a candidate, in the order of trial.
  func writeHistory(to publication: Publication) throws {
    let rows = trials.flatMap { trial -> [Double] in
      [
        Double(trial.lookback), trial.penalty, trial.trainError, trial.validationError,
        trial.isChosen ? 1 : 0,
      ]
    }
    try publication.write(
      "history", rows, shape: [trials.count, Self.historyColumns.count], axes: ["epochs", "m"],
      unit: "see historyColumns")
  }
}

/// Why a model cannot be trained on some windows.
enum TrainError: Failure {
  case noSeason(interval: String)
  case notFinite

  var exitStatus: ExitStatus {
    switch self {
    case .noSeason: .usage
    case .notFinite: .badData
    }
  }

  var description: String {
    switch self {
    case .noSeason(let interval):
      "the seasonal baseline needs a season, and bars of \(interval) suggest none; set season: to its length in bars"
    case .notFinite:
      "the model's forecasts of the test windows are not finite numbers; choose larger penalties or another transform"
    }
  }
}
