package import Artifacts
import Chronology

extension TemporaryFolder {
  /// A key that differs with `name`.
  package func key(_ name: String, inputs: [Manifest.Input] = []) -> StepKey {
    StepKey(
      program: ProgramIdentity(name: "test", version: "0", digest: Digest(of: "program")), platform: [:],
      parameters: ["name": .string(name)], inputs: inputs)
  }

  /// Publishes an artifact whose contents the body writes; the body gives its facts.
  @discardableResult
  package func publish(
    _ kind: Manifest.Kind, step: String, key: StepKey? = nil, metrics: [String: Double] = [:],
    _ body: (Publication) throws -> [String: JSON]
  ) throws -> Artifact {
    let publication = try Publication(in: store, step: step, key: key ?? self.key(step))
    let facts = try body(publication)
    return try publication.publish(kind: kind, facts: facts, metrics: metrics) { digest in
      RunRecord(
        manifest: digest, started: Instant(milliseconds: 0), finished: Instant(milliseconds: 1), host: "test",
        peakMemoryBytes: 0, processorSeconds: 0, threads: 1, arguments: [], logFile: nil)
    }
  }
}
