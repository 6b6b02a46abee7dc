import Artifacts
import Chronology
import Configuration
import Evaluation
import Features
import Forecasting
import Networks
import StageKit

/// A model fitted as its blueprint says, and how that went.
struct Fit {
  let model: Forecaster.Model
  private let trials: [RidgeRegression.Trial]

  init(_ settings: TrainSettings, season: Int?, table: WindowTable, recipe: Recipe, work: StageWork) throws {
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
        to: table, recipeSubtractsLast: recipe.subtractsLast, threads: work.threads
      ) { work.progress.show("solving", done: $0, of: $1) }
      model = .linear(map)
      self.trials = trials
    }
  }

  /// What was chosen, in a few words.
  var choice: String {
    let chosen = trials.filter(\.isChosen).map { "λ = \($0.penalty) at look-back \($0.lookback)" }
    return chosen.isEmpty ? "" : chosen.joined(separator: ", ") + ", chosen by validation"
  }

  static let historyColumns = ["lookback", "penalty", "train/mse", "validation/mse", "chosen"]

  /// One row a candidate, in the order of trial.
  func writeHistory(to publication: Publication) throws {
    let rows = trials.flatMap { trial -> [Double] in
      [Double(trial.lookback), trial.penalty, trial.trainError, trial.validationError, trial.isChosen ? 1 : 0]
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
