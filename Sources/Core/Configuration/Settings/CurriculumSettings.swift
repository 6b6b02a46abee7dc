package import Artifacts

/// How the training of a network that feeds its forecasts back goes from easy to hard: `teacher_forcing:`, `length:` and
/// `cycle:` of `training:`.
package struct CurriculumSettings: Sendable, Equatable {
  /// How likely a step is given what came.
  package struct Forcing: Sendable, Equatable {
    package var probability: Double
    /// Epochs after which it is switched off or on; nil when it stays.
    package var cycleEpochs: Int?
  }

  package enum Lengths: Sendable, Equatable {
    case step(epochs: Int, factor: Int)
    case milestones([Int], factor: Int)
    case plateau(Plateau, factor: Int, most: Int?)
  }

  package struct Plateau: Sendable, Equatable {
    package var patience: Int
    package var threshold: Double
    package var isRelative: Bool
  }

  package enum Change: String, Sendable, CaseIterable {
    case length
    case forcing = "teacher-forcing"
    case rate = "learning-rate"
  }

  package struct Cycle: Sendable, Equatable {
    package var changes: [Change]
    package var plateau: Plateau
    package var lengthFactor: Int
    package var rateFactor: Double
    package var most: Int?
    package var restoresRate: Bool
  }

  package var forcing: Forcing?
  package var lengths: Lengths?
  package var cycle: Cycle?
  /// Steps that the first epoch forecasts.
  package var firstLength = 1

  /// Nil where none of the three is written.
  init?(_ fields: inout Fields) throws(ConfigurationError) {
    let places = ["length", "cycle"].compactMap { fields.place(of: $0) }
    forcing = try Self.forcing(&fields)
    if fields.has("length") {
      var first = 1
      lengths = try TrainingSettings.choice(&fields, "length", default: "step") {
        name, inner throws(ConfigurationError) in
        first = try inner.integer("first", default: 1, in: 1...100_000)
        return try Self.lengths(name, &inner)
      }
      firstLength = first
    }
    if let node = fields.take(settings: "cycle") {
      var inner = try Fields(node, of: "cycle", path: "training.cycle", at: node.place)
      firstLength = try inner.integer("first", default: 1, in: 1...100_000)
      cycle = try Self.cycle(&inner)
      try inner.finish()
      fields.record("cycle", .object(inner.resolved))
    }
    if lengths != nil, cycle != nil, let place = places.last {
      throw .wrongValue(
        at: place, setting: "training.cycle",
        expected: "left out where 'length' says when the length changes",
        found: "both")
    }
    if forcing == nil, lengths == nil, cycle == nil { return nil }
  }

  private static func forcing(_ fields: inout Fields) throws(ConfigurationError) -> Forcing? {
    guard let node = fields.take(settings: "teacher_forcing") else { return nil }
    var inner = try Fields(node, of: "teacher_forcing", path: "training.teacher_forcing", at: node.place)
    let forcing = Forcing(
      probability: try inner.number("probability", default: 1, in: 0...1),
      cycleEpochs: inner.has("cycle_epochs") ? try inner.integer("cycle_epochs", in: 1...1_000_000) : nil)
    try inner.finish()
    fields.record("teacher_forcing", .object(inner.resolved))
    return forcing
  }

  private enum LengthName: String, CaseIterable { case step, milestones, plateau }

  private static func lengths(
    _ name: LengthName, _ inner: inout Fields
  ) throws(ConfigurationError) -> Lengths {
    let factor = try inner.integer("factor", default: 2, in: 1...1000)
    switch name {
    case .step: return .step(epochs: try inner.integer("epochs", in: 1...1_000_000), factor: factor)
    case .milestones:
      let epochs = try inner.integers("epochs", in: 0...1_000_000)
      guard zip(epochs, epochs.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw .wrongValue(
          at: inner.place, setting: "training.length.milestones.epochs", expected: "an ascending list",
          found: JSON(epochs).inline)
      }
      return .milestones(epochs, factor: factor)
    case .plateau: return .plateau(try plateau(&inner), factor: factor, most: try most(&inner))
    }
  }

  private enum ThresholdMode: String, CaseIterable { case relative, absolute }

  private static func plateau(_ inner: inout Fields) throws(ConfigurationError) -> Plateau {
    let mode: ThresholdMode = try inner.choice("threshold_mode", default: .relative)
    return Plateau(
      patience: try inner.integer("patience", default: 5, in: 1...1_000_000),
      threshold: try inner.number("threshold", default: 1e-4, in: 0...1e9), isRelative: mode == .relative)
  }

  private static func most(_ inner: inout Fields) throws(ConfigurationError) -> Int? {
    inner.has("max") ? try inner.integer("max", in: 1...100_000) : nil
  }

  private static func cycle(_ inner: inout Fields) throws(ConfigurationError) -> Cycle {
    Cycle(
      changes: try changes(&inner), plateau: try plateau(&inner),
      lengthFactor: try inner.integer("length_factor", default: 2, in: 1...1000),
      rateFactor: try inner.number("rate_factor", default: 0.5, in: 1e-9...1), most: try most(&inner),
      restoresRate: try inner.truth("restore_rate", default: false))
  }

  /// Names that may come more than once, in their order.
  private static func changes(_ inner: inout Fields) throws(ConfigurationError) -> [Change] {
    let names = Change.allCases.map(\.rawValue)
    guard let node = inner.take(settings: "changes") else {
      inner.record("changes", JSON(names))
      return Change.allCases
    }
    guard case .sequence(let elements) = node.content, !elements.isEmpty else {
      throw inner.wrong("changes", node, expected: "a list of " + names.joined(separator: ", "))
    }
    var changes: [Change] = []
    for element in elements {
      guard case .scalar(let text, _) = element.content else {
        throw inner.wrong("changes", element, expected: "a list of " + names.joined(separator: ", "))
      }
      guard let change = Change(rawValue: text) else {
        throw .unknownName(
          what: "change", name: text, at: element.place, nearest: NearestName.of(text, among: names),
          known: names)
      }
      changes.append(change)
    }
    inner.record("changes", JSON(changes.map(\.rawValue)))
    return changes
  }
}
