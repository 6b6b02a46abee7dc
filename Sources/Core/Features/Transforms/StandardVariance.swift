/// y = x / deviation of the training values, so that zero stays zero: for differences, whose sign means something.
///
/// The deviation is the population's; a constant column is divided by 1.
package struct StandardVariance: AffineTransform {
  package static let name = "standard-variance"

  package init(_ settings: PartSettings) throws(FeatureError) {}

  package var statistics: [String] { ["scale"] }
  package var unit: String { "standard deviations" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    [[try values.moments().deviation.asScale]]
  }

  package func affine(_ state: State) -> (shift: Double, scale: Double) { (0, state[0][0]) }
}
