import ArgumentParser
import Artifacts
import Configuration
import Evaluation
import Forecasting
import Numerics
import StageKit
import Tensors

/// Says what a trained model is worth on any windows.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train --evaluate",
    abstract: "Judge a trained model by windows, its own or others.",
    discussion: """
      The windows' own test part is taken, or another with --split. Windows that the model was trained on are no test, and are \
      told. Nothing is written but the report.
      """)

  @Option(
    name: .customLong("evaluate"),
    help: ArgumentHelp(
      "The folder of a model, such as artifacts/model or one of its results.", valueName: "model"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "The folder of windows, such as artifacts/windows or one of its results.", valueName: "windows"))
  var windows: String

  @Option(
    help: ArgumentHelp("Which fold of the windows, counted from 0; the newest without it.", valueName: "n"))
  var fold: Int?

  @Option(help: ArgumentHelp("train, validation or test.", valueName: "part"))
  var split = Split.test

  @Option(help: ArgumentHelp("Write the page as well.", valueName: "file"))
  var report: String?

  @Flag(help: "Print one JSON object: the metrics, and why others are undefined.")
  var json = false

  @Option(help: ArgumentHelp("Number of threads; all processors without it.", valueName: "n"))
  var threads: Int?

  func run() throws {
    Program.restartWithDeclaredKernels()
    try Kernels.require(Platform.kernelFamily)
    Interruption.exitCleanly { Disk.remove($0) }
    let artifact = try Artifact(judged: model)
    let source = try Artifact(judged: windows).expecting(.windows)
    let fitted = try FittedModel(reading: artifact)
    let count = try WindowTable.foldCount(of: source)
    let number = fold ?? count - 1
    guard number >= 0, number < count else { throw TrainError.noFold(number, count: count) }
    let set = try TrainingSet(reading: source, fold: number)
    let table = try WindowTable(judging: fitted, by: set, split: split) { reason in
      try series(of: source, because: reason)
    }
    let signature = fitted.signature
    let baselines = Baseline.all(for: signature, season: fitted.season)
    let scoring = Scoring(
      forecaster: fitted.forecaster, table: table, baselines: baselines, season: fitted.season,
      threads: threads ?? 1)
    var sample = ScoredSample(
      of: table.origins[.test]?.count ?? 0, most: 400,
      width: signature.horizon * signature.targets.count)
    let scores = try scoring.test(intervals: fitted.intervals, progress: { _, _ in }) { block in
      guard block.forecast.values.allSatisfy(\.isFinite) else { throw TrainError.notFinite(.test) }
      sample.take(block)
    }
    let tests = scores.skillTests
    let metrics = scores.metrics(tests: tests)
    let warnings = set.stamps + (try seen(artifact, scores))
    if let report {
      let page = ModelReport(
        name: fitted.name, scores: scores, tests: tests, metrics: metrics, sample: sample, model: fitted,
        table: table, history: try FitHistory(reading: artifact), warnings: warnings,
        lineage: [("model", artifact.directory), ("windows", source.directory)],
        configuration: [("split", split.rawValue), ("fold", "\(number)")])
      try WrittenFile.write(report) { try $0.write(Array(page.html.utf8)) }
    }
    try Console.write(try words(scores, tests, metrics, warnings, name: fitted.name))
  }

  private func words(
    _ scores: Scores, _ tests: [Scores.BaselineTest],
    _ metrics: (values: [String: Double], undefined: [String: String]), _ warnings: [String], name: String
  ) throws -> String {
    guard json else {
      return (scores.table(model: name, tests: tests) + warnings.map { "warning: \($0)" })
        .joined(separator: "\n") + "\n"
    }
    let object: JSON = [
      "metrics": .object(metrics.values.mapValues { .number($0) }),
      "undefined": .object(metrics.undefined.mapValues(JSON.string)), "warnings": JSON(warnings),
    ]
    return object.canonical + "\n"
  }

  /// How many of the windows the model was trained on.
  private func seen(_ artifact: Artifact, _ scores: Scores) throws -> [String] {
    let until = try artifact.fact("trainedThrough") { $0.integer.map(Int64.init) }
    let count = scores.times.count { $0 <= until }
    guard count > 0 else { return [] }
    return [
      """
      \(DecimalNumber.grouped(count)) of \(DecimalNumber.grouped(scores.times.count)) windows lie in the time that the model \
      was trained on: what they say of it is no test
      """
    ]
  }

  private func series(of windows: Artifact, because reason: String) throws -> Series {
    guard let input = windows.manifest.inputs.first(where: { $0.kind == .series }), let step = input.source
    else {
      throw JudgingError.noSeries(step: "series", reason: reason)
    }
    // artifacts/<step>/<key>
    let store = ArtifactStore(root: Disk.parent(of: Disk.parent(of: windows.directory)))
    guard let found = store.input(from: step, content: input.content) else {
      throw JudgingError.noSeries(step: step, reason: reason)
    }
    return try Series(reading: found)
  }
}

extension Split: ExpressibleByArgument {}

extension Artifact {
  /// The result in a folder, or the current one of a step's folder.
  init(judged path: String) throws(ArtifactError) {
    let folder = Disk.exists(path + "/manifest.json") ? path : path + "/current"
    try self.init(
      opening: folder, step: Disk.lastComponent(of: folder == path ? Disk.parent(of: path) : path))
  }
}
