package import Artifacts
package import Configuration

/// Decides what would happen to each step.
///
/// It reads and changes nothing.
///
/// Bytes decide, never clocks: a step is fresh when the key of what it would do now has a published result, and
/// that result is the current one.
package struct Planner {
  private let resolver: StepResolver
  private let identity: (Stage) throws -> ProgramIdentity

  /// `identity` says which program a stage would be run with.
  package init(resolver: StepResolver, identity: @escaping (Stage) throws -> ProgramIdentity) {
    self.resolver = resolver
    self.identity = identity
  }

  private var pipeline: PipelineFile { resolver.pipeline }
  private var store: ArtifactStore { resolver.store }

  /// The steps that `targets` need, themselves included, in order; all steps for no targets.
  package func steps(for targets: [String]) throws -> [PipelineFile.Step] {
    guard !targets.isEmpty else { return pipeline.steps }
    var needed = Set(try targets.map { try pipeline.step($0).name })
    for step in pipeline.steps.reversed() where needed.contains(step.name) {
      needed.formUnion(step.reads.map(\.step))
    }
    return pipeline.steps.filter { needed.contains($0.name) }
  }

  /// The plan for `targets`; steps in `forced` run whatever their state.
  package func plan(targets: [String] = [], forced: Set<String> = []) throws -> [PlannedStep] {
    for name in forced { _ = try pipeline.step(name, at: .flag("--force \(name)")) }
    var outcomes: [String: Outcome] = [:]
    var plan: [PlannedStep] = []
    for step in try steps(for: targets) {
      let (planned, outcome) = try planned(step, outcomes: outcomes, isForced: forced.contains(step.name))
      plan.append(planned)
      outcomes[step.name] = outcome
    }
    return plan
  }

  /// What happens to a step whose inputs are all there, as they are now.
  package func decide(_ step: PipelineFile.Step, isForced: Bool) throws -> PlannedStep {
    var outcomes: [String: Outcome] = [:]
    for read in step.reads { outcomes[read.step] = .known(try resolver.input(read.step)) }
    return try planned(step, outcomes: outcomes, isForced: isForced).0
  }

  /// What is known of a step's result before the plan is carried out.
  private enum Outcome {
    /// What readers of the step will get.
    case known(Artifact)
    /// It runs, or may run.
    case unknown
  }

  private func planned(
    _ step: PipelineFile.Step, outcomes: [String: Outcome], isForced: Bool
  ) throws -> (PlannedStep, Outcome) {
    let own = try ownFields(of: step)
    let current = Result { try store.current(of: step.name) }
    var inputs: [Manifest.Input] = own.files
    var waiting: [Reason] = []
    for read in step.reads {
      switch outcomes[read.step] {
      case .known(let artifact):
        inputs.append(
          Manifest.Input(
            name: read.name, kind: artifact.manifest.kind, source: read.step, digest: artifact.digest,
            content: artifact.contentDigest))
      case .unknown, nil: waiting.append(.inputRuns(name: read.name, step: read.step))
      }
    }
    guard waiting.isEmpty else {
      return (planned(step, own: own, waiting: waiting, current: current, isForced: isForced), .unknown)
    }
    let key = StepKey(
      program: own.program, platform: own.platform, parameters: own.parameters, inputs: inputs)
    return try planned(step, own: own, key: key, current: current, isForced: isForced)
  }

  /// A step whose inputs are known.
  private func planned(
    _ step: PipelineFile.Step, own: OwnFields, key: StepKey, current: Result<Artifact, any Error>,
    isForced: Bool
  ) throws -> (PlannedStep, Outcome) {
    if isForced { return (PlannedStep(step: step, state: .run, reasons: [.forced], key: key), .unknown) }
    if case .eachTime(let words) = own.outlook {
      return (PlannedStep(step: step, state: .run, reasons: [.asks(words)], key: key), .unknown)
    }
    let key = own.outlook == .once ? keyAsSeen(key, of: step) : key
    let isCurrent = store.currentFolder(of: step.name) == StepKey.folder(of: key.digest)
    let result: Artifact?
    do { result = try store.result(of: step.name, key: key.digest) } catch {
      return (PlannedStep(step: step, state: .run, reasons: [.outputDamaged("\(error)")], key: key), .unknown)
    }
    guard let result else {
      let reasons = reasons(own: own, inputs: key.inputs, current: current)
      return (PlannedStep(step: step, state: .run, reasons: reasons, key: key), .unknown)
    }
    if let problem = try problem(with: result, of: step) {
      return (PlannedStep(step: step, state: .run, reasons: [.outputDamaged(problem)], key: key), .unknown)
    }
    let planned = PlannedStep(
      step: step, state: isCurrent ? .fresh : .restore, reasons: isCurrent ? [] : [.madeBefore], key: key)
    return (planned, .known(try readers(of: step, get: result, isCurrent: isCurrent)))
  }

  /// A step of which an input is yet to be made.
  private func planned(
    _ step: PipelineFile.Step, own: OwnFields, waiting: [Reason], current: Result<Artifact, any Error>,
    isForced: Bool
  ) -> PlannedStep {
    if isForced { return PlannedStep(step: step, state: .run, reasons: [.forced] + waiting, key: nil) }
    // Only a result that was made with the same settings and program can turn out to be the right one.
    let couldHold = Disk.names(in: store.directory(of: step.name)).contains { name in
      guard !name.hasPrefix("."), name != "current" else { return false }
      let artifact = try? Artifact(opening: store.directory(of: step.name) + "/" + name, step: step.name)
      return artifact.map { own.match($0.manifest) } ?? false
    }
    let changes = reasons(own: own, inputs: nil, current: current)
    return PlannedStep(step: step, state: couldHold ? .maybe : .run, reasons: changes + waiting, key: nil)
  }

  // MARK: Parts

  /// The key with what an earlier run saw of the world, when there was one with the same settings and inputs.
  private func keyAsSeen(_ key: StepKey, of step: PipelineFile.Step) -> StepKey {
    guard let earlier = store.seenResult(of: step.name, like: key) else { return key }
    return key.seeing(earlier.manifest.inputs.filter(\.isSeen), parameters: [:])
  }

  private func ownFields(of step: PipelineFile.Step) throws -> OwnFields {
    let declared = try resolver.declared(step)
    return OwnFields(
      program: try identity(step.stage), platform: Platform.facts(for: step.stage),
      parameters: declared.parameters,
      files: declared.entries, outlook: declared.settings.outlook)
  }

  /// What differs from the current result.
  ///
  /// Without one the step never ran; what cannot be read is a reason too.
  private func reasons(
    own: OwnFields, inputs: [Manifest.Input]?, current: Result<Artifact, any Error>
  ) -> [Reason] {
    switch current {
    case .failure(ArtifactError.missing): return [.neverRan]
    case .failure(let error): return [.outputDamaged("\(error)")]
    case .success(let artifact):
      var reasons = own.reasons(against: artifact.manifest)
      for input in inputs ?? [] where input.kind != nil {
        let old = artifact.manifest.inputs.first { $0.name == input.name }?.content
        if old != input.content {
          reasons.append(.inputChanged(name: input.name, from: old, to: input.content))
        }
      }
      return reasons
    }
  }

  /// What makes a published result unusable although its key is right.
  private func problem(with result: Artifact, of step: PipelineFile.Step) throws -> String? {
    if let file = result.firstFileMissingOrCut() {
      return "\(result.directory)/\(file) is missing or cut off"
    }
    guard step.stage == .register, let (model, version) = Self.registration(in: result, store: store) else {
      return nil
    }
    let place = model.directory(ofVersion: version)
    return Disk.exists(place + "/manifest.json") ? nil : "\(place) is gone from the registry"
  }

  /// What readers of a step get once its result is current.
  ///
  /// A verdict's readers get the champion: the version that the alias means now, or, when an earlier verdict
  /// is restored, the version that it made champion.
  private func readers(of step: PipelineFile.Step, get result: Artifact, isCurrent: Bool) throws -> Artifact {
    guard step.stage == .register else { return result }
    if !isCurrent, let (model, version) = Self.registration(in: result, store: store) {
      return try model.artifact(ofVersion: version, madeBy: step.name)
    }
    return try resolver.input(step.name)
  }

  private static func registration(in verdict: Artifact, store: ArtifactStore) -> (RegisteredModel, Int)? {
    guard let name = verdict.manifest.facts["name"]?.string,
      let version = verdict.manifest.facts["version"]?.integer
    else {
      return nil
    }
    return (RegisteredModel(name: name, in: store), version)
  }
}
