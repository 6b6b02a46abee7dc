import ArgumentParser
import Artifacts
import Chronology
import Configuration
import Market
import StageKit

/// From a source of rows to a checked series.
@main
struct Extract: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Read a market's rows, check every one of them, and publish them as a series.")
  static let stage = Stage.extract

  @OptionGroup var options: StageOptions

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .extract(let settings) = work.resolved.settings else {
      preconditionFailure("extract's own settings")
    }
    let (raw, kind) = try settings.rows { work.progress.show("reading", done: $0, of: $1) }
    let assembly = SeriesAssembly(
      source: kind.rawValue, interval: settings.interval, calendar: settings.calendar, until: settings.until,
      prices: settings.prices)
    let series = try assembly.series(from: raw)
    var facts = try series.write(to: work.publication)
    if let until = settings.until { facts["until"] = .string(until.description) }
    return StageResult(facts: facts, summary: series.summary)
  }
}
