import ArgumentParser
import Artifacts
import Configuration
import Features
import StageKit
import Tensors

/// From a series to windows that a model can learn from without seeing the future.
@main
struct Prepare: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Turn a series into features, labels and windows, and prove that none of it looks ahead.")
  static let stage = Stage.prepare

  @OptionGroup var stageOptions: StageOptions

  @Flag(help: "Write report.html as well, a look at the data: the same as --set report=true.")
  var report = false

  var options: StageOptions {
    var options = stageOptions
    if report { options.settings.append("report=true") }
    return options
  }

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .prepare(let settings) = work.resolved.settings else {
      preconditionFailure("prepare's own settings")
    }
    try Kernels.require(work.resolved.key.kernelFamily)
    let series = try SeriesReader(work.input("series"))
    let preparation = try settings.placing { try Preparation(settings, of: series) }
    let windows = try settings.placing {
      try preparation.windows(folder: work.publication.directory, threads: work.threads)
    }
    let findings = try LeakCheck(windows, plan: preparation.plan).findings()
    let stamps = try settings.stamps(findings, plan: preparation.plan)

    try windows.writeArrays(to: work.publication)
    try windows.write(preparation.plan.folds, to: work.publication)
    try windows.recipe.writeStatistics(to: work.publication)
    if let materialize = settings.materialize {
      try MaterializedWindows(materialize, windows, preparation.plan).write(to: work.publication)
    }
    if settings.report {
      let page = try preparation.report(windows, findings: findings, stamps: stamps)
      try work.publication.write(file: "report.html", mediaType: "text/html", contents: Array(page.html.utf8))
    }
    return StageResult(
      facts: preparation.facts(windows, findings: findings, stamps: stamps),
      summary: preparation.summary(windows, findings: findings))
  }
}
