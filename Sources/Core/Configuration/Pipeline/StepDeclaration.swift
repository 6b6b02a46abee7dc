private import Artifacts
import Comparison

/// A step as it is written, before `matrix:` multiplies it.
struct StepDeclaration: Sendable {
  /// What a name under `reads` refers to.
  struct Reference: Sendable {
    enum Instances: Sendable {
      /// The instance that goes with the reader's own.
      case own
      /// All that the step's own matrix makes: `model@*`.
      case all
      case one(String)
    }

    var name: String
    var step: String
    var instances: Instances
    var cutoff: Tolerance?
    var place: Place
  }

  var name: String
  var stage: Stage
  var reads: [Reference] = []
  var settings: YAMLNode?
  var matrix: Matrix?
  var execution: Execution
  var place: Place

  init(_ entry: YAMLNode.Entry) throws(ConfigurationError) {
    guard ArtifactName.isValid(entry.key), !ArtifactStore.reservedNames.contains(entry.key) else {
      throw .wrongValue(
        at: entry.keyPlace, setting: "steps",
        expected:
          "names of 1 to 128 characters a-z 0-9 . _ - (registry, store and journal are taken)",
        found: "'\(entry.key)'")
    }
    name = entry.key
    place = entry.keyPlace
    var fields = try Fields(entry.value, of: "step '\(entry.key)'", at: entry.keyPlace)
    stage = try fields.choice("stage")
    if let node = fields.take(settings: "matrix") { matrix = try Matrix(node, of: name) }
    let inputs = stage.reads
    let references = try fields.nested("reads") { inner throws(ConfigurationError) in
      var references: [Reference] = []
      for input in inputs { references += try Self.references(input, &inner) }
      return references
    }
    guard references != nil || inputs.isEmpty else { throw fields.missing("reads") }
    reads = references ?? []
    settings = fields.take(settings: "with")
    execution = try Execution(&fields)
    try fields.finish()
  }

  // MARK: Reads

  private static func references(
    _ input: Stage.Input, _ fields: inout Fields
  ) throws(ConfigurationError) -> [Reference] {
    guard let node = fields.take(settings: input.name) else {
      guard input.isOptional else { throw fields.missing(input.name) }
      return []
    }
    guard case .sequence(let elements) = node.content else {
      let reference = try reference(input.name, node, fields)
      if case .all = reference.instances, !input.isMany { throw tooMany(input, node, fields) }
      return [reference]
    }
    guard input.isMany, !elements.isEmpty else { throw tooMany(input, node, fields) }
    var references: [Reference] = []
    for element in elements { references.append(try reference(input.name, element, fields)) }
    return references
  }

  private static func tooMany(_ input: Stage.Input, _ node: YAMLNode, _ fields: Fields) -> ConfigurationError
  {
    fields.wrong(
      input.name, node, expected: "one step: its stage reads one \(input.from.writes.rawValue) only")
  }

  /// `model`, `model@a`, `model@*`, or `{step: model, cutoff: {rtol: 1e-9}}`.
  private static func reference(
    _ name: String, _ node: YAMLNode, _ fields: Fields
  ) throws(ConfigurationError) -> Reference {
    if case .mapping = node.content {
      var inner = try Fields(node, of: "'reads.\(name)'", path: "reads.\(name)", at: node.place)
      let text = try inner.text("step")
      let cutoff = try inner.nested("cutoff") { inner throws(ConfigurationError) in
        Tolerance(
          relative: try inner.number("rtol", default: 0, in: 0...1),
          absolute: try inner.number("atol", default: 0, in: 0...1e300))
      }
      try inner.finish()
      return try reference(name, text, cutoff, at: node.place)
    }
    guard case .scalar(let text, _) = node.content, !text.isEmpty else {
      throw fields.wrong(name, node, expected: "the name of a step")
    }
    return try reference(name, text, nil, at: node.place)
  }

  private static func reference(
    _ name: String, _ text: String, _ cutoff: Tolerance?, at place: Place
  ) throws(ConfigurationError) -> Reference {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let instances: Reference.Instances = parts.count == 1 ? .own : parts[1] == "*" ? .all : .one(parts[1])
    return Reference(name: name, step: parts[0], instances: instances, cutoff: cutoff, place: place)
  }
}
