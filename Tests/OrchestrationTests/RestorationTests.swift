import Artifacts
import Chronology
import Configuration
import TestSupport
import Testing

@testable import Orchestration

@Test(.timeLimit(.minutes(1))) func `What another process registers is left to the step's program`() throws {
  let folder = TemporaryFolder()
  let text = """
    version: 1
    steps:
      series: {stage: extract}
      windows: {stage: prepare, reads: {series: series}}
      model: {stage: train, reads: {windows: windows}}
      champion: {stage: register, reads: {model: model}}
    """
  let step = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml").step("champion")
  let verdict = try folder.publish(.verdict, step: "champion") { _ in ["name": "plant"] }
  let planned = PlannedStep(step: step, state: .restore, reasons: [], key: verdict.manifest.key)
  let restoration = Restoration(store: folder.store, actor: "test") { Instant(milliseconds: 0) }
  let lock = try StepLock(of: "champion", in: folder.store) {}
  #expect(try !restoration.restore(planned))
  extendLifetime(lock)
}
