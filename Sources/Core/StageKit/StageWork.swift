package import Artifacts
package import Configuration
private import Glibc
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

  /// All artifacts under a name of `reads` where several steps may stand, in the order of their names.
  package func inputs(_ name: String) -> [(name: String, artifact: Artifact)] {
    resolved.inputs.filter { $0.key == name || $0.key.hasPrefix(name + "@") }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Seconds between two checkpoints of long work; they decide no byte of the result.
  ///
  /// CANDLEWICK_CHECKPOINT_SECONDS is for tests that kill training in the middle.
  package var checkpointSeconds: Double {
    let written = getenv("CANDLEWICK_CHECKPOINT_SECONDS").flatMap { Double(String(cString: $0)) }
    guard let written, written >= 0, written < 1e6 else { return 20 }
    return written
  }
}

/// What a stage has to say when its arrays and files are written.
package struct StageResult {
  package var facts: [String: JSON]
  package var metrics: [String: Double]
  /// What the program saw of the world: the key counts it.
  package var seen: [Manifest.Input]
  /// What settings came to that only the world could settle, such as `until: latest-closed`.
  package var settled: [String: JSON]
  /// Lines for people, printed on stdout when the artifact is published.
  package var summary: [String]
  /// Removes what was needed only until the artifact is published.
  package var cleanUp: () -> Void
  /// The digests of outside files that were read whole, by path; the others are read once more to find theirs.
  package var fileDigests: [String: Digest]

  package init(
    facts: [String: JSON], metrics: [String: Double] = [:], seen: [Manifest.Input] = [],
    settled: [String: JSON] = [:], summary: [String], cleanUp: @escaping () -> Void = {},
    fileDigests: [String: Digest] = [:]
  ) {
    self.facts = facts
    self.metrics = metrics
    self.seen = seen
    self.settled = settled
    self.summary = summary
    self.cleanUp = cleanUp
    self.fileDigests = fileDigests
  }
}
