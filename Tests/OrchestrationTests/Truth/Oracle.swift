import Configuration
import Orchestration

/// What is true of a workspace, known without any of the planner's code.
///
/// It counts no digests and remembers nothing that it could look up: a result is the whole of what it was made from, in
/// words, and two results are the same when those words are.
struct Oracle {
  struct Result {
    /// The step's own part: program, settings, variables, outside file.
    var own: String
    var content: String
    var health = Health.whole
    /// The version that a verdict is about.
    var version: Int?
    /// Where it lies, to be damaged there.
    var folder: String
  }

  enum Health { case whole, cut, garbled, gone }

  struct Version {
    var content: String
    var isThere = true
  }

  /// What was made before, by step and recipe.
  var results: [String: [String: Result]] = [:]
  var current: [String: String] = [:]
  /// By model, the version that is champion, and all there ever were.
  var champions: [String: Int] = [:]
  var versions: [String: [Int: Version]] = [:]
  var files: [String] = []
  var programs: [Stage: Int] = [:]
  var variables: [Int: Int] = [:]

  struct Missing: Error {}

  private enum Outcome {
    case known(String)
    case unknown
  }

  // MARK: What steps would make

  func own(_ step: ModelPipeline.Instance, reading file: String? = nil) -> String {
    let content = step.file.map { "file \(file ?? files[$0])" } ?? ""
    let declared = step.variables.sorted().map { "\($0)=\(variables[$0].map(String.init) ?? "not set")" }
    return "\(step.stage) program \(programs[step.stage] ?? 0) \(step.settings) \(declared) \(content)"
  }

  static func recipe(own: String, inputs: [(name: String, content: String)]) -> String {
    own + inputs.sorted { $0.name < $1.name }.map { " | \($0.name) = \($0.content)" }.joined()
  }

  /// What a program makes of a recipe: a small number, so that different recipes often come to the same.
  static func content(of recipe: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in recipe.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "\(hash >> 20 % 4)"
  }

  // MARK: Decisions

  /// What is to be said of each step; nil when there is nothing to be said, because something outside is missing.
  func decisions(
    _ steps: [ModelPipeline.Instance], among all: [ModelPipeline.Instance], forced: Set<String>
  ) -> [String: StepState]? {
    let chosen = Set(steps.map(\.name))
    var outcomes: [String: Outcome] = [:]
    var states: [String: StepState] = [:]
    do {
      for step in steps {
        for read in step.reads where !chosen.contains(read.step) {
          outcomes[read.step] = .known(try input(read.step, among: all))
        }
        let (state, outcome) = try decision(step, outcomes, isForced: isForced(step, forced))
        states[step.name] = state
        outcomes[step.name] = outcome
      }
    } catch { return nil }
    return states
  }

  func isForced(_ step: ModelPipeline.Instance, _ forced: Set<String>) -> Bool {
    forced.contains(step.name) || forced.contains(step.base)
  }

  private func decision(
    _ step: ModelPipeline.Instance, _ outcomes: [String: Outcome], isForced: Bool
  ) throws -> (StepState, Outcome) {
    var inputs: [(name: String, content: String)] = []
    for read in step.reads {
      if case .known(let content) = outcomes[read.step] { inputs.append((read.name, content)) }
    }
    if isForced { return (.run, .unknown) }
    let made = results[step.name, default: [:]]
    guard inputs.count == step.reads.count else {
      let couldHold = made.values.contains {
        $0.own == own(step) && ($0.health == .whole || $0.health == .cut)
      }
      return (couldHold ? .maybe : .run, .unknown)
    }
    let recipe = Self.recipe(own: own(step), inputs: inputs)
    guard let result = made[recipe], isWhole(result, of: step) else { return (.run, .unknown) }
    let isCurrent = current[step.name] == recipe
    guard let model = step.model, let version = result.version else {
      return (isCurrent ? .fresh : .restore, .known(result.content))
    }
    if isCurrent { return (.fresh, .known(try champion(of: model))) }
    guard let content = versions[model]?[version]?.content else { throw Missing() }
    return (.restore, .known(content))
  }

  func isWhole(_ result: Result, of step: ModelPipeline.Instance) -> Bool {
    guard result.health == .whole else { return false }
    guard let model = step.model, let version = result.version else { return true }
    return versions[model]?[version]?.isThere == true
  }

  private func champion(of model: String) throws -> String {
    guard let number = champions[model], let version = versions[model]?[number], version.isThere else {
      throw Missing()
    }
    return version.content
  }

  /// What a reader of a step gets as things are.
  func input(_ name: String, among all: [ModelPipeline.Instance]) throws -> String {
    guard let step = all.first(where: { $0.name == name }) else { throw Missing() }
    if let model = step.model { return try champion(of: model) }
    guard let recipe = current[name], let result = results[name]?[recipe],
      result.health == .whole || result.health == .cut
    else { throw Missing() }
    return result.content
  }
}
