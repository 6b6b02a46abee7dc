/// y = x / mean of |x| over the training values; a column of zeros is divided by 1.
///
/// Source: Chronos scales each context so (https://arxiv.org/abs/2403.07815, 3.1).
package struct MeanScale: AffineTransform {
  package static let name = "mean-scale"

  package init(_ settings: PartSettings) throws(FeatureError) {}

  package var statistics: [String] { ["scale"] }
  package var unit: String { "mean absolute values" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    guard values.count > 0 else { throw .nothingToLearnFrom }
    return [[(values.sum { abs($0) } / Double(values.count)).asScale]]
  }

  package func affine(_ state: State) -> (shift: Double, scale: Double) { (0, state[0][0]) }
}
