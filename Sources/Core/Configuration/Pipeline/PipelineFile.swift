private import Artifacts

/// `pipeline.yaml` as written and checked: its steps, what each reads, and their settings, still untyped.
///
/// Schema history of `version`: 1, the first.
package struct PipelineFile: Sendable {
  /// A step, or one instance of a step that `matrix:` multiplies.
  package struct Step: Sendable {
    /// `model`, or `model@linear-ridge`.
    package var name: String
    package var stage: Stage
    package var reads: [ReadEdge]
    /// The node under `with`, values of the matrix and overrides applied.
    package var settings: YAMLNode?
    package var execution: Execution
    package var place: Place

    /// The name in the file, without what stands behind `@`.
    package var base: String { name.firstIndex(of: "@").map { String(name[..<$0]) } ?? name }
  }

  /// The path it was read from, for messages.
  package let path: String
  /// The steps in an order in which each comes after those it reads.
  package let steps: [Step]
  /// How much there is of each thing that steps share, such as the calls that a server allows at once.
  package let pools: [String: Int]
  private let places: [String: Int]

  /// Reads and checks a file; `overrides` are applied to it first.
  ///
  /// With `only`, a step's name, it knows that step and those it reads, and no other.
  package init(
    reading path: String, overrides: [Override] = [], only: String? = nil
  ) throws(ConfigurationError) {
    let text: [UInt8]
    do { text = try Disk.read(path, limit: YAMLReader.sizeLimit) } catch {
      throw .unreadable(path: path, error)
    }
    try self.init(parsing: text, path: path, overrides: overrides, only: only)
  }

  package init(
    parsing text: [UInt8], path: String, overrides: [Override] = [], only: String? = nil
  ) throws(ConfigurationError) {
    self.path = path
    let start = Place(file: path, line: 1, column: 1)
    var fields = try Fields(try YAMLReader.read(text, file: path), of: "the pipeline", at: start)
    _ = try fields.integer("version", in: 1...1)
    pools = try Execution.amounts("resources", &fields)
    let entries = try fields.entries("steps")
    try fields.finish()
    guard !entries.isEmpty else { throw .missingKey("steps", at: start, of: "the pipeline") }

    var declarations: [StepDeclaration] = []
    declarations.reserveCapacity(entries.count)
    for entry in entries { declarations.append(try StepDeclaration(entry)) }
    let steps = try Expansion(declarations, overrides: overrides, only: only).steps
    self.steps = steps
    places = Dictionary(uniqueKeysWithValues: steps.indices.map { (steps[$0].name, $0) })
    try checkPools()
    try checkModelNames()
  }

  /// The step of a name, or an error that suggests the nearest one.
  package func step(_ name: String, at place: Place = .flag("the command line")) throws(ConfigurationError)
    -> Step
  {
    steps[try position(of: name, at: place)]
  }

  /// Where the step of a name stands in ``steps``.
  private func position(
    of name: String, at place: Place = .flag("the command line")
  ) throws(ConfigurationError) -> Int {
    if let index = places[name] { return index }
    let names = steps.map(\.name)
    throw .unknownName(
      what: "step", name: name, at: place, nearest: NearestName.of(name, among: names), known: names)
  }

  /// The step of a name, or all instances of a step that has several.
  package func instances(
    of name: String, at place: Place = .flag("the command line")
  ) throws(ConfigurationError) -> [Step] {
    if places[name] != nil { return [try step(name, at: place)] }
    let found = steps.filter { $0.base == name }
    return found.isEmpty ? [try step(name, at: place)] : found
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

  /// Steps take only of pools that there are, and no more than there is.
  private func checkPools() throws(ConfigurationError) {
    for step in steps {
      for (name, amount) in step.execution.resources.sorted(by: { $0.key < $1.key }) {
        guard let size = pools[name] else {
          let names = pools.keys.sorted()
          throw .unknownName(
            what: "pool under the file's 'resources'", name: name, at: step.place,
            nearest: NearestName.of(name, among: names), known: names)
        }
        guard amount <= size else {
          throw .wrongValue(
            at: step.place, setting: "\(step.name).resources.\(name)",
            expected: "at most \(size), which is all there is", found: "\(amount)")
        }
      }
    }
  }

  /// Two steps that register under one name would take the champion from each other in turn, and never both be fresh.
  private func checkModelNames() throws(ConfigurationError) {
    var owners: [String: String] = [:]
    for step in steps where step.stage == .register {
      guard let node = step.settings?["name"], case .scalar(let name, _) = node.content else { continue }
      guard let owner = owners.updateValue(step.name, forKey: name) else { continue }
      throw .wrongValue(
        at: node.place, setting: "\(step.name).name", expected: "a name that no other step registers",
        found: "'\(name)', as '\(owner)' does")
    }
  }
}
