import Artifacts
import Chronology
import Configuration
import Evaluation
import Forecasting
import GaussianProcesses
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
    case process(ProcessRecord)
    case regression([KernelRegression.Trial])
    case seeds(SeedEnsemble)
    case ensemble(EnsembleFit.Result)
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
      let job = try NetworkJob(blueprint, on: set, work: work)
      if let seeds = settings.seeds {
        let trained = try SeedEnsemble(of: seeds, job)
        model = .ensemble(trained.ensemble(lookback: table.signature.lookback))
        (record, cleanUp) = (.seeds(trained), trained.cleanUp)
      } else {
        let checkpoint = CheckpointFile(of: work)
        let trained = try job.trained(checkpoint: checkpoint)
        model = .network(trained.network)
        (record, cleanUp) = (.training(trained), checkpoint.remove)
      }
    case .ensemble(let ensemble):
      let result = try EnsembleFit(ensemble).ensemble(
        of: work.inputs("models").map { EnsembleFit.Source(name: $0.artifact.step, artifact: $0.artifact) },
        for: set, threads: work.threads
      ) { work.progress.show("weighing members", done: $0, of: $1) }
      model = .ensemble(result.ensemble)
      (record, cleanUp) = (.ensemble(result), {})
    case .gaussianProcess(let blueprint):
      let fitted = try blueprint.fitted(to: table, work: work)
      model = .process(fitted.model)
      (record, cleanUp) = (.process(fitted), {})
    case .kernelRegression(let blueprint):
      let (regression, trials) = try blueprint.fitted(to: table, work: work)
      model = .regression(regression)
      (record, cleanUp) = (.regression(trials), {})
    }
  }

  /// What validation chose, in a few words; a choice at the edge of what was tried is said to be one.
  var choice: [String] {
    switch record {
    case .none: []
    case .trials(let trials): Self.choice(among: trials)
    case .training(let trained): trained.summary
    case .process(let fitted): fitted.summary
    case .regression(let trials): trials.summary
    case .seeds(let trained): trained.summary
    case .ensemble(let result): result.summary
    }
  }

  /// What should not be overlooked about the fit.
  var warnings: [String] {
    switch record {
    case .training(let trained): trained.warnings
    case .process(let fitted): fitted.warnings
    case .regression(let trials): trials.warnings
    case .seeds(let trained): trained.warnings
    case .none, .trials, .ensemble: []
    }
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

  /// One row a candidate or an epoch, in their order.
  var history: FitHistory {
    switch record {
    case .none: FitHistory(columns: Self.trialColumns, rows: [])
    case .trials(let trials): FitHistory(columns: Self.trialColumns, rows: trials.map(\.row))
    case .training(let trained):
      FitHistory(columns: trained.historyColumns, rows: trained.history.map(\.row))
    case .process(let fitted): FitHistory(columns: fitted.history.columns, rows: fitted.history.rows)
    case .regression(let trials):
      FitHistory(columns: [KernelRegression.Trial].columns, rows: trials.map(\.row))
    case .seeds(let trained): FitHistory(columns: trained.historyColumns, rows: trained.history)
    case .ensemble(let result):
      FitHistory(columns: EnsembleFit.Result.columns, rows: result.history)
    }
  }

  /// Writes what else is known of the fit, and gives the facts.
  func write(to publication: Publication) throws -> [String: JSON] {
    switch record {
    case .training(let trained): try trained.write(to: publication)
    case .process(let fitted): fitted.facts
    case .seeds(let trained): try trained.write(to: publication)
    case .none, .trials, .regression, .ensemble: [:]
    }
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
  /// A setting of a Gaussian process, and where it stands.
  case process(Place, GaussianProcessError)

  var exitStatus: ExitStatus {
    switch self {
    case .noSeason, .noFold, .unsuitable: .usage
    case .notFinite: .badData
    case .block(_, let error): error.exitStatus
    case .process(_, let error): error.exitStatus
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
    case .process(let place, let error): "\(place): \(error)"
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
