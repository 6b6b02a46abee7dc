import ArgumentParser
import Artifacts
import Chronology
import Configuration
import StageKit

/// A series of one number.
struct TrivialSeries: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Publish the seed of the step's synthetic source.")
  static let stage = Stage.extract

  @OptionGroup var options: StageOptions

  func perform(_ work: StageWork) throws -> StageResult {
    guard case .extract(let settings) = work.resolved.settings, case .synthetic(let source) = settings.source
    else { throw ValidationError("the stand-in for extract knows synthetic sources only") }
    try work.publication.write(
      "value", [Int64(clamping: source.seed), source.start.milliseconds], axes: ["N"])
    return StageResult(facts: [:], summary: [])
  }
}
