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
    discussion: """
      train export MODEL --onnx FILE writes a trained model for other runtimes; see train export --help. \
      train --evaluate MODEL --windows WINDOWS judges a model by any windows; see train --evaluate --help.
      """)
  static let stage = Stage.train

  /// `export` and `--evaluate` are commands of their own beside the step's: its flags have the same names, and mean its own.
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "export" {
      Program.main(Export.self, arguments: Array(arguments.dropFirst()))
    }
    if arguments.contains(where: { $0 == "--evaluate" || $0.hasPrefix("--evaluate=") }) {
      Program.main(Evaluate.self, arguments: arguments)
    }
    Program.main(Self.self)
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
    let scoring = Scoring(
      forecaster: forecaster, table: table, baselines: baselines, season: season, threads: work.threads)
    let calibration = scoring.calibrate(coverages: settings.coverages) {
      work.progress.show("calibrating on validation windows", done: $0, of: $1)
    }
    guard calibration.isFinite else { throw TrainError.notFinite(.validation) }
    let model = FittedModel(
      forecaster: forecaster, intervals: calibration.offsets, season: season, name: settings.model,
      units: set.units)
    var facts = try model.write(to: work.publication)
    let (scores, sample) = try TestRecord(table, work.publication).write(scoring, calibration.offsets) {
      work.progress.show("scoring test windows", done: $0, of: $1)
    }
    let history = fit.history
    facts.merge(try fit.write(to: work.publication)) { _, new in new }
    facts.merge(try history.write(to: work.publication)) { _, new in new }
    let tests = scores.skillTests
    let metrics = scores.metrics(tests: tests)
    facts.merge(try scores.writeTables(of: signature, to: work.publication)) { _, new in new }
    facts["undefined"] = .object(metrics.undefined.mapValues { .string($0) })
    facts["testWindows"] = JSON(table.origins[.test]?.count ?? 0)
    facts["fold"] = JSON(fold.number)
    facts["trainedThrough"] = JSON(Int(set.trainedThrough))
    facts["stamps"] = JSON(set.stamps)
    let warnings =
      set.stamps + fit.warnings + forecaster.quantileWarnings
      + calibration.pooled.map { entity in
        """
        '\(signature.entities[entity])' has too few validation windows for intervals of its own; those of all \
        entities together are used
        """
      }
    facts["warnings"] = JSON(warnings)
    let report = ModelReport(
      name: settings.model, scores: scores, tests: tests, metrics: metrics, sample: sample, model: model,
      table: table, history: history, warnings: warnings,
      lineage: work.lineage + fold.words.map { ("fold", $0) }, configuration: work.configuration)
    try work.publication.write(
      file: "report.html", mediaType: "text/html", contents: Array(report.html.utf8))
    return StageResult(
      facts: facts,
      metrics: metrics.values.merging(calibration.metrics) { first, _ in first },
      summary: scores.table(model: settings.model, tests: tests) + fit.choice + fold.words,
      cleanUp: fit.cleanUp)
  }
}
