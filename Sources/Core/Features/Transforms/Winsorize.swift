/// y = x kept between two quantiles of the training values, between values by straight lines as NumPy has them.
package struct Winsorize: OneWayTransform {
  package static let name = "winsorize"

  /// The shares of the training values below the bounds.
  package let quantiles: [Double]

  package init(_ settings: PartSettings) throws(FeatureError) {
    quantiles = try settings.numbers("quantiles")
    guard quantiles.count == 2, quantiles[0] < quantiles[1] else {
      throw .unsuitableSetting(
        part: Self.name, setting: "quantiles",
        problem: "two shares, the smaller first, such as [0.01, 0.99], not \(quantiles)")
    }
  }

  package var statistics: [String] { ["low", "high"] }
  package var unit: String { "winsorized" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    try values.quantiles(quantiles).map { [$0] }
  }

  package func transformed(_ value: Double, _ state: State) -> Double {
    min(max(value, state[0][0]), state[1][0])
  }
}
