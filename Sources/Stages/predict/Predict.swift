import ArgumentParser
import Artifacts
import Charts
import Configuration
import Forecasting
import StageKit
import Tensors

/// From the champion and the newest rows to a forecast with its intervals.
@main
struct Predict: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Forecast from the newest rows with the champion, with intervals, a CSV file and a chart.")
  static let stage = Stage.predict

  @OptionGroup var options: StageOptions

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .predict(let settings) = work.resolved.settings else {
      preconditionFailure("predict's own settings")
    }
    try Kernels.require(work.resolved.key.kernelFamily)
    let champion = work.input("champion")
    let series = try Series(reading: work.input("series"))
    let forecast = try Forecast(with: try FittedModel(reading: champion), from: series)

    try forecast.write(to: work.publication)
    try work.publication.write(
      file: "forecast.csv", mediaType: "text/csv", contents: Array(forecast.csv.utf8))
    let worth = Worth(of: champion)
    let chart = forecast.chart(of: series, history: settings.history, worth: worth)
    try work.publication.write(
      file: "forecast.svg", mediaType: "image/svg+xml", contents: Array(chart.svg.utf8))
    return StageResult(facts: forecast.facts(worth: worth), summary: forecast.table(of: series, worth: worth))
  }
}
