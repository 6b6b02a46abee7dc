package import Artifacts
private import Features
package import Networks

/// The parameters of a trained network, for training that goes on from them with other windows or settings.
///
/// The optimiser begins anew. The network must be the same, and the windows must look the same; what transforms learnt
/// may differ.
package struct InitialParameters: Sendable {
  package let values: [[Float]]
  /// The entities that they were learnt from, by their numbers.
  package let entities: Set<Int>

  /// Reads a `model` artifact and holds it against what is to be trained; `name` is what messages call it.
  package init(
    of artifact: Artifact, name: String, blocks: JSON, loss: Loss, set: TrainingSet
  ) throws {
    let fitted = try FittedModel(reading: artifact)
    guard case .network(let network) = fitted.forecaster.model else {
      throw InitialParametersError.noNetwork(model: name, kind: fitted.kind)
    }
    if let (place, own, wanted) = network.blocks.firstDifference(from: blocks, at: "network") {
      throw InitialParametersError.blueprint(model: name, place: place, own: own, wanted: wanted)
    }
    let (own, wanted) = (network.window.reading, try loss.resolved(on: set.table).reading)
    guard own.takesHead(of: wanted) else {
      throw InitialParametersError.blueprint(
        model: name, place: "training.loss", own: "one for \(own.words)", wanted: "one for \(wanted.words)")
    }
    // Names of entities say nothing to a network that is not told which one it looks at.
    let allowed = network.looksAtEntities ? [] : ["entities"]
    let differences = fitted.signature.differences(from: set.table.signature)
    if let difference = differences.first(where: { !allowed.contains($0.field) }) {
      throw InitialParametersError.signature(model: name, difference)
    }
    if let difference = fitted.forecaster.recipe.difference(from: set.recipe) {
      throw InitialParametersError.signature(
        model: name,
        Signature.Difference(
          field: "'\(difference.part)' of the windows", own: difference.own, others: difference.others))
    }
    values = network.values
    entities = Set(fitted.signature.entities.indices).subtracting(network.unseenEntities)
  }
}

extension Network.Reading {
  /// Whether a network that is read in this way has the numbers that training for another way needs.
  ///
  /// Edges and centres of a grid may differ: they are what the training windows make of it, and those are others.
  fileprivate func takesHead(of other: Network.Reading) -> Bool {
    switch (self, other) {
    case (.grid(let own), .grid(let other)): own.count == other.count && own.subject == other.subject
    // Draws come from a normal distribution, which is what training makes likely.
    case (.samples, .gaussian): true
    default: self == other
    }
  }

  /// What it is, with all that the head's shape depends on.
  fileprivate var words: String {
    switch self {
    case .grid(let grid): "a grid of \(grid.count) intervals of the \(grid.subject.rawValue)"
    case .quantiles(let levels):
      "the quantiles \(levels.map { "\($0)" }.joined(separator: ", "))"
    case .classes(let count): "\(count) classes"
    case .point, .gaussian, .student, .samples, .probability: "'\(name)'"
    }
  }
}

/// Why training cannot go on from a model.
package enum InitialParametersError: Failure, Equatable {
  case noNetwork(model: String, kind: String)
  /// A setting of the network that differs.
  case blueprint(model: String, place: String, own: String, wanted: String)
  case signature(model: String, Signature.Difference)

  package var exitStatus: ExitStatus { .usage }

  package var description: String {
    switch self {
    case .noNetwork(let model, let kind):
      "'\(model)' is \(kind), which has no parameters to go on from; name a step that trains the same network"
    case .blueprint(let model, let place, let own, let wanted):
      """
      training cannot go on from '\(model)': \(place) is \(own) there and \(wanted) here; make them the same, or leave \
      out 'from'
      """
    case .signature(let model, let difference):
      """
      training cannot go on from '\(model)': its \(difference.field) is \(difference.own), and that of the windows is \
      \(difference.others); prepare both alike, or leave out 'from'
      """
    }
  }
}

extension JSON {
  /// The first place at which two trees differ, with what each has there.
  fileprivate func firstDifference(
    from other: JSON, at place: String
  ) -> (place: String, own: String, other: String)? {
    guard self != other else { return nil }
    if let own = array, let others = other.array, own.count == others.count {
      for (index, pair) in zip(own, others).enumerated() {
        if let found = pair.0.firstDifference(from: pair.1, at: "\(place).\(index)") { return found }
      }
    }
    if let own = object, let others = other.object {
      for key in Set(own.keys).union(others.keys).sorted() {
        let found = (own[key] ?? .null).firstDifference(from: others[key] ?? .null, at: "\(place).\(key)")
        if let found { return found }
      }
    }
    return (place, inline, other.inline)
  }
}
