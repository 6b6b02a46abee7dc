package import Artifacts

/// A step together with everything that its key counts.
package struct ResolvedStep: Sendable {
  package var step: PipelineFile.Step
  package var settings: StageSettings
  package var key: StepKey
  /// The outside files that its settings name.
  package var files: [Fields.NamedFile]
  /// The artifacts it reads, by the names under `reads`.
  package var inputs: [String: Artifact]
}

/// From a step as it is declared, and what lies on the disk, to the digests of its inputs and its key.
///
/// The orchestrator and every stage use this same code, so that a step run by hand and one run by `pipeline`
/// have the same key.
package struct StepResolver {
  package let pipeline: PipelineFile
  package let store: ArtifactStore
  package let models: ModelLibrary
  /// How outside files are digested; the orchestrator remembers digests of files that did not change.
  private let digestOfFile: (String) throws(DiskError) -> Digest

  package init(
    pipeline: PipelineFile, store: ArtifactStore, models: ModelLibrary,
    digestOfFile: @escaping (String) throws(DiskError) -> Digest = Disk.digest(of:)
  ) {
    self.pipeline = pipeline
    self.store = store
    self.models = models
    self.digestOfFile = digestOfFile
  }

  /// The step with its key.
  ///
  /// Throws when an input is not there yet; the error names the step to run.
  package func resolve(_ step: PipelineFile.Step, program: ProgramIdentity) throws -> ResolvedStep {
    let own = try declared(step)
    var inputs: [String: Artifact] = [:]
    var entries: [Manifest.Input] = []
    for read in step.reads {
      let artifact = try input(read.step)
      inputs[read.name] = artifact
      entries.append(
        Manifest.Input(
          name: read.name, kind: artifact.manifest.kind, source: read.step, digest: artifact.digest,
          content: artifact.contentDigest))
    }
    let key = StepKey(
      program: program, platform: Platform.facts(for: step), parameters: own.parameters,
      inputs: own.entries + entries)
    return ResolvedStep(step: step, settings: own.settings, key: key, files: own.files, inputs: inputs)
  }

  /// The step's current result, where it was made from inputs that changed only within their cut-offs since.
  package func keptResult(of resolved: ResolvedStep) throws -> (result: Artifact, kept: [KeptInput])? {
    guard resolved.step.reads.contains(where: { $0.cutoff != nil }),
      let current = try? store.current(of: resolved.step.name)
    else { return nil }
    var key = resolved.key
    let (inputs, kept) = try keeping(key.inputs, of: resolved.step, for: current.manifest)
    key.inputs = inputs
    return kept.isEmpty || key.digest != current.manifest.key ? nil : (current, kept)
  }

  /// The SHA-256 of an outside file.
  package func digest(ofFile path: String) throws(DiskError) -> Digest { try digestOfFile(path) }

  /// What a step declares before any input is looked at.
  package struct Declaration: Sendable {
    package var settings: StageSettings
    /// What the step key counts of them.
    package var parameters: [String: JSON]
    /// The outside files that settings name, and their digests.
    package var files: [Fields.NamedFile]
    package var entries: [Manifest.Input]
  }

  /// What the step itself declares: typed settings and the digests of the outside files they name.
  package func declared(_ step: PipelineFile.Step) throws -> Declaration {
    let (settings, parameters, files) = try step.typedSettings(models: models)
    let entries = try files.map { file in
      let digest: Digest
      do throws(DiskError) { digest = try digestOfFile(file.path) } catch {
        throw ResolutionError.file(file, step: step.name, error)
      }
      return Manifest.Input(name: file.setting, kind: nil, source: nil, digest: digest, content: digest)
    }
    return Declaration(settings: settings, parameters: parameters, files: files, entries: entries)
  }

  /// The artifact that a reader of `name` gets now.
  ///
  /// For a registering step that is the model its registry entry calls champion, wherever that came from: a
  /// rollback changes what is read, and nothing else.
  package func input(_ name: String) throws -> Artifact {
    let source = try pipeline.step(name)
    guard source.stage == .register else { return try store.current(of: name).expecting(source.stage.writes) }
    guard case .register(let settings) = try source.typedSettings(models: models).settings else {
      preconditionFailure("a step of stage register has register's settings")
    }
    let model = RegisteredModel(name: settings.name, in: store)
    guard let version = try model.version(of: RegisteredModel.champion) else {
      throw ResolutionError.noChampion(model: settings.name, step: name)
    }
    return try model.artifact(ofVersion: version, madeBy: name)
  }
}

/// Why a step's inputs could not be found.
package enum ResolutionError: Failure {
  case file(Fields.NamedFile, step: String, DiskError)
  case noChampion(model: String, step: String)

  package var exitStatus: ExitStatus {
    switch self {
    case .file(_, _, let error): error.isMissingFile ? .missingInput : error.exitStatus
    case .noChampion: .missingInput
    }
  }

  package var description: String {
    switch self {
    case .file(let file, let step, let error) where error.isMissingFile:
      """
      \(file.place): '\(step).\(file.setting)' names \(file.path), which does not exist; \
      give the path: bin/pipeline run --set \(step).\(file.setting)=PATH
      """
    case .file(let file, let step, let error): "\(file.place): '\(step).\(file.setting)': \(error)"
    case .noChampion(let model, let step):
      "the registry has no champion of model '\(model)'; run: bin/pipeline run \(step)"
    }
  }
}
