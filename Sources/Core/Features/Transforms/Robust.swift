/// y = (x − median) / interquartile range of the training values, which a few wild ones do not move.
///
/// Quartiles as scikit-learn's RobustScaler has them; where half of the values are the same, the range is zero and the
/// column is divided by 1.
package struct Robust: AffineTransform {
  package static let name = "robust"

  package init(_ settings: PartSettings) throws(FeatureError) {}

  package var statistics: [String] { ["median", "scale"] }
  package var unit: String { "interquartile ranges" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    let quartiles = try values.quantiles([0.25, 0.5, 0.75])
    return [[quartiles[1]], [(quartiles[2] - quartiles[0]).asScale]]
  }

  package func affine(_ state: State) -> (shift: Double, scale: Double) { (state[0][0], state[1][0]) }
}
