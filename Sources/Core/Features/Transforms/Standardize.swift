/// y = (x − mean) / deviation of the training values.
///
/// The deviation is the population's, as scikit-learn's StandardScaler has it; a constant column is divided by 1.
package struct Standardize: AffineTransform {
  package static let name = "standardize"

  package init(_ settings: PartSettings) throws(FeatureError) {}

  package var statistics: [String] { ["mean", "scale"] }
  package var unit: String { "standard deviations" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    let (mean, deviation) = try values.moments()
    return [[mean], [deviation.asScale]]
  }

  package func affine(_ state: State) -> (shift: Double, scale: Double) { (state[0][0], state[1][0]) }
}
