private import Artifacts

/// From steps as they are written to steps as they run: ordered, and multiplied by `matrix:`.
///
/// A step with a matrix has one instance for each combination. A step that reads it plainly has as many, each reading
/// its own; two that descend from the same matrix meet instance by instance. `model@*` reads all that the matrix of
/// `model` makes and has no more instances for it.
struct Expansion {
  private(set) var steps: [PipelineFile.Step] = []
  private let declarations: [String: StepDeclaration]
  /// For each step the steps whose matrices multiply it, its own last.
  private var dimensions: [String: [String]] = [:]
  private var ofDeclarations: [String: [Setting]] = [:]

  /// Which combination of which step's matrix an instance has.
  private typealias Assignment = [String: Int]

  /// `only` names a step or an instance that is wanted with those it reads, and no other: a program that runs one of ten
  /// thousand instances need not make the others.
  init(
    _ written: [StepDeclaration], overrides: [Override], only: String? = nil
  ) throws(ConfigurationError) {
    declarations = Dictionary(uniqueKeysWithValues: written.map { ($0.name, $0) })
    let ordered = try Self.ordered(written)
    try Self.checkStages(ordered, declarations)
    for declaration in ordered { dimensions[declaration.name] = dimensions(of: declaration) }
    var ofDeclarations: [String: [Setting]] = [:]
    var ofInstances: [Override] = []
    for override in overrides {
      if let (name, keys) = override.target(among: declarations.keys) {
        try refuseIneffective(override, keys, of: name)
        ofDeclarations[name, default: []].append(Setting(override: override, keys: keys))
      } else {
        ofInstances.append(override)
      }
    }
    self.ofDeclarations = ofDeclarations
    if let only, let (declaration, assignment) = origin(of: only) {
      let wanted = try step(declaration, assignment)
      for source in wanted.reads.compactMap({ origin(of: $0.step) }) {
        steps.append(try step(source.declaration, source.assignment))
      }
      steps.append(wanted)
      ofInstances.removeAll { $0.target(among: steps.map(\.name)) == nil }
    } else {
      for declaration in ordered { steps += try instances(of: declaration) }
    }
    try apply(ofInstances)
  }

  /// An override whose step is known.
  private struct Setting {
    var override: Override
    var keys: [String]
  }

  // MARK: Order

  /// The steps, each behind those it reads; along the file otherwise.
  private static func ordered(_ steps: [StepDeclaration]) throws(ConfigurationError) -> [StepDeclaration] {
    let places = Dictionary(uniqueKeysWithValues: steps.indices.map { (steps[$0].name, $0) })
    var ordered: [StepDeclaration] = []
    ordered.reserveCapacity(steps.count)
    var state = [UInt8](repeating: 0, count: steps.count)
    // A stack of its own: a chain of ten thousand steps must not exhaust the thread's.
    var path: [(step: Int, next: Int)] = []
    for start in steps.indices where state[start] == 0 {
      path.append((start, 0))
      state[start] = 1
      while let (step, next) = path.last {
        guard next < steps[step].reads.count else {
          state[step] = 2
          ordered.append(steps[step])
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let read = steps[step].reads[next]
        guard let source = places[read.step] else { throw unknown(read, among: steps.map(\.name)) }
        if state[source] == 1 {
          let circle = path.map(\.step).drop { $0 != source }.map { steps[$0].name }
          throw .cycle((circle + [steps[source].name]).reversed(), at: read.place)
        }
        if state[source] == 0 {
          state[source] = 1
          path.append((source, 0))
        }
      }
    }
    return ordered
  }

  private static func unknown(
    _ read: StepDeclaration.Reference, among names: [String]
  ) -> ConfigurationError {
    .unknownName(
      what: "step", name: read.step, at: read.place, nearest: NearestName.of(read.step, among: names),
      known: names)
  }

  private static func checkStages(
    _ steps: [StepDeclaration], _ declarations: [String: StepDeclaration]
  ) throws(ConfigurationError) {
    for step in steps {
      for read in step.reads {
        guard let expected = step.stage.reads.first(where: { $0.name == read.name }),
          let source = declarations[read.step], source.stage != expected.from
        else { continue }
        throw .wrongValue(
          at: read.place, setting: "\(step.name).reads.\(read.name)",
          expected: "a step of stage '\(expected.from.rawValue)'",
          found: "'\(read.step)', which is of stage '\(source.stage.rawValue)'")
      }
    }
  }

  // MARK: Instances

  private func dimensions(of step: StepDeclaration) -> [String] {
    var dimensions: [String] = []
    for read in step.reads {
      for dimension in inherited(through: read) where !dimensions.contains(dimension) {
        dimensions.append(dimension)
      }
    }
    return step.matrix == nil ? dimensions : dimensions + [step.name]
  }

  private func inherited(through read: StepDeclaration.Reference) -> [String] {
    let all = dimensions[read.step] ?? []
    switch read.instances {
    case .own: return all
    case .one: return []
    // The matrix of the step itself is gathered up; what it inherited goes on. Without one, all is gathered.
    case .all: return all.last == read.step ? all.dropLast() : []
    }
  }

  private func instances(
    of declaration: StepDeclaration
  ) throws(ConfigurationError) -> [PipelineFile.Step] {
    let own = dimensions[declaration.name] ?? []
    guard !own.isEmpty else { return [try step(declaration, [:])] }
    var steps: [PipelineFile.Step] = []
    let assignments = try assignments(of: own, for: declaration)
    steps.reserveCapacity(assignments.count)
    var names: Set<String> = []
    for assignment in assignments {
      let step = try step(declaration, assignment)
      // Labels are joined by hyphens and may have hyphens: a and b-c, a-b and c.
      guard names.insert(step.name).inserted else {
        throw .wrongValue(
          at: declaration.place, setting: "\(declaration.name).reads",
          expected: "instances with names of their own; list the combinations, and name each with 'as'",
          found: "two that are both called '\(step.name)'")
      }
      steps.append(step)
    }
    return steps
  }

  /// All combinations of combinations, the last step's matrix running fastest.
  private func assignments(
    of dimensions: [String], for step: StepDeclaration
  ) throws(ConfigurationError) -> [Assignment] {
    var assignments: [Assignment] = [[:]]
    for dimension in dimensions {
      let count = declarations[dimension]?.matrix?.combinations.count ?? 0
      guard assignments.count * count <= Matrix.limit else {
        throw .wrongValue(
          at: step.place, setting: "\(step.name).reads", expected: "at most \(Matrix.limit) instances",
          found: "\(assignments.count) times \(count)")
      }
      assignments = assignments.flatMap { assignment in
        (0..<count).map { number in
          var next = assignment
          next[dimension] = number
          return next
        }
      }
    }
    return assignments
  }

  private func name(of step: String, _ assignment: Assignment) -> String {
    let labels = (dimensions[step] ?? []).compactMap { dimension in
      assignment[dimension].flatMap { declarations[dimension]?.matrix?.combinations[$0].label }
    }
    return labels.isEmpty ? step : step + "@" + labels.joined(separator: "-")
  }

  /// The step that an instance is one of, and which; nil for a name that nothing has.
  private func origin(of name: String) -> (declaration: StepDeclaration, assignment: Assignment)? {
    if let declaration = declarations[name], dimensions[name] == [] { return (declaration, [:]) }
    guard let mark = name.firstIndex(of: "@"), let declaration = declarations[String(name[..<mark])],
      let own = dimensions[declaration.name], !own.isEmpty,
      let assignment = assignment(of: own[...], label: name[name.index(after: mark)...])
    else { return nil }
    return (declaration, assignment)
  }

  /// Takes a label apart, of which each part may have hyphens of its own.
  private func assignment(of dimensions: ArraySlice<String>, label: Substring) -> Assignment? {
    guard let dimension = dimensions.first else { return label.isEmpty ? [:] : nil }
    for (number, combination) in (declarations[dimension]?.matrix?.combinations ?? []).enumerated() {
      if dimensions.count == 1 {
        if combination.label[...] == label { return [dimension: number] }
      } else if label.hasPrefix(combination.label + "-"),
        let rest = assignment(of: dimensions.dropFirst(), label: label.dropFirst(combination.label.count + 1))
      {
        return rest.merging([dimension: number]) { $1 }
      }
    }
    return nil
  }

  private func step(
    _ declaration: StepDeclaration, _ assignment: Assignment
  ) throws(ConfigurationError) -> PipelineFile.Step {
    let name = name(of: declaration.name, assignment)
    guard name.utf8.count <= 200 else {
      throw .wrongValue(
        at: declaration.place, setting: "\(declaration.name).matrix",
        expected: "values that make short names; list the combinations, and name each with 'as'",
        found: "'\(name)'")
    }
    var reads: [ReadEdge] = []
    for read in declaration.reads { reads += try edges(read, of: declaration, assignment) }
    var names: Set<String> = []
    for read in reads where reads.count > 1 && !names.insert(read.name).inserted {
      throw .wrongValue(
        at: declaration.reads.first?.place ?? declaration.place, setting: "\(declaration.name).reads",
        expected: "steps that are named once each", found: "'\(read.step)' twice")
    }
    var step = PipelineFile.Step(
      name: name, stage: declaration.stage, reads: reads, settings: declaration.settings,
      execution: declaration.execution, place: declaration.place)
    for setting in ofDeclarations[declaration.name] ?? [] {
      step.settings = try setting.override.applied(setting.keys, to: step.settings)
    }
    let combination = assignment[declaration.name].flatMap { declaration.matrix?.combinations[$0] }
    for (keys, value) in combination?.settings ?? [] {
      step.settings = YAMLNode.replacing(keys[...], in: step.settings, with: value, at: value.place)
    }
    if step.stage == .register {
      var others = assignment
      if combination?.settings.contains(where: { $0.keys == ["name"] }) == true {
        others[declaration.name] = nil
      }
      step.settings = Self.named(step.settings, after: self.name(of: declaration.name, others))
    }
    return step
  }

  /// Each instance registers a model of its own: `market` is `market-btc` in `champion@btc`, without what stands for
  /// a matrix that names the model itself.
  private static func named(_ settings: YAMLNode?, after step: String) -> YAMLNode? {
    guard let label = step.firstIndex(of: "@").map({ step[step.index(after: $0)...] }), let settings,
      let node = settings["name"], case .scalar(let text, let isPlain) = node.content
    else { return settings }
    let longer = YAMLNode(.scalar(text + "-" + label, isPlain: isPlain), at: node.place)
    return YAMLNode.replacing(["name"], in: settings, with: longer, at: node.place)
  }

  // MARK: Reads

  private func edges(
    _ read: StepDeclaration.Reference, of reader: StepDeclaration, _ assignment: Assignment
  ) throws(ConfigurationError) -> [ReadEdge] {
    // Where several steps stand under one name, each has a name of its own, or the key would count only the first.
    let isOne = reader.reads.count { $0.name == read.name } == 1
    switch read.instances {
    case .own:
      let source = name(of: read.step, assignment)
      return [ReadEdge(name: isOne ? read.name : read.name + "@" + source, step: source, cutoff: read.cutoff)]
    case .one(let label):
      let name = read.step + "@" + label
      guard origin(of: name)?.declaration.name == read.step else {
        let names = try assignments(of: dimensions[read.step] ?? [], for: reader).map {
          self.name(of: read.step, $0)
        }
        throw .unknownName(
          what: "step", name: name, at: read.place, nearest: NearestName.of(name, among: names), known: names)
      }
      return [ReadEdge(name: isOne ? read.name : read.name + "@" + name, step: name, cutoff: read.cutoff)]
    case .all:
      let fixed = inherited(through: read)
      let gathered = (dimensions[read.step] ?? []).filter { !fixed.contains($0) }
      guard !gathered.isEmpty else {
        throw .wrongValue(
          at: read.place, setting: "\(reader.name).reads.\(read.name)",
          expected: "the name of a step with a matrix before '@*'", found: "'\(read.step)', which has none")
      }
      return try assignments(of: gathered, for: reader).map { rest in
        let source = name(of: read.step, assignment.merging(rest) { first, _ in first })
        let label = isOne ? String(name(of: read.step, rest).drop { $0 != "@" }) : "@" + source
        return ReadEdge(name: read.name + label, step: source, cutoff: read.cutoff)
      }
    }
  }

  // MARK: Overrides

  /// Overrides of single instances; what is left names no step at all.
  private mutating func apply(_ overrides: [Override]) throws(ConfigurationError) {
    for override in overrides {
      guard let (name, keys) = override.target(among: steps.lazy.map(\.name)),
        let index = steps.firstIndex(where: { $0.name == name })
      else { throw override.unknownStep(among: declarations.keys.sorted()) }
      steps[index].settings = try override.applied(keys, to: steps[index].settings)
    }
  }

  /// A setting that the matrix gives each instance cannot be given to all.
  private func refuseIneffective(
    _ override: Override, _ keys: [String], of step: String
  ) throws(ConfigurationError) {
    guard let combination = declarations[step]?.matrix?.combinations.first,
      combination.settings.contains(where: { $0.keys.starts(with: keys) || keys.starts(with: $0.keys) })
    else { return }
    throw .override(
      override.text,
      problem: """
        the matrix of '\(step)' gives each instance its own; name one, as in \
        \(step)@\(combination.label).\(keys.joined(separator: "."))=…
        """)
  }
}
