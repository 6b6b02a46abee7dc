/// The settings of a step of stage `predict`.
package struct PredictSettings: Sendable {
  /// How many rows of the past the chart shows; nil for four horizons.
  package var history: Int?

  package init(_ fields: inout Fields) throws(ConfigurationError) {
    history = fields.has("history") ? try fields.integer("history", in: 1...100_000) : nil
  }
}
