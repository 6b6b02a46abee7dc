package import Artifacts
package import Configuration

/// Decides what would happen to each step.
///
/// It reads, and changes nothing but its memory. Bytes decide, never clocks: a step is fresh when the key of what it
/// would do now has a published result, and that result is the current one. A class, because it guards what it has
/// read so far.
package final class Planner {
  package let resolver: StepResolver
  private let memory: PlanMemory
  private let identity: (Stage) throws -> ProgramIdentity
  private var identities: [Stage: ProgramIdentity] = [:]
  private var declarations: [String: Declaration] = [:]
  private var commonFacts: [Stage: [Digest]] = [:]
  private lazy var modelsDigest = resolver.models.digest

  /// `identity` says which program a stage would be run with.
  package init(
    resolver: StepResolver, memory: PlanMemory, identity: @escaping (Stage) throws -> ProgramIdentity
  ) {
    self.resolver = resolver
    self.memory = memory
    self.identity = identity
  }

  package var pipeline: PipelineFile { resolver.pipeline }
  package var store: ArtifactStore { resolver.store }

  /// The plan for some steps; those in `forced` run whatever their state.
  ///
  /// A typing error in the settings of any step is found before anything is said of the first.
  package func plan(_ selection: Selection = .all, forced: Set<String> = []) throws -> [PlannedStep] {
    try memory.surveying { try planned(selection, forced: forced) }
  }

  private func planned(_ selection: Selection, forced: Set<String>) throws -> [PlannedStep] {
    for name in forced { _ = try pipeline.instances(of: name, at: .flag("--force \(name)")) }
    for step in pipeline.steps { _ = try declaration(of: step) }
    let steps = try selection.steps(of: pipeline)
    for name in forced where !steps.contains(where: { $0.name == name || $0.base == name }) {
      throw ConfigurationError.wrongValue(
        at: .flag("--force \(name)"), setting: "force", expected: "a step that this run is about",
        found: "'\(name)'; name it as a target too")
    }
    let chosen = selection.targets.isEmpty ? nil : Set(steps.map(\.name))
    var outcomes: [String: Outcome] = [:]
    outcomes.reserveCapacity(steps.count)
    var plan: [PlannedStep] = []
    plan.reserveCapacity(steps.count)
    for step in steps {
      for read in step.reads where chosen?.contains(read.step) == false && outcomes[read.step] == nil {
        outcomes[read.step] = .known(try input(read.step))
      }
      let isForced = forced.contains(step.name) || forced.contains(step.base)
      let (planned, outcome) = try planned(step, outcomes: outcomes, isForced: isForced)
      plan.append(planned)
      outcomes[step.name] = outcome
    }
    return plan
  }

  /// What happens to a step whose inputs are all there, as they are now.
  package func decide(_ step: PipelineFile.Step, isForced: Bool) throws -> PlannedStep {
    var outcomes: [String: Outcome] = [:]
    for read in step.reads { outcomes[read.step] = .known(try input(read.step)) }
    return try planned(step, outcomes: outcomes, isForced: isForced).0
  }

  /// What a step is made from, as the file system shows it: equal looks mean that nothing of it moved between them, not
  /// even there and back.
  package func surroundings(of step: PipelineFile.Step) -> [FileStamp?] {
    var paths = (try? declaration(of: step))?.files.map(\.path) ?? []
    for read in step.reads {
      // A link that is pointed elsewhere changes the folder that it lies in.
      paths.append(store.directory(of: read.step))
      if let source = try? pipeline.step(read.step), let model = try? declaration(of: source).modelName {
        paths.append(RegisteredModel(name: model, in: store).log)
      }
    }
    return paths.map(FileStamp.init(of:))
  }

  /// Writes back what was found out.
  package func save() {
    let models = Set(declarations.values.compactMap(\.modelName))
    memory.save(keeping: pipeline.steps.map(\.name) + models.sorted().map(Self.registryName))
  }

  // MARK: Outcomes

  /// What is known of a step's result before the plan is carried out.
  private enum Outcome {
    /// What readers of the step will get.
    case known(ArtifactOutline)
    /// It runs, or may run.
    case unknown
  }

  private func planned(
    _ step: PipelineFile.Step, outcomes: [String: Outcome], isForced: Bool
  ) throws -> (PlannedStep, Outcome) {
    var inputs: [(edge: ReadEdge, outline: ArtifactOutline)] = []
    var waiting: [Reason] = []
    for read in step.reads {
      switch outcomes[read.step] {
      case .known(let outline): inputs.append((read, outline))
      case .unknown, nil: waiting.append(.inputRuns(name: read.name, step: read.step))
      }
    }
    guard waiting.isEmpty else {
      return (try self.waiting(step, for: waiting, isForced: isForced), .unknown)
    }
    return try planned(step, inputs: inputs, isForced: isForced)
  }

  /// A step whose inputs are known.
  private func planned(
    _ step: PipelineFile.Step, inputs: [(edge: ReadEdge, outline: ArtifactOutline)], isForced: Bool
  ) throws -> (PlannedStep, Outcome) {
    let declaration = try declaration(of: step)
    let entries = inputs.map { edge, outline in
      Manifest.Input(
        name: edge.name, kind: outline.kind, source: edge.step, digest: outline.digest,
        content: outline.content)
    }
    if case .eachTime(let words) = declaration.outlook {
      let key = try fullKey(of: step, inputs: entries)
      let reason: Reason = isForced ? .forced : .asks(words)
      return (PlannedStep(step: step, state: .run, reasons: [reason], key: key.digest), .unknown)
    }
    let key = try self.key(of: step, declaration, inputs: entries)
    if isForced { return (PlannedStep(step: step, state: .run, reasons: [.forced], key: key), .unknown) }
    switch try standing(of: step, key: key, declaration) {
    case .whole(let result, let isCurrent):
      let planned = PlannedStep(
        step: step, state: isCurrent ? .fresh : .restore, reasons: isCurrent ? [] : [.madeBefore], key: key)
      return (planned, .known(try readers(of: step, get: result, isCurrent: isCurrent, declaration)))
    case .damaged(let problem):
      return (PlannedStep(step: step, state: .run, reasons: [.outputDamaged(problem)], key: key), .unknown)
    case .absent:
      if let planned = try kept(step, inputs: entries, declaration) { return planned }
      let reasons = reasons(own: try ownFields(of: step), inputs: entries, current: currentResult(of: step))
      return (PlannedStep(step: step, state: .run, reasons: reasons, key: key), .unknown)
    }
  }

  /// A step of which an input is yet to be made.
  private func waiting(
    _ step: PipelineFile.Step, for waiting: [Reason], isForced: Bool
  ) throws -> PlannedStep {
    if isForced { return PlannedStep(step: step, state: .run, reasons: [.forced] + waiting, key: nil) }
    let own = try ownFields(of: step)
    // Only a result that was made with the same settings and program can turn out to be the right one.
    let couldHold = store.results(of: step.name).contains { own.match($0.manifest) }
    let changes = reasons(own: own, inputs: nil, current: currentResult(of: step))
    return PlannedStep(step: step, state: couldHold ? .maybe : .run, reasons: changes + waiting, key: nil)
  }

  // MARK: Results

  /// What lies under a key.
  private enum Standing {
    case whole(ArtifactOutline, isCurrent: Bool)
    case damaged(String)
    case absent
  }

  private func standing(of step: PipelineFile.Step, key: Digest, _ declaration: Declaration) throws
    -> Standing
  {
    let result: ArtifactOutline?
    do {
      result = try memory.result(of: step.name, in: store.directory(of: step.name, key: key)) {
        () throws(ArtifactError) in try store.result(of: step.name, key: key)
      }
    } catch { return .damaged("\(error)") }
    guard let result else { return .absent }
    guard result.key == key else { return .damaged("\(result.directory) was made under another key") }
    if let file = memory.firstFileMissingOrCut(of: step.name, result) {
      return .damaged("\(result.directory)/\(file) is missing or cut off")
    }
    if step.stage == .register, let registration = result.registration {
      let place = RegisteredModel(name: registration.model, in: store).directory(
        ofVersion: registration.version)
      if !Disk.exists(place + "/manifest.json") { return .damaged("\(place) is gone from the registry") }
    }
    return .whole(result, isCurrent: memory.isCurrent(step.name, result))
  }

  /// What readers of a step get once its result is current.
  ///
  /// A verdict's readers get the champion: the version that the alias means now, or, when an earlier verdict
  /// is restored, the version that it made champion.
  private func readers(
    of step: PipelineFile.Step, get result: ArtifactOutline, isCurrent: Bool, _ declaration: Declaration
  ) throws -> ArtifactOutline {
    guard step.stage == .register else { return result }
    if !isCurrent, let registration = result.registration {
      let model = RegisteredModel(name: registration.model, in: store)
      return ArtifactOutline(try model.artifact(ofVersion: registration.version, madeBy: step.name))
    }
    return try champion(of: step, declaration)
  }

  /// What a reader of a step that lies outside the plan gets now.
  private func input(_ name: String) throws -> ArtifactOutline {
    let step = try pipeline.step(name)
    let declaration = try declaration(of: step)
    if step.stage == .register { return try champion(of: step, declaration) }
    if let folder = store.currentFolder(of: name) {
      let outline = try memory.result(of: name, in: store.directory(of: name) + "/" + folder) {
        () throws(ArtifactError) in try store.current(of: name)
      }
      if let outline, outline.kind == step.stage.writes { return outline }
    }
    return ArtifactOutline(try resolver.input(name))
  }

  private func champion(of step: PipelineFile.Step, _ declaration: Declaration) throws -> ArtifactOutline {
    if let name = declaration.modelName {
      let model = RegisteredModel(name: name, in: store)
      let read = { () throws(ArtifactError) in try model.version(of: RegisteredModel.champion) }
      if let version = try memory.champion(of: Self.registryName(name), log: model.log, read: read) {
        let outline = try memory.result(
          of: Self.registryName(name), in: model.directory(ofVersion: version)
        ) { () throws(ArtifactError) in try model.artifact(ofVersion: version, madeBy: step.name) }
        if let outline { return outline }
      }
    }
    return ArtifactOutline(try resolver.input(step.name))
  }

  /// No step has a name like it.
  private static func registryName(_ model: String) -> String { "registry/" + model }

  /// A step whose current result stands, because its inputs changed only within their cut-offs since.
  private func kept(
    _ step: PipelineFile.Step, inputs: [Manifest.Input], _ declaration: Declaration
  ) throws -> (PlannedStep, Outcome)? {
    guard step.reads.contains(where: { $0.cutoff != nil }), let current = try? store.current(of: step.name)
    else { return nil }
    let (inputs, kept) = try resolver.keeping(inputs, of: step, for: current.manifest)
    guard !kept.isEmpty else { return nil }
    let key = try fullKey(of: step, inputs: inputs).digest
    guard key == current.manifest.key,
      case .whole(let result, isCurrent: true) = try standing(of: step, key: key, declaration)
    else { return nil }
    let planned = PlannedStep(step: step, state: .fresh, reasons: [], key: key, kept: kept)
    return (planned, .known(try readers(of: step, get: result, isCurrent: true, declaration)))
  }

  // MARK: Declarations and keys

  /// What is known of a step's settings without reading them again.
  private struct Declaration {
    var digest: Digest
    var files: [PlanMemory.NamedPath]
    var modelName: String?
    var outlook = Outlook.none
  }

  private func declaration(of step: PipelineFile.Step) throws -> Declaration {
    if let known = declarations[step.name] { return known }
    let digest = digest(of: step)
    let declaration: Declaration
    if let known = memory.declaration(of: step.name, digest: digest) {
      declaration = Declaration(digest: digest, files: known.files, modelName: known.modelName)
    } else {
      declaration = try read(step, digest: digest)
    }
    declarations[step.name] = declaration
    return declaration
  }

  private func read(_ step: PipelineFile.Step, digest: Digest) throws -> Declaration {
    let (settings, _, files) = try step.typedSettings(models: resolver.models)
    var declaration = Declaration(
      digest: digest, files: files.map { PlanMemory.NamedPath(setting: $0.setting, path: $0.path) },
      outlook: settings.outlook)
    if case .register(let settings) = settings { declaration.modelName = settings.name }
    // What depends on a server is decided anew each time, from the settings themselves.
    guard declaration.outlook == .none else { return declaration }
    memory.remember(
      PlanMemory.Declaration(digest: digest, files: declaration.files, modelName: declaration.modelName),
      of: step.name)
    return declaration
  }

  /// The SHA-256 of all that the reading of a step's settings depends on.
  private func digest(of step: PipelineFile.Step) -> Digest {
    var bytes = Array(step.stage.rawValue.utf8)
    if step.stage == .train { bytes += modelsDigest.bytes }
    step.settings?.appendContent(to: &bytes)
    return Digest(of: bytes)
  }

  private func key(
    of step: PipelineFile.Step, _ declaration: Declaration, inputs: [Manifest.Input]
  ) throws -> Digest {
    guard declaration.outlook == .none else {
      return try keyAsSeen(try fullKey(of: step, inputs: inputs), of: step)
    }
    var bytes = declaration.digest.bytes
    bytes += try program(of: step.stage).digest.bytes
    for digest in facts(for: step) { bytes += digest.bytes }
    for file in declaration.files {
      // A file that cannot be read is told of with the place of its setting, by who reads settings whole.
      guard let digest = try? resolver.digest(ofFile: file.path) else {
        return try fullKey(of: step, inputs: inputs).digest
      }
      bytes += Digest(of: file.setting).bytes + digest.bytes
    }
    for input in inputs { bytes += Digest(of: input.name).bytes + input.content.bytes }
    let fields = Digest(of: bytes)
    if let known = memory.key(of: step.name, fields: fields) { return known }
    let key = try fullKey(of: step, inputs: inputs).digest
    memory.remember(key: key, fields: fields, of: step.name)
    return key
  }

  /// The digests of what a step's key counts of the machine; nearly all steps of a stage have the same.
  private func facts(for step: PipelineFile.Step) -> [Digest] {
    if step.execution.environment.isEmpty, let known = commonFacts[step.stage] { return known }
    let facts = Platform.facts(for: step).sorted { $0.key < $1.key }
    let digests = facts.flatMap { [Digest(of: $0.key), Digest(of: $0.value)] }
    if step.execution.environment.isEmpty { commonFacts[step.stage] = digests }
    return digests
  }

  private func fullKey(of step: PipelineFile.Step, inputs: [Manifest.Input]) throws -> StepKey {
    let own = try ownFields(of: step)
    return StepKey(
      program: own.program, platform: own.platform, parameters: own.parameters, inputs: own.files + inputs)
  }

  /// The key with what an earlier run saw of the world, when there was one with the same settings and inputs.
  private func keyAsSeen(_ key: StepKey, of step: PipelineFile.Step) throws -> Digest {
    guard let earlier = store.seenResult(of: step.name, like: key) else { return key.digest }
    return key.seeing(earlier.manifest.inputs.filter(\.isSeen), parameters: [:]).digest
  }

  private func ownFields(of step: PipelineFile.Step) throws -> OwnFields {
    let declared = try resolver.declared(step)
    return OwnFields(
      program: try program(of: step.stage), platform: Platform.facts(for: step),
      parameters: declared.parameters, files: declared.entries, outlook: declared.settings.outlook)
  }

  private func program(of stage: Stage) throws -> ProgramIdentity {
    if let known = identities[stage] { return known }
    let program = try identity(stage)
    identities[stage] = program
    return program
  }

  // MARK: Reasons

  private func currentResult(of step: PipelineFile.Step) -> Result<Artifact, any Error> {
    Result { try store.current(of: step.name) }
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
      for input in inputs ?? [] {
        let old = artifact.manifest.inputs.first { $0.name == input.name }?.content
        if old != input.content {
          reasons.append(.inputChanged(name: input.name, from: old, to: input.content))
        }
      }
      let names = Set((inputs ?? []).map(\.name))
      for old in artifact.manifest.inputs where inputs != nil && old.kind != nil && !names.contains(old.name)
      {
        reasons.append(.inputDropped(name: old.name))
      }
      return reasons
    }
  }
}
