import Artifacts

extension PrepareSettings {
  /// Windows written out as plain arrays, for tools that cannot read views.
  package struct Materialize: Sendable, Equatable {
    /// A stretch of rows before or behind an origin: the `size` nearest ones, less the `mask` nearest of those.
    package struct Part: Sendable, Equatable {
      package var size: Int
      package var mask: Int
    }

    /// Features up to the origin.
    package var backwardInputs: Part?
    /// Targets up to the origin.
    package var backwardOutputs: Part?
    /// Features known ahead, behind the origin.
    package var forwardInputs: Part?
    /// Targets behind the origin.
    package var forwardOutputs: Part?
    /// Whether they are `x` and `y`, the model's own inputs and labels, instead.
    package var isWhole: Bool

    /// `true` writes the model's own inputs and labels; a mapping names parts, each with `size` and `mask`.
    init?(_ fields: inout Fields) throws(ConfigurationError) {
      guard fields.isMapping("materialize") else {
        guard try fields.truth("materialize", default: false) else { return nil }
        isWhole = true
        return
      }
      isWhole = false
      let parts = try fields.nested("materialize") { inner throws(ConfigurationError) in
        [
          try Self.part("backward_inputs", &inner), try Self.part("backward_outputs", &inner),
          try Self.part("forward_inputs", &inner), try Self.part("forward_outputs", &inner),
        ]
      }
      guard let parts else { return nil }
      guard parts.contains(where: { $0 != nil }) else {
        throw .wrongValue(
          at: fields.place, setting: "materialize", expected: "true, or at least one part",
          found: "an empty mapping")
      }
      (backwardInputs, backwardOutputs, forwardInputs, forwardOutputs) = (
        parts[0], parts[1], parts[2], parts[3]
      )
    }

    private static func part(_ name: String, _ fields: inout Fields) throws(ConfigurationError) -> Part? {
      try fields.nested(name) { inner throws(ConfigurationError) in
        let size = try inner.integer("size", in: 1...1_000_000)
        return Part(size: size, mask: try inner.integer("mask", default: 0, in: 0...(size - 1)))
      }
    }
  }
}
