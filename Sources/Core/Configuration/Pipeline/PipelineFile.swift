private import Artifacts

/// `pipeline.yaml` as written and checked: its steps, what each reads, and their settings, still untyped.
///
/// Schema history of `version`: 1, the first.
package struct PipelineFile: Sendable {
  package struct Step: Sendable {
    package var name: String
    package var stage: Stage
    /// For each name under `reads`, the step it comes from.
    package var reads: [(name: String, step: String)]
    /// The node under `with`, overrides applied.
    package var settings: YAMLNode?
    package var place: Place
  }

  /// The path it was read from, for messages.
  package let path: String
  /// The steps in an order in which each comes after those it reads; steps that do not depend on each other keep
  /// the order of the file.
  package let steps: [Step]

  /// Reads and checks a file; `overrides` are applied to it first.
  package init(reading path: String, overrides: [Override] = []) throws(ConfigurationError) {
    let text: [UInt8]
    do { text = try Disk.read(path, limit: YAMLReader.sizeLimit) } catch {
      throw .unreadable(path: path, error)
    }
    try self.init(parsing: text, path: path, overrides: overrides)
  }

  package init(parsing text: [UInt8], path: String, overrides: [Override] = []) throws(ConfigurationError) {
    self.path = path
    let start = Place(file: path, line: 1, column: 1)
    var fields = try Fields(try YAMLReader.read(text, file: path), of: "the pipeline", at: start)
    _ = try fields.integer("version", in: 1...1)
    let entries = try fields.entries("steps")
    try fields.finish()
    guard !entries.isEmpty else { throw .missingKey("steps", at: start, of: "the pipeline") }

    var steps: [Step] = []
    for entry in entries { steps.append(try Self.step(entry)) }
    for override in overrides { try override.apply(to: &steps) }
    try Self.checkReads(of: steps)
    self.steps = try Self.ordered(steps)
  }

  /// The step of a name, or an error that suggests the nearest one.
  package func step(_ name: String, at place: Place = .flag("the command line")) throws(ConfigurationError)
    -> Step
  {
    if let step = steps.first(where: { $0.name == name }) { return step }
    throw Self.unknownStep(name, at: place, among: steps)
  }

  /// The one step of a stage.
  package func onlyStep(of stage: Stage) throws(ConfigurationError) -> Step {
    let found = steps.filter { $0.stage == stage }
    guard let step = found.first else { throw .noStep(stage: stage.rawValue, file: path) }
    guard found.count == 1 else {
      throw .ambiguousStep(stage: stage.rawValue, steps: found.map(\.name), file: path)
    }
    return step
  }

  // MARK: Checking

  private static func step(_ entry: YAMLNode.Entry) throws(ConfigurationError) -> Step {
    let owner = "step '\(entry.key)'"
    guard ArtifactName.isValid(entry.key), !ArtifactStore.reservedNames.contains(entry.key) else {
      throw .wrongValue(
        at: entry.keyPlace, setting: "steps",
        expected:
          "named by steps of 1 to 64 characters a-z 0-9 . _ - (registry, store and journal are taken)",
        found: "'\(entry.key)'")
    }
    var fields = try Fields(entry.value, of: owner, at: entry.keyPlace)
    let stage: Stage = try fields.choice("stage")
    var reads: [(name: String, step: String)] = []
    try fields.nested("reads") { inputs throws(ConfigurationError) in
      for (name, _) in stage.reads { reads.append((name, try inputs.text(name))) }
    }
    guard reads.count == stage.reads.count else { throw fields.missing("reads") }
    let settings = fields.take(settings: "with")
    try fields.finish()
    return Step(name: entry.key, stage: stage, reads: reads, settings: settings, place: entry.keyPlace)
  }

  private static func checkReads(of steps: [Step]) throws(ConfigurationError) {
    for step in steps {
      for (read, expected) in zip(step.reads, step.stage.reads) {
        guard let source = steps.first(where: { $0.name == read.step }) else {
          throw unknownStep(read.step, at: step.place, among: steps)
        }
        guard source.stage == expected.from else {
          throw .wrongValue(
            at: step.place, setting: "\(step.name).reads.\(read.name)",
            expected: "a step of stage '\(expected.from.rawValue)'",
            found: "'\(read.step)', which is of stage '\(source.stage.rawValue)'")
        }
      }
    }
  }

  private static func unknownStep(_ name: String, at place: Place, among steps: [Step]) -> ConfigurationError
  {
    let names = steps.map(\.name)
    return .unknownName(
      what: "step", name: name, at: place, nearest: NearestName.of(name, among: names), known: names)
  }

  private static func ordered(_ steps: [Step]) throws(ConfigurationError) -> [Step] {
    var ordered: [Step] = []
    var rest = steps
    while !rest.isEmpty {
      let waiting = Set(rest.map(\.name))
      guard let next = rest.firstIndex(where: { $0.reads.allSatisfy { !waiting.contains($0.step) } }) else {
        throw .cycle(circle(in: rest), at: rest[0].place)
      }
      ordered.append(rest.remove(at: next))
    }
    return ordered
  }

  /// Walks from step to step along what they read until one comes up again.
  private static func circle(in steps: [Step]) -> [String] {
    let names = Set(steps.map(\.name))
    var path = [steps[0].name]
    while true {
      let step = steps.first { $0.name == path[path.count - 1] }
      guard let next = step?.reads.first(where: { names.contains($0.step) })?.step else { return path }
      if let start = path.firstIndex(of: next) { return Array(path[start...]) + [next] }
      path.append(next)
    }
  }
}
