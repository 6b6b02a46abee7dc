package import Artifacts
package import Configuration
package import Logging

/// What a stage is given to do its work.
package struct StageWork {
  package let resolved: ResolvedStep
  package let publication: Publication
  package let store: ArtifactStore
  package let threads: Int
  package let log: Logger
  package let progress: ProgressLine

  /// The artifact under a name of `reads`.
  package func input(_ name: String) -> Artifact {
    guard let artifact = resolved.inputs[name] else {
      preconditionFailure("stage \(resolved.step.stage.rawValue) does not read '\(name)'")
    }
    return artifact
  }
}

/// What a stage has to say when its arrays and files are written.
package struct StageResult {
  package var facts: [String: JSON]
  package var metrics: [String: Double]
  /// Lines for people, printed on stdout when the artifact is published.
  package var summary: [String]

  package init(facts: [String: JSON], metrics: [String: Double] = [:], summary: [String]) {
    self.facts = facts
    self.metrics = metrics
    self.summary = summary
  }
}
