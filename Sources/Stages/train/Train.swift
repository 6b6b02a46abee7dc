import ArgumentParser
import Artifacts
import Configuration
import Evaluation
import Forecasting
import Networks
import Numerics
import StageKit
import Tensors

/// From windows to a model, with what it is worth.
@main
struct Train: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract:
      "Fit a model to the training windows, choose it by validation, and score it on every test window.",
    discussion:
      "train export MODEL --onnx FILE writes a trained model for other runtimes; see train export --help.")
  static let stage = Stage.train

  /// `export` is a command of its own beside the step's: its flags have the same names, and mean its own.
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.first == "export" else { Program.main(Self.self) }
    Program.main(Export.self, arguments: Array(arguments.dropFirst()))
  }

  @OptionGroup var options: StageOptions

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .train(let settings) = work.resolved.settings else {
      preconditionFailure("train's own settings")
    }
    try Kernels.require(work.resolved.key.kernelFamily)
    let windows = work.input("windows")
    let fold = try settings.fold(of: WindowTable.foldCount(of: windows))
    let set = try TrainingSet(reading: windows, fold: fold.number)
    let (table, signature) = (set.table, set.table.signature)
    let season =
      settings.season
      ?? signature.commonInterval.flatMap { Season.bars(of: $0, calendar: signature.calendar) }

    let fit = try Fit(settings, season: season, to: set, work: work)
    let baselines = Baseline.all(for: signature, season: season)
    let forecaster = try set.forecaster(with: fit.model)
    let scoring = Scoring(forecaster: forecaster, table: table, baselines: baselines, threads: work.threads)
    let calibration = scoring.calibrate(coverages: settings.coverages) {
      work.progress.show("calibrating on validation windows", done: $0, of: $1)
    }
    guard calibration.isFinite else { throw TrainError.notFinite(.validation) }
    let model = FittedModel(
      forecaster: forecaster, intervals: calibration.offsets, season: season, name: settings.model,
      units: set.units)
    var facts = try model.write(to: work.publication)
    let scores = try TestRecord(table, work.publication).write(scoring, calibration.offsets) {
      work.progress.show("scoring test windows", done: $0, of: $1)
    }
    facts.merge(try fit.writeHistory(to: work.publication)) { _, new in new }
    facts["testWindows"] = JSON(table.origins[.test]?.count ?? 0)
    facts["fold"] = JSON(fold.number)
    facts["trainedThrough"] = JSON(Int(set.trainedThrough))
    facts["stamps"] = JSON(set.stamps)
    facts["warnings"] = JSON(
      set.stamps + fit.warnings + forecaster.quantileWarnings
        + calibration.pooled.map { entity in
          """
          '\(signature.entities[entity])' has too few validation windows for intervals of its own; those of all \
          entities together are used
          """
        })
    return StageResult(
      facts: facts,
      metrics: scores.metrics(coverages: settings.coverages).merging(calibration.metrics) { first, _ in first
      },
      summary: scores.table(model: settings.model, windows: table.origins[.test]?.count ?? 0) + fit.choice
        + fold.words,
      cleanUp: fit.cleanUp)
  }
}
