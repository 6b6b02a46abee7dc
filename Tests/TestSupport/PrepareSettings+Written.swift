private import Artifacts
package import Configuration

extension PrepareSettings {
  /// The settings of a step of stage `prepare` as they would be written under its `with:`.
  package init(written: String) throws {
    let text = """
      version: 1
      steps:
        series: {stage: extract}
        windows:
          stage: prepare
          reads: {series: series}
          with: \(written)
      """
    let file = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
    let typed = try file.step("windows").typedSettings(models: ModelLibrary(folders: []))
    guard case .prepare(let settings) = typed.settings else {
      throw ConfigurationError.noStep(stage: "prepare", file: "p.yaml")
    }
    self = settings
  }
}
