package import ArgumentParser
package import Artifacts
private import Chronology
package import Configuration
private import Glibc
package import Logging

/// One of the five stage programs: flags in, one artifact out.
package protocol StageProgram: ParsableCommand {
  static var stage: Stage { get }
  var options: StageOptions { get }

  /// Reads the inputs and writes arrays and files into the publication.
  func perform(_ work: StageWork) throws -> StageResult

  /// Goes back to a result that was published before, and says whether it still holds. Only a stage that acts
  /// outside its artifact has anything to do here.
  func restore(_ artifact: Artifact, store: ArtifactStore, log: Logger) throws -> Bool
}

extension StageProgram {
  package func restore(_ artifact: Artifact, store: ArtifactStore, log: Logger) throws -> Bool { true }

  package static func main() {
    Program.main(Self.self)
  }

  package func run() throws {
    if Self.stage.usesKernels { Program.restartWithDeclaredKernels() }
    Interruption.exitCleanly { Disk.remove($0) }
    let log = Console.logger(label: Self.stage.rawValue, format: options.output.log)
    let started = Clock.now
    let store = ArtifactStore(root: options.artifacts)
    let resolved = try resolvedStep(in: store)
    let step = resolved.step.name

    let lock = try StepLock(of: step, in: store) {
      log.info("waiting for another run of step '\(step)' to finish")
    }
    defer { extendLifetime(lock) }
    let key = resolved.key.digest
    if !options.force, let earlier = try store.result(of: step, key: key),
      earlier.firstFileMissingOrCut() == nil,
      try restore(earlier, store: store, log: log)
    {
      try store.setCurrent(of: step, to: key)
      return try report(earlier, state: "fresh", summary: ["\(step) is fresh: \(earlier.directory)"])
    }

    let publication = try Publication(in: store, step: step, key: resolved.key)
    let progress = ProgressLine()
    let (artifact, result) = try Interruption.guarding(publication.directory) {
      let work = StageWork(
        resolved: resolved, publication: publication, store: store, threads: options.threads, log: log,
        progress: progress)
      defer { progress.finish() }
      let result = try perform(work)
      try checkFiles(of: resolved)
      for warning in result.facts["warnings"]?.strings ?? [] { log.warning("\(warning)") }
      let artifact = try publication.publish(
        kind: Self.stage.writes, facts: result.facts, metrics: result.metrics,
        supersedes: Self.stage.actsOutside
      ) { record(manifest: $0, started: started) }
      result.cleanUp()
      return (artifact, result)
    }
    try report(artifact, state: "published", summary: result.summary + ["\(step): \(artifact.directory)"])
  }

  private func resolvedStep(in store: ArtifactStore) throws -> ResolvedStep {
    let file = try PipelineFile(reading: options.pipeline)
    let step =
      try options.step.map { name throws(ConfigurationError) in try file.step(name) }
      ?? file.onlyStep(of: Self.stage)
    guard step.stage == Self.stage else {
      throw ConfigurationError.wrongValue(
        at: .flag("--step \(step.name)"), setting: "step",
        expected: "a step of stage '\(Self.stage.rawValue)'",
        found: "one of stage '\(step.stage.rawValue)'")
    }
    var overrides: [Override] = []
    for text in options.settings { overrides.append(try Override(parsing: text, step: step.name)) }
    for text in options.otherSettings { overrides.append(try Override(parsing: text)) }
    let pipeline =
      overrides.isEmpty ? file : try PipelineFile(reading: options.pipeline, overrides: overrides)
    let resolver = StepResolver(
      pipeline: pipeline, store: store, models: .standard(programFolder: Program.folder))
    let identity = ProgramIdentity(
      name: Self.stage.rawValue, version: ProgramIdentity.productVersion,
      digest: try ProgramIdentity.canonicalDigest(ofExecutable: ProgramIdentity.ownPath))
    return try resolver.resolve(try pipeline.step(step.name), program: identity)
  }

  /// Digests the outside files once more: one that changed while it was read must not stand under the key of what it
  /// was before.
  private func checkFiles(of resolved: ResolvedStep) throws {
    for file in resolved.files {
      let before = resolved.key.inputs.first { $0.name == file.setting }?.digest
      guard try Disk.digest(of: file.path) == before else {
        throw DiskError.changedWhileReading(path: file.path)
      }
    }
  }

  private func record(manifest: Digest, started: Instant) -> RunRecord {
    RunRecord(
      manifest: manifest, started: started, finished: Clock.now, host: ResourceUse.hostName,
      peakMemoryBytes: ResourceUse.peakMemoryBytes, processorSeconds: ResourceUse.processorSeconds,
      threads: options.threads, arguments: CommandLine.arguments,
      logFile: getenv(Program.logVariable).map { String(cString: $0) })
  }

  private func report(_ artifact: Artifact, state: String, summary: [String]) throws {
    guard options.output.json else { return try Console.write(summary.joined(separator: "\n") + "\n") }
    let object: JSON = [
      "step": .string(artifact.step), "stage": .string(Self.stage.rawValue), "state": .string(state),
      "key": .string(artifact.manifest.key.hex), "artifact": .string(artifact.directory),
      "digest": .string(artifact.digest.description), "facts": .object(artifact.manifest.facts),
      "metrics": .object(artifact.manifest.metrics.mapValues(JSON.number)),
    ]
    try Console.write(object.canonical + "\n")
  }
}
