/// y_t = 100 (x_t / x_{t−lag} − 1).
package struct PercentChange: LaggedTransform {
  package static let name = "percent-change"

  package let lag: Int

  package init(_ settings: PartSettings) throws(FeatureError) { lag = try settings.period("lag") }

  package var unit: String { "%" }

  package func check(_ values: UnsafeMutableBufferPointer<Double>) throws(TransformProblem) {
    try requireBases(values)
  }

  package func change(of value: Double, from base: Double) -> Double { 100 * (value / base - 1) }

  package func value(changed change: Double, from base: Double) -> Double { base * (1 + change / 100) }
}
