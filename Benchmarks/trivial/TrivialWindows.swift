import ArgumentParser
import Artifacts
import Configuration
import StageKit

/// Windows that are a copy of what was read.
struct TrivialWindows: StageProgram {
  static let configuration = CommandConfiguration(
    commandName: "prepare", abstract: "Publish what was read once more.")
  static let stage = Stage.prepare

  @OptionGroup var options: StageOptions

  func perform(_ work: StageWork) throws -> StageResult {
    let value = try work.input("series").array("value", of: Int64.self, shape: [nil])
    try work.publication.write("value", Array(value.values), axes: ["N"])
    return StageResult(facts: [:], summary: [])
  }
}
