import Artifacts

/// How a network is trained, as a model's file and `training:` of a step say it.
package struct TrainingSettings: Sendable, Equatable {
  package enum Method: Sendable, Equatable {
    case sgd(momentum: Double)
    case adam(beta1: Double, beta2: Double, epsilon: Double, amsgrad: Bool, isDecoupled: Bool)
    /// `start` is what the sums of squared gradients begin with.
    case adagrad(epsilon: Double, start: Double)
    case ftrl(beta: Double, l1: Double, l2: Double, start: Double)
  }

  package enum Schedule: Sendable, Equatable {
    case constant, linear
    case cosine(warmupEpochs: Int)
    case step(factor: Double, epochs: Int)
    case plateau(factor: Double, patience: Int)
    case cyclic(epochs: Int)
  }

  package var loss: Loss
  package var method: Method
  package var weightDecay: Double
  package var learningRate: Double
  package var schedule: Schedule
  package var batch: Int
  package var epochs: Int
  /// Steps of an epoch; nil for one look at every window.
  package var stepsPerEpoch: Int?
  /// The share of each batch that is real where synthetic windows are mixed in.
  package var realProportion: Double?
  /// Nil when the size of the work decides.
  package var lanes: Int?
  package var seed: Int
  package var clip: Double?
  package var patience: Int?
  package var keep: Int
  package var budgetSeconds: Double?
  /// For networks that feed their forecasts back.
  package var curriculum: CurriculumSettings?

  init(_ fields: inout Fields) throws(ConfigurationError) {
    loss = try Self.loss(&fields)
    (method, weightDecay) = try Self.method(&fields)
    learningRate = try fields.number("learning_rate", default: 1e-3, in: 0...1000)
    let place = fields.place(of: "schedule") ?? fields.place
    schedule = try Self.schedule(&fields)
    batch = try fields.integer("batch", default: 32, in: 1...1_000_000)
    epochs = try fields.integer("epochs", in: 1...1_000_000)
    if case .cyclic(let length) = schedule, epochs % length != 0 {
      throw .wrongValue(
        at: place, setting: "training.schedule.cyclic.epochs",
        expected: "a divisor of the \(epochs) epochs, so that the last cycle ends", found: "\(length)")
    }
    stepsPerEpoch =
      fields.has("steps_per_epoch") ? try fields.integer("steps_per_epoch", in: 1...10_000_000) : nil
    realProportion = try Self.optional(&fields, "real_proportion", in: 0...1)
    lanes = fields.has("lanes") ? try fields.integer("lanes", in: 1...64) : nil
    seed = try fields.integer("seed", default: 0, in: 0...Int.max)
    clip = try Self.optional(&fields, "clip", in: 1e-9...1e9)
    patience = fields.has("patience") ? try fields.integer("patience", in: 1...1_000_000) : nil
    keep = try fields.integer("keep", default: 5, in: 1...100)
    budgetSeconds = try Self.budget(&fields)
    curriculum = try CurriculumSettings(&fields)
  }

  private static func optional(
    _ fields: inout Fields, _ name: String, in range: ClosedRange<Double>
  ) throws(ConfigurationError) -> Double? {
    fields.has(name) ? try fields.number(name, in: range) : nil
  }

  /// Seconds, from a text such as `10m`.
  private static func budget(_ fields: inout Fields) throws(ConfigurationError) -> Double? {
    guard let node = fields.take(settings: "budget") else { return nil }
    guard case .scalar(let text, _) = node.content else {
      throw fields.wrong("budget", node, expected: "a duration such as 90s, 10m or 2h")
    }
    let seconds: Double? =
      switch text.last {
      case "s": Double(text.dropLast())
      case "m": Double(text.dropLast()).map { $0 * 60 }
      case "h": Double(text.dropLast()).map { $0 * 3600 }
      default: nil
      }
    guard let seconds, seconds > 0, seconds < 1e9 else {
      throw fields.wrong("budget", node, expected: "a duration such as 90s, 10m or 2h")
    }
    fields.record("budget", .string(text))
    return seconds
  }

  // MARK: Choices with settings of their own

  private enum MethodName: String, CaseIterable { case sgd, adam, adamw, adagrad, ftrl }

  private static func method(_ fields: inout Fields) throws(ConfigurationError) -> (Method, Double) {
    var decay = 0.0
    let method: Method = try choice(&fields, "optimizer", default: "adam") {
      name, inner throws(ConfigurationError) in
      decay = try inner.number("weight_decay", default: name == MethodName.adamw ? 0.01 : 0, in: 0...1e6)
      switch name as MethodName {
      case .sgd: return .sgd(momentum: try inner.number("momentum", default: 0, in: 0...0.9999))
      case .adam, .adamw:
        return .adam(
          beta1: try inner.number("beta1", default: 0.9, in: 0...0.999_999),
          beta2: try inner.number("beta2", default: 0.999, in: 0...0.999_999_9),
          epsilon: try inner.number("epsilon", default: 1e-8, in: 1e-20...1),
          amsgrad: try inner.truth("amsgrad", default: false), isDecoupled: name == .adamw)
      case .adagrad:
        return .adagrad(
          epsilon: try inner.number("epsilon", default: 1e-10, in: 1e-20...1),
          start: try inner.number("initial_accumulator", default: 0, in: 0...1e6))
      case .ftrl:
        return .ftrl(
          beta: try inner.number("beta", default: 1, in: 0...1e6),
          l1: try inner.number("l1", default: 0, in: 0...1e6),
          l2: try inner.number("l2", default: 0, in: 0...1e6),
          start: try inner.number("initial_accumulator", default: 0, in: 0...1e6))
      }
    }
    return (method, decay)
  }

  private enum ScheduleName: String, CaseIterable { case constant, linear, cosine, step, plateau, cyclic }

  private static func schedule(_ fields: inout Fields) throws(ConfigurationError) -> Schedule {
    try choice(&fields, "schedule", default: "constant") { name, inner throws(ConfigurationError) in
      switch name as ScheduleName {
      case .constant: return .constant
      case .linear: return .linear
      case .cosine:
        return .cosine(warmupEpochs: try inner.integer("warmup_epochs", default: 0, in: 0...1_000_000))
      case .step:
        return .step(
          factor: try inner.number("factor", default: 0.5, in: 0...1),
          epochs: try inner.integer("epochs", default: 1, in: 1...1_000_000))
      case .plateau:
        return .plateau(
          factor: try inner.number("factor", default: 0.1, in: 0...1),
          patience: try inner.integer("patience", default: 10, in: 0...1_000_000))
      case .cyclic: return .cyclic(epochs: try inner.integer("epochs", in: 1...1_000_000))
      }
    }
  }

  /// A name, or one name with its settings: `adam`, or `{adamw: {weight_decay: 0.01}}`.
  static func choice<Name: RawRepresentable & CaseIterable, Value>(
    _ fields: inout Fields, _ key: String, default fallback: String,
    _ read: (Name, inout Fields) throws(ConfigurationError) -> Value
  ) throws(ConfigurationError) -> Value where Name.RawValue == String {
    let node = fields.take(settings: key) ?? YAMLNode(.scalar(fallback, isPlain: true), at: fields.place)
    let (text, settings): (String, YAMLNode?)
    switch node.content {
    case .scalar(let name, _): (text, settings) = (name, nil)
    case .mapping(let entries) where entries.count == 1: (text, settings) = (entries[0].key, entries[0].value)
    default: throw fields.wrong(key, node, expected: "a name, or one name with its settings")
    }
    guard let name = Name(rawValue: text) else {
      let names = Name.allCases.map(\.rawValue)
      throw .unknownName(
        what: key, name: text, at: node.place, nearest: NearestName.of(text, among: names), known: names)
    }
    var inner = try Fields(settings, of: "\(key) '\(text)'", path: "training.\(key).\(text)", at: node.place)
    let value = try read(name, &inner)
    try inner.finish()
    fields.record(key, ["name": .string(text), "settings": .object(inner.resolved)])
    return value
  }
}
