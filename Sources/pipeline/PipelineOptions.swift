import ArgumentParser
import Artifacts
import Configuration
import Orchestration
import StageKit

/// The flags that all commands share.
struct PipelineOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The pipeline file.", valueName: "file"))
  var file = "pipeline.yaml"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a setting, as in --set windows.horizon=48. Repeatable.", valueName: "step.key=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("Where artifacts lie.", valueName: "dir"))
  var artifacts = "artifacts"

  @Flag(help: "Print the result as JSON.")
  var json = false
}

/// A pipeline opened for planning.
struct OpenPipeline {
  let file: PipelineFile
  let store: ArtifactStore
  let planner: Planner
  let digests: DigestCache
  let overrides: [Override]

  init(_ options: PipelineOptions) throws {
    var overrides: [Override] = []
    for text in options.settings { overrides.append(try Override(parsing: text)) }
    file = try PipelineFile(reading: options.file, overrides: overrides)
    store = ArtifactStore(root: options.artifacts)
    let models = ModelLibrary.standard(programFolder: Program.folder)
    // A typing error in the last step is found before anything of the first is looked at.
    for step in file.steps { _ = try step.typedSettings(models: models) }
    let digests = DigestCache(path: store.root + "/journal/digests.json") { Clock.nanoseconds }
    let resolver = StepResolver(
      pipeline: file, store: store, models: models, digestOfFile: digests.digest(of:))
    var identities: [Stage: ProgramIdentity] = [:]
    planner = Planner(resolver: resolver) { stage in
      if let known = identities[stage] { return known }
      let identity = ProgramIdentity(
        name: stage.rawValue, version: ProgramIdentity.productVersion,
        digest: try digests.digest(ofProgram: try Self.program(of: stage)))
      identities[stage] = identity
      return identity
    }
    self.digests = digests
    self.overrides = overrides
  }

  /// The plan; what was digested for it is remembered.
  func plan(targets: [String] = [], forced: Set<String> = []) throws -> [PlannedStep] {
    let plan = try planner.plan(targets: targets, forced: forced)
    digests.save()
    return plan
  }

  /// The program of a stage: it lies beside this one.
  static func program(of stage: Stage) throws -> String {
    let path = Program.folder + "/" + stage.rawValue
    guard Disk.exists(path) else { throw PipelineError.noProgram(path: path) }
    return path
  }
}

/// What can go wrong around the steps.
enum PipelineError: Failure {
  case noProgram(path: String)

  var exitStatus: ExitStatus { .missingInput }

  var description: String {
    switch self {
    case .noProgram(let path): "\(path) does not exist; build the programs: make build"
    }
  }
}
