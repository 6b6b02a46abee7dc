import Configuration
import Orchestration

extension Oracle {
  /// What befalls a run.
  struct Events {
    var forced: Set<String> = []
    /// The step whose program fails.
    var failing: String?
    var keepsGoing = false
    /// The file that is edited while the program of a step runs, before or after it reads it.
    var edit: (step: String, content: String, isBeforeReading: Bool)?
  }

  /// What has to come of a run.
  struct Expectation: Equatable {
    var ran: Set<String> = []
    var restored: Set<String> = []
    var fresh: Set<String> = []
    var failed: Set<String> = []
    var blocked: Set<String> = []
    var staleAgain: Set<String> = []
    /// What programs were started for, and what they had to make it from.
    var made: [String: String] = [:]
  }

  /// Carries a plan out in words; `steps` are those of the plan in its order.
  mutating func run(
    _ steps: [ModelPipeline.Instance], among all: [ModelPipeline.Instance], planned: [String: StepState],
    _ events: Events
  ) -> Expectation {
    var expected = Expectation()
    var moved: Set<String> = []
    var lost: Set<String> = []
    var isStopped = false
    for step in steps {
      guard !step.reads.contains(where: { lost.contains($0.step) }) else {
        lost.insert(step.name)
        expected.blocked.insert(step.name)
        continue
      }
      guard !isStopped else { continue }
      if step.reads.contains(where: { moved.contains($0.step) }) { moved.insert(step.name) }
      let plan = planned[step.name] ?? .run
      let isSettled = !moved.contains(step.name) && (plan == .fresh || plan == .restore)
      let isForced = isForced(step, events.forced)
      guard let now = isSettled ? plan : decision(step, among: all, isForced: isForced) else {
        lost.insert(step.name)
        expected.failed.insert(step.name)
        isStopped = !events.keepsGoing
        continue
      }
      let recipe = recipe(of: step, among: all)
      switch now {
      case .fresh: expected.fresh.insert(step.name)
      case .restore:
        restore(step, to: recipe)
        expected.restored.insert(step.name)
      default:
        expected.made[step.name] = recipe
        guard events.failing != step.name, isReadable(step, among: all) else {
          lost.insert(step.name)
          expected.failed.insert(step.name)
          expected.made[step.name] = nil
          isStopped = !events.keepsGoing
          continue
        }
        moved.insert(step.name)
        expected.ran.insert(step.name)
        perform(step, among: all, isForced: isForced, events, &expected)
        let after = decision(step, among: all, isForced: false)
        if after != .fresh { expected.staleAgain.insert(step.name) }
      }
    }
    return expected
  }

  /// Whether a program can read what the step reads: a step outside the plan is not mended for it.
  private func isReadable(_ step: ModelPipeline.Instance, among all: [ModelPipeline.Instance]) -> Bool {
    step.reads.allSatisfy { read in
      guard let recipe = current[read.step], let result = results[read.step]?[recipe],
        all.first(where: { $0.name == read.step })?.model == nil
      else { return true }
      return result.health == .whole
    }
  }

  /// What is to be said of a step whose inputs are there; nil when one is not.
  private func decision(
    _ step: ModelPipeline.Instance, among all: [ModelPipeline.Instance], isForced: Bool
  ) -> StepState? {
    decisions([step], among: all, forced: isForced ? [step.name] : [])?[step.name]
  }

  private func recipe(
    of step: ModelPipeline.Instance, among all: [ModelPipeline.Instance], reading file: String? = nil
  ) -> String {
    let inputs = step.reads.compactMap { read in
      (try? input(read.step, among: all)).map { (name: read.name, content: $0) }
    }
    return Self.recipe(own: own(step, reading: file), inputs: inputs)
  }

  private mutating func perform(
    _ step: ModelPipeline.Instance, among all: [ModelPipeline.Instance], isForced: Bool, _ events: Events,
    _ expected: inout Expectation
  ) {
    let before = recipe(of: step, among: all)
    var recipe = before
    let isReused = !isForced && results[step.name]?[before].map { isWhole($0, of: step) } ?? false
    if let edit = events.edit, edit.step == step.name, let file = step.file, !isReused {
      let read = edit.isBeforeReading ? edit.content : files[file]
      recipe = self.recipe(of: step, among: all, reading: read)
      files[file] = edit.content
    }
    expected.made[step.name] = recipe
    defer { current[step.name] = recipe }
    if !isForced || recipe != before, let earlier = results[step.name]?[recipe], isWhole(earlier, of: step) {
      return restore(step, to: recipe)
    }
    var result = Result(own: own(step), content: Self.content(of: recipe), folder: "")
    if let model = step.model {
      let best = step.reads.compactMap { try? input($0.step, among: all) }.min() ?? ""
      versions[model, default: [:]][Self.newVersion] = Version(content: best)
      champions[model] = Self.newVersion
      result.version = Self.newVersion
    }
    // What reads a file reads nothing else, so that its recipe is its own part.
    if step.file != nil { result.own = recipe }
    results[step.name, default: [:]][recipe] = result
  }
  /// Makes a result that is there current, and its version champion.
  private mutating func restore(_ step: ModelPipeline.Instance, to recipe: String) {
    current[step.name] = recipe
    if let model = step.model { champions[model] = results[step.name]?[recipe]?.version }
  }

  /// Makes the result current that a step would have now.
  mutating func restore(_ name: String, among all: [ModelPipeline.Instance]) {
    guard let step = all.first(where: { $0.name == name }) else { return }
    restore(step, to: recipe(of: step, among: all))
  }

  /// The number of a version whose number is not known yet: that is the registry's to choose.
  static let newVersion = -1

  /// Puts the number in that the registry chose; says what is wrong with it.
  mutating func settle(_ step: ModelPipeline.Instance, version: Int) -> String? {
    guard let model = step.model, let new = versions[model]?.removeValue(forKey: Self.newVersion) else {
      return nil
    }
    if let known = versions[model]?[version], known.content != new.content {
      return "version \(version) of \(model) is another model than it was"
    }
    versions[model]?[version] = new
    champions[model] = version
    for (recipe, result) in results[step.name] ?? [:] where result.version == Self.newVersion {
      results[step.name]?[recipe]?.version = version
    }
    return nil
  }
}
