import ArgumentParser
import Artifacts
import Configuration
import Orchestration
import StageKit

/// The flags that all commands share.
struct PipelineOptions: ParsableArguments {
  @OptionGroup var fileOptions: FileOptions

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a setting, as in --set windows.horizon=48. Repeatable.", valueName: "step.key=value"))
  var settings: [String] = []

  var file: String { fileOptions.file }

  var artifacts: String { fileOptions.storeOptions.artifacts }

  var json: Bool { fileOptions.json }
}

/// Which steps a command is about, and what comes with them.
struct SelectionOptions: ParsableArguments {
  @Argument(help: "The steps; all instances of one that has a matrix. Without any, all steps.")
  var targets: [String] = []

  @Flag(help: "Only these steps: what they read is taken as it is.")
  var only = false

  @Flag(help: "These steps and all that read them, instead of all that they read.")
  var downstream = false

  var selection: Selection {
    Selection(targets: targets, extent: only ? .only : downstream ? .downstream : .upstream)
  }

  func validate() throws {
    if only, downstream { throw ValidationError("choose one of --only and --downstream") }
    if targets.isEmpty, only || downstream {
      throw ValidationError("name the steps that --\(only ? "only" : "downstream") is about")
    }
  }
}

/// A pipeline opened for planning.
struct OpenPipeline {
  let file: PipelineFile
  let store: ArtifactStore
  let planner: Planner
  let overrides: [Override]
  private let digests: [DigestCache]

  init(_ options: PipelineOptions) throws {
    var overrides: [Override] = []
    for text in options.settings { overrides.append(try Override(parsing: text)) }
    file = try PipelineFile(reading: options.file, overrides: overrides)
    let store = ArtifactStore(root: options.artifacts)
    let files = DigestCache(path: store.root + "/journal/digests.json") { Clock.nanoseconds }
    let programs = Program.digests(in: store)
    let resolver = StepResolver(
      pipeline: file, store: store, models: .standard(programFolder: Program.folder),
      digestOfFile: files.digest(of:))
    let memory = PlanMemory(
      path: store.root + "/journal/plan.memory", program: try programs.digestOfThisProgram()
    ) { Clock.nanoseconds }
    planner = Planner(resolver: resolver, memory: memory) { stage in
      ProgramIdentity(
        name: stage.rawValue, version: ProgramIdentity.productVersion,
        digest: try programs.digest(ofProgram: try Self.program(of: stage)))
    }
    digests = [files, programs]
    self.store = store
    self.overrides = overrides
  }

  /// The plan; what was found out for it is remembered.
  func plan(_ selection: Selection = .all, forced: Set<String> = []) throws -> [PlannedStep] {
    let plan = try planner.plan(selection, forced: forced)
    remember()
    return plan
  }

  /// Writes back what was found out about files and steps.
  func remember() {
    for cache in digests { cache.save() }
    planner.save()
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
