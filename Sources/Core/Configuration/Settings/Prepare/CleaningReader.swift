import Artifacts

/// Reads `clean:`, what is done about bars that are missing or strange.
enum CleaningReader {
  private static let policies = ["reject", "drop", "mark", "fill-forward", "interpolate"]
  /// A bar that is not there cannot be marked.
  private static let gapPolicies = policies.filter { $0 != "mark" }

  /// Nil where nothing is written.
  static func read(_ fields: inout Fields) throws(ConfigurationError) -> JSON? {
    try fields.nested("clean") { inner throws(ConfigurationError) in
      try kind("gaps", PartSchema("gaps", ["longest": .integer(default: 24, 1...1_000_000)]), &inner)
      try kind("zero_volume", PartSchema("zero_volume"), &inner)
      try kind(
        "spikes",
        PartSchema(
          "spikes",
          [
            "of": .column(default: "close"), "threshold": .number(default: 20, 1...1e6),
            "period": .integer(default: 100, 10...100_000),
          ]), &inner)
      try kind("halts", PartSchema("halts", ["bars": .integer(default: 3, 2...1_000_000)]), &inner)
      return .object(inner.resolved)
    }
  }

  /// `gaps: drop`, or `gaps: {policy: fill-forward, longest: 3}`.
  private static func kind(
    _ name: String, _ schema: PartSchema, _ fields: inout Fields
  ) throws(ConfigurationError) {
    guard fields.has(name) else { return fields.record(name, .null) }
    guard fields.isMapping(name) else {
      try fields.choice(name, among: name == "gaps" ? gapPolicies : policies, default: nil)
      let policy = fields.resolved[name] ?? .null
      var inner = try Fields(nil, of: "'clean.\(name)'", at: fields.place)
      try schema.read(&inner)
      inner.record("policy", policy)
      return fields.record(name, .object(inner.resolved))
    }
    _ = try fields.nested(name) { inner throws(ConfigurationError) in
      try inner.choice("policy", among: name == "gaps" ? gapPolicies : policies, default: nil)
      try schema.read(&inner)
    }
  }
}
