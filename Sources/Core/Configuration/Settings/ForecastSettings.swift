import Artifacts

/// How a trained network forecasts, as a model's file and `forecast:` of a step say it.
package struct ForecastSettings: Sendable, Equatable {
  /// Passes with dropout that each forecast is made of; nil for one pass without.
  package var dropoutDraws: Int?
  /// Of the random numbers of a forecast.
  package var seed: Int

  init(_ fields: inout Fields) throws(ConfigurationError) {
    // 0, so that a step can take back what a model's file asks for.
    let draws = try fields.integer("mc_dropout", default: 0, in: 0...100_000)
    guard draws != 1 else {
      throw .wrongValue(
        at: fields.place, setting: "forecast.mc_dropout",
        expected: "two draws or more, whose spread can be told, or 0 for none", found: "1")
    }
    dropoutDraws = draws == 0 ? nil : draws
    seed = try fields.integer("seed", default: 0, in: 0...Int.max)
  }
}
