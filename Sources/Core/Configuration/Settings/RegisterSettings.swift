import Artifacts

/// The settings of a step of stage `register`.
package struct RegisterSettings: Sendable {
  /// A condition that a model must meet before it may become the champion.
  package struct Gate: Equatable, Sendable {
    package enum Condition: Equatable, Sendable {
      /// Strictly better than a baseline on the same windows.
      case betterThan(Blueprint.BaselineName)
      case atMost(Double)
      case atLeast(Double)
    }

    package var metric: String
    package var condition: Condition

    package init(metric: String, condition: Condition) {
      self.metric = metric
      self.condition = condition
    }

    /// What every first version must meet, whatever else is asked: a model that the last value beats is no model.
    package static let standard = Gate(metric: "test/mse", condition: .betterThan(.repeat))
  }

  /// The model's name in the registry.
  package var name: String
  package var gates: [Gate]
  /// Of several models, that with the lowest of this metric is held against the gates; one of validation, so that the
  /// test stays a test.
  package var select = "validation/mse"

  package init(_ fields: inout Fields) throws(ConfigurationError) {
    name = try fields.text("name")
    guard ArtifactName.isValid(name) else {
      throw .wrongValue(
        at: fields.place, setting: "name", expected: "1 to 128 characters a-z 0-9 . _ -", found: "'\(name)'")
    }
    if let place = fields.place(of: "select") {
      select = try fields.text("select")
      guard !select.hasPrefix("test/") else {
        throw .wrongValue(
          at: place, setting: "select",
          expected: "no metric of the test, which would choose by what it is judged by",
          found: "'\(select)'")
      }
    }
    var gates: [Gate] = []
    for entry in try fields.entries("gates") {
      var inner = try Fields(entry.value, of: "gate '\(entry.key)'", at: entry.keyPlace)
      gates += try Self.conditions(&inner).map { Gate(metric: entry.key, condition: $0) }
      try inner.finish()
    }
    if !gates.contains(.standard) { gates.insert(.standard, at: 0) }
    fields.record("gates", .array(gates.map(\.json)))
    self.gates = gates
  }

  private static func conditions(_ fields: inout Fields) throws(ConfigurationError) -> [Gate.Condition] {
    var conditions: [Gate.Condition] = []
    if fields.has("better_than") { conditions.append(.betterThan(try fields.choice("better_than"))) }
    if fields.has("at_most") { conditions.append(.atMost(try fields.number("at_most", in: -1e300...1e300))) }
    if fields.has("at_least") {
      conditions.append(.atLeast(try fields.number("at_least", in: -1e300...1e300)))
    }
    guard !conditions.isEmpty || fields.hasOthers else {
      throw fields.missing("better_than, at_most or at_least")
    }
    return conditions
  }
}

extension RegisterSettings.Gate {
  fileprivate var json: JSON {
    switch condition {
    case .betterThan(let baseline): [.string(metric), "better_than", .string(baseline.rawValue)]
    case .atMost(let value): [.string(metric), "at_most", .number(value)]
    case .atLeast(let value): [.string(metric), "at_least", .number(value)]
    }
  }
}
