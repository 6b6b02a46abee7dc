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

  package func run() throws { try runStage() }

  /// Resolves the step, does its work and publishes the result.
  package func runStage() throws {
    if Self.stage.usesKernels { Program.restartWithDeclaredKernels() }
    Interruption.exitCleanly { directory in
      // The work goes on beside this until the program ends, and may put another file there meanwhile.
      for _ in 0..<100 where Disk.exists(directory) { Disk.remove(directory) }
    }
    options.durability.apply()
    let log = Console.logger(label: Self.stage.rawValue, format: options.output.log)
    let started = Clock.now
    let store = ArtifactStore(root: options.artifacts)
    let (resolver, resolved) = try resolvedStep(in: store)
    let step = resolved.step.name

    let lock = try StepLock(of: step, in: store) {
      log.info("waiting for another run of step '\(step)' to finish")
    }
    defer { extendLifetime(lock) }
    if !options.force, let earlier = try earlierResult(of: resolved, in: store),
      try restore(earlier, store: store, log: log)
    {
      return try reuse(earlier, in: store)
    }
    if !options.force, let (current, kept) = try resolver.keptResult(of: resolved),
      current.firstFileMissingOrCut() == nil
    {
      for input in kept { log.info("\(input.sentence)") }
      return try reuse(current, in: store)
    }

    let publication = try Publication(in: store, step: step, key: resolved.key)
    let progress = ProgressLine()
    let (artifact, result, isNew) = try Interruption.guarding(publication.directory) {
      let work = StageWork(
        resolved: resolved, publication: publication, store: store, threads: threads(for: resolved.step),
        log: log,
        progress: progress)
      defer { progress.finish() }
      let result = try perform(work)
      let key = try keyOfWhatWasRead(resolved, result.fileDigests, log: log)
        .seeing(result.seen, parameters: result.settled)
      if key != resolved.key, let earlier = try wholeResult(of: step, key: key, in: store) {
        publication.discard()
        return (earlier, result, false)
      }
      publication.settle(key)
      for warning in result.facts["warnings"]?.strings ?? [] { log.warning("\(warning)") }
      let artifact = try publication.publish(
        kind: Self.stage.writes, facts: result.facts, metrics: result.metrics,
        supersedes: Self.stage.actsOutside
      ) { record(manifest: $0, started: started, threads: threads(for: resolved.step)) }
      result.cleanUp()
      return (artifact, result, true)
    }
    guard isNew else { return try reuse(artifact, in: store) }
    try report(artifact, state: "published", summary: result.summary + ["\(step): \(artifact.directory)"])
  }

  /// A whole result of the same key; of a step that looks at a server, one that was seen with the same settings.
  private func earlierResult(of resolved: ResolvedStep, in store: ArtifactStore) throws -> Artifact? {
    let step = resolved.step.name
    let earlier: Artifact? =
      switch resolved.settings.outlook {
      case .none: try store.result(of: step, key: resolved.key.digest)
      case .once: store.seenResult(of: step, like: resolved.key)
      case .eachTime: nil
      }
    return earlier?.firstFileMissingOrCut() == nil ? earlier : nil
  }

  /// A result that was published under the key that the step came to, such as when the world looked the same before.
  private func wholeResult(of step: String, key: StepKey, in store: ArtifactStore) throws -> Artifact? {
    guard let earlier = try store.result(of: step, key: key.digest) else { return nil }
    return earlier.firstFileMissingOrCut() == nil ? earlier : nil
  }

  /// Goes back to a result that is there already.
  private func reuse(_ earlier: Artifact, in store: ArtifactStore) throws {
    try store.setCurrent(of: earlier.step, to: earlier.manifest.key)
    try report(
      earlier, state: "fresh", summary: ["\(earlier.step) is fresh: \(earlier.directory)"])
  }

  /// The step's own settings, read and checked, without a look at any artifact.
  package func declaredSettings() throws -> StageSettings {
    let step = try declaredStep()
    return try step.step.typedSettings(models: .standard(programFolder: Program.folder)).settings
  }

  private func threads(for step: PipelineFile.Step) -> Int {
    options.threads ?? step.execution.threads ?? Processors.count
  }

  private func resolvedStep(in store: ArtifactStore) throws -> (StepResolver, ResolvedStep) {
    let (pipeline, step) = try declaredStep()
    let resolver = StepResolver(
      pipeline: pipeline, store: store, models: .standard(programFolder: Program.folder))
    let digests = Program.digests(in: store)
    let identity = ProgramIdentity(
      name: Self.stage.rawValue, version: ProgramIdentity.productVersion,
      digest: try digests.digestOfThisProgram())
    digests.save()
    return (resolver, try resolver.resolve(step, program: identity))
  }

  private func declaredStep() throws -> (pipeline: PipelineFile, step: PipelineFile.Step) {
    let file = try PipelineFile(reading: options.pipeline, only: options.step)
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
    for text in options.otherSettings { overrides.append(try Override(parsing: text)) }
    for text in options.settings { overrides.append(try Override(parsing: text, step: step.name)) }
    guard !overrides.isEmpty else { return (file, step) }
    let pipeline = try PipelineFile(reading: options.pipeline, overrides: overrides, only: step.name)
    return (pipeline, try pipeline.step(step.name))
  }

  /// The key with the digests of what was really read of the outside files.
  ///
  /// One that changed meanwhile must not stand under the key of what it was before: the result is filed under what it
  /// was made of, and the step is stale again. Where the stage cannot say what it read, nothing is published.
  private func keyOfWhatWasRead(
    _ resolved: ResolvedStep, _ read: [String: Digest], log: Logger
  ) throws -> StepKey {
    var key = resolved.key
    for file in resolved.files {
      guard let place = key.inputs.firstIndex(where: { $0.name == file.setting && $0.kind == nil }) else {
        continue
      }
      let before = key.inputs[place].digest
      guard let found = read[file.path] else {
        if try Disk.digest(of: file.path) != before { throw DiskError.changedWhileReading(path: file.path) }
        continue
      }
      guard found != before else { continue }
      key.inputs[place].digest = found
      key.inputs[place].content = found
      log.warning(
        "\(file.path) changed while the step began; the result is of what was read, and the step is stale again"
      )
    }
    return key
  }

  private func record(manifest: Digest, started: Instant, threads: Int) -> RunRecord {
    RunRecord(
      manifest: manifest, started: started, finished: Clock.now, host: ResourceUse.hostName,
      peakMemoryBytes: ResourceUse.peakMemoryBytes, processorSeconds: ResourceUse.processorSeconds,
      threads: threads, arguments: CommandLine.arguments,
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
