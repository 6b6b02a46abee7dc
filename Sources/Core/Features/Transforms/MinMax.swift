/// y = a + (b − a) (x − min) / (max − min): the training values fill the range from a to b; others may leave it.
///
/// A constant column becomes a.
package struct MinMax: AffineTransform {
  package static let name = "min-max"

  /// a and b.
  package let low: Double
  package let high: Double

  package init(_ settings: PartSettings) throws(FeatureError) {
    let range = try settings.numbers("to")
    guard range.count == 2, range[0] < range[1] else {
      throw .unsuitableSetting(
        part: Self.name, setting: "to",
        problem: "two numbers, the smaller first, such as [0, 1], not \(range)")
    }
    (low, high) = (range[0], range[1])
  }

  package var statistics: [String] { ["min", "max"] }
  package var unit: String { "\(low)…\(high)" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    let (low, high) = try values.extremes()
    return [[low], [high]]
  }

  package func affine(_ state: State) -> (shift: Double, scale: Double) {
    let scale = (state[1][0] - state[0][0]).asScale / (high - low)
    return (state[0][0] - low * scale, scale)
  }
}
