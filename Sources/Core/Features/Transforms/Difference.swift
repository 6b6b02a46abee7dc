/// y_t = x_t − x_{t−lag}, or, relative, (x_t − x_{t−lag}) / x_{t−lag}.
///
/// A relative one divides by the old value, which must not be zero: a difference that divides by the new one, or by one
/// with a small number added, cannot be undone exactly.
package struct Difference: LaggedTransform {
  package static let name = "difference"

  package let lag: Int
  package let relative: Bool

  package init(_ settings: PartSettings) throws(FeatureError) {
    lag = try settings.period("lag")
    relative = try settings.truth("relative")
  }

  package var unit: String { relative ? "relative difference" : "difference" }

  package func check(_ values: UnsafeMutableBufferPointer<Double>) throws(TransformProblem) {
    if relative { try requireBases(values) }
  }

  package func change(of value: Double, from base: Double) -> Double {
    relative ? (value - base) / base : value - base
  }

  package func value(changed change: Double, from base: Double) -> Double {
    relative ? base + change * base : base + change
  }
}
